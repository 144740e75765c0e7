"""How long each transform takes on 12 million pixels: on a Pillow image, on a tensor, in OpenCV, and as a preview.

python -m benchmarks.images              all but the slowest
python -m benchmarks.images --all        ElasticTransform and AugMix as well, which take seconds
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image
from torchvision.transforms import v2

from benchmarks.measuring import interleaved_medians
from playground.images import TRANSFORMS, ImageError, Pipeline, load_sample, preview
from playground.images.augmentation.reduction import encoded
from playground.images.augmentation.transform import Transform, example
from playground.images.augmentation.transform_modules import build

_SIZE = (4000, 3000)
_REPEATS = 3
_PREVIEW_SIDE = 480
_SLOWEST = ("ElasticTransform", "AugMix")
# A canvas four times as wide would have more pixels than are made.
_EXAMPLES = {"RandomZoomOut": Transform("RandomZoomOut", p=1.0, side_range=(1.0, 1.4))}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--all", action="store_true", help="the slowest too")
    slowest = () if arguments.parse_args().all else _SLOWEST
    image = load_sample("astronaut").resize(_SIZE, Image.Resampling.BICUBIC)
    tensor = v2.functional.to_image(image)
    array = np.asarray(image)
    print(f"{'milliseconds, medians of ' + str(_REPEATS):<30}{'Pillow':>10}{'tensor':>10}{'OpenCV':>10}{'preview':>10}")
    for name, known in TRANSFORMS.items():
        if known.work in ("batch", "tensor") or name in slowest:
            continue
        variants = _variants(_EXAMPLES.get(name, example(name)), image, tensor, array)
        medians = interleaved_medians(variants, _REPEATS)
        cells = [f"{medians[each]:10.1f}" if each in medians else f"{'-':>10}" for each in _COLUMNS]
        print(f"{name:<30}{''.join(cells)}", flush=True)


_COLUMNS = ("Pillow", "tensor", "OpenCV", "preview")


def _variants(
    transform: Transform, image: Image.Image, tensor: torch.Tensor, array: Any
) -> dict[str, Callable[[], float]]:
    needs_tensor = TRANSFORMS[transform.type].needs == "tensor"
    pipeline = Pipeline([Transform("ToImage"), transform] if needs_tensor else [transform])
    module = build(transform)

    def shown() -> None:
        found = preview(pipeline, image, 0, _PREVIEW_SIDE)
        encoded(found.pictures[0])

    variants = {"tensor": _timed(lambda: module(tensor)), "preview": _timed(shown)}
    if not needs_tensor:
        variants["Pillow"] = _timed(lambda: pipeline.apply(image, 0))
    if transform.type in _OPENCV:
        operate = _OPENCV[transform.type]
        variants["OpenCV"] = _timed(lambda: operate(array))
    return variants


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def measure() -> float:
        torch.manual_seed(0)
        begun = time.perf_counter()
        try:
            work()
        except ImageError as error:
            raise SystemExit(str(error)) from error
        return (time.perf_counter() - begun) * 1000

    return measure


def _turned(array: Any) -> Any:
    height, width = array.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 30, 1)
    return cv2.warpAffine(array, matrix, (width, height), flags=cv2.INTER_NEAREST)


def _seen_aslant(array: Any) -> Any:
    height, width = array.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners * np.float32(0.8) + np.array([(90, 40), (0, 60), (30, 0), (70, 20)], np.float32)
    return cv2.warpPerspective(array, cv2.getPerspectiveTransform(corners, moved), (width, height))


def _other_colours(array: Any) -> Any:
    brighter = cv2.convertScaleAbs(array, alpha=1.2, beta=10)
    hue, saturation, value = cv2.split(cv2.cvtColor(brighter, cv2.COLOR_RGB2HSV))
    turned = cv2.LUT(hue, ((np.arange(256) + 10) % 180).astype(np.uint8))
    merged = cv2.merge([turned, cv2.convertScaleAbs(saturation, alpha=1.3), value])
    return cv2.cvtColor(merged, cv2.COLOR_HSV2RGB)


def _equalized(array: Any) -> Any:
    return cv2.merge([cv2.equalizeHist(channel) for channel in cv2.split(array)])


def _stored(array: Any) -> Any:
    _, data = cv2.imencode(".jpg", array, [cv2.IMWRITE_JPEG_QUALITY, 20])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


_VALUES = np.arange(256, dtype=np.uint8)
_OPENCV: dict[str, Callable[[Any], Any]] = {
    "CenterCrop": lambda array: array[1400:1600, 1900:2100].copy(),
    "RandomCrop": lambda array: array[100:300, 900:1100].copy(),
    "Resize": lambda array: cv2.resize(array, (213, 160), interpolation=cv2.INTER_AREA),
    "RandomResizedCrop": lambda array: cv2.resize(array[500:2500, 900:2900], (200, 200), interpolation=cv2.INTER_AREA),
    "RandomHorizontalFlip": lambda array: cv2.flip(array, 1),
    "RandomVerticalFlip": lambda array: cv2.flip(array, 0),
    "RandomRotation": _turned,
    "RandomAffine": _turned,
    "RandomPerspective": _seen_aslant,
    "ColorJitter": _other_colours,
    "Pad": lambda array: cv2.copyMakeBorder(array, 40, 40, 40, 40, cv2.BORDER_CONSTANT),
    "Grayscale": lambda array: cv2.cvtColor(array, cv2.COLOR_RGB2GRAY),
    "RandomEqualize": _equalized,
    "RandomInvert": cv2.bitwise_not,
    "RandomPosterize": lambda array: cv2.LUT(array, _VALUES & 192),
    "RandomSolarize": lambda array: cv2.LUT(array, np.where(_VALUES >= 128, 255 - _VALUES, _VALUES)),
    "GaussianBlur": lambda array: cv2.GaussianBlur(array, (9, 9), 1.0),
    "JPEG": _stored,
}

if __name__ == "__main__":
    main()

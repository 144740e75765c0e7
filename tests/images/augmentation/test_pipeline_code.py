from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from playground.images import ImageError, Pipeline, Transform, decode_image
from playground.images.augmentation.reading import read_image
from tests.images.augmentation.examples import SINGLE, assert_same, example_pipeline, picture

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def executed(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the script leaves behind when it runs in this folder; torch's generator stays as it was."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    with torch.random.fork_rng(devices=[]):
        exec(compile(script, "script.py", "exec"), names)
    return names


@pytest.mark.parametrize("name", SINGLE)
def test_the_script_gives_the_same_pixels_from_the_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(230, 310).save(tmp_path / "photo.jpg", quality=80)
    image = decode_image((tmp_path / "photo.jpg").read_bytes())
    pipeline = Pipeline([Transform("RandomRotation", degrees=20, probability=0.7), *example_pipeline(name).transforms])
    names = executed(pipeline.to_code(5, "photo.jpg"), tmp_path, monkeypatch)
    output = pipeline.apply(image, 5)
    assert_same(names["output"], output)
    saved = sorted(path for path in tmp_path.iterdir() if path.name.startswith("augmented"))
    first = output[0] if isinstance(output, tuple) else output
    if isinstance(first, Image.Image):
        assert len(saved) == (len(output) if isinstance(output, tuple) else 1)
        assert Image.open(saved[0]).tobytes() == first.tobytes()
    else:
        assert_same(torch.load(saved[0], weights_only=False), output)


def test_it_runs_by_itself(tmp_path: Path) -> None:
    import subprocess

    picture(30, 40).save(tmp_path / "image.jpg")
    script = Pipeline([Transform("CenterCrop", size=8), Transform("ColorJitter", hue=0.5)]).to_code()
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert Image.open(tmp_path / "augmented.png").size == (8, 8)


def test_code_names_what_torchvision_names() -> None:
    pipeline = Pipeline(
        [
            Transform("Resize", size=32, interpolation="bicubic"),
            Transform("AutoAugment", policy="svhn", probability=0.5),
            Transform("Pad", padding=3, enabled=False),
            Transform("ToImage"),
            Transform("ToDtype", dtype="float32", scale=True),
        ]
    )
    assert (
        "transform = v2.Compose([\n"
        "    v2.Resize(size=32, interpolation=v2.InterpolationMode.BICUBIC),\n"
        "    v2.RandomApply([v2.AutoAugment(policy=v2.AutoAugmentPolicy.SVHN)], p=0.5),\n"
        "    v2.ToImage(),\n"
        "    v2.ToDtype(dtype=torch.float32, scale=True),\n"
        "])\n"
    ) in pipeline.to_code()


def test_an_empty_pipeline_has_code_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(9, 9).save(tmp_path / "image.jpg")
    names = executed(Pipeline().to_code(), tmp_path, monkeypatch)
    assert_same(names["output"], decode_image((tmp_path / "image.jpg").read_bytes()))


def test_a_name_with_quotes_stays_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = """it's "a" photo.png"""
    picture(9, 9).save(tmp_path / name)
    assert executed(Pipeline().to_code(0, name), tmp_path, monkeypatch)["output"].size == (9, 9)


def test_what_is_no_seed_is_told() -> None:
    with pytest.raises(ImageError, match="seed"):
        Pipeline().to_code(-1)


def files() -> dict[str, tuple[Image.Image, str, dict[str, Any]]]:
    colours, greys = picture(20, 30), picture(20, 30, "L")
    turned = Image.Exif()
    turned[0x0112] = 6
    values = np.random.default_rng(0).integers(0, 65536, (20, 30)).astype(np.uint16)
    see_through = colours.copy()
    see_through.putalpha(greys)
    palette = colours.quantize(16)
    return {
        "colours": (colours, "PNG", {}),
        "greys": (greys, "PNG", {}),
        "turned": (colours, "JPEG", {"exif": turned}),
        "black and white": (greys.convert("1"), "PNG", {}),
        "palette": (palette, "PNG", {}),
        "clear colour of a palette": (palette, "PNG", {"transparency": 3}),
        "transparent": (see_through, "PNG", {}),
        "grey and transparent": (see_through.convert("LA"), "PNG", {}),
        **{
            f"turned TIFF, {mode}": (colours.convert(mode), "TIFF", {"tiffinfo": {0x0112: 6}})
            for mode in ("RGB", "L", "RGBA", "CMYK")
        },
        "turned TIFF, 16 bits": (Image.fromarray(values), "TIFF", {"tiffinfo": {0x0112: 6}}),
        "clear grey of 16 bits": (Image.fromarray(values), "PNG", {"transparency": int(values[0, 0])}),
        "CMYK": (colours.convert("CMYK"), "TIFF", {}),
        "16 bits": (Image.fromarray(values), "PNG", {}),
        "dark 16 bits": (Image.fromarray(values // 300), "TIFF", {}),
        "32 bits": (Image.fromarray(values.astype(np.int32)), "TIFF", {}),
        "floats to 1": (Image.fromarray(values.astype(np.float32) / 65535), "TIFF", {}),
        "floats to 255": (Image.fromarray(values.astype(np.float32) / 257), "TIFF", {}),
        "floats below 0": (Image.fromarray(values.astype(np.float32) - 3e4), "TIFF", {}),
        "constant floats": (Image.fromarray(np.full((4, 4), -5, np.float32)), "TIFF", {}),
    }


@pytest.mark.parametrize("name", files())
def test_scripts_read_a_file_as_the_page_does(name: str, tmp_path: Path) -> None:
    image, kind, options = files()[name]
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    (tmp_path / "file").write_bytes(buffer.getvalue())
    assert_same(read_image(str(tmp_path / "file")), decode_image(buffer.getvalue()))

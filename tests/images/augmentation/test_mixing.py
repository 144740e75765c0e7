from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from playground.images import ImageError, Transform
from playground.images.augmentation.mixing import mixed, squares
from tests.images.augmentation.examples import picture

IMAGES = [picture(60, 80), picture(90, 50, seed=1), picture(64, 64, "L", seed=2)]


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
@pytest.mark.parametrize("seed", range(5))
def test_a_batch_is_mixed_as_torchvision_mixes_it(name: str, seed: int) -> None:
    before = torch.get_rng_state()
    found = mixed(Transform(name, alpha=0.7), IMAGES, seed, 32)
    assert torch.equal(torch.get_rng_state(), before)
    batch = torch.stack(
        [v2.functional.to_dtype(v2.functional.to_image(each), scale=True) for each in squares(IMAGES, 32)]
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        expected, labels = getattr(v2, name)(alpha=0.7, num_classes=3)(batch, torch.arange(3))
    for shown, each in zip(found.pictures, expected, strict=True):
        assert shown.tobytes() == v2.functional.to_pil_image(each).tobytes()
    assert torch.equal(torch.tensor(found.labels), labels)
    assert found.labels[0][0] == pytest.approx(found.share)
    assert found.labels[0][2] == pytest.approx(1 - found.share)
    assert found.drawn[0].text == f"{found.share:.0%}"


def test_the_region_of_a_cut_is_what_comes_from_the_neighbour() -> None:
    found = mixed(Transform("CutMix"), IMAGES, 1, 48)
    ((left, top), _, (right, bottom), _) = found.regions[0]
    originals = [np.asarray(each) for each in squares(IMAGES, 48)]
    expected = originals[1].copy()
    part = np.s_[int(top) : int(bottom), int(left) : int(right)]
    assert expected[part].size
    expected[part] = originals[0][part]
    assert np.array_equal(np.asarray(found.pictures[1]), expected)


def test_what_cannot_be_mixed_is_told() -> None:
    with pytest.raises(ImageError, match="two images or more"):
        mixed(Transform("MixUp"), IMAGES[:1], 0)
    with pytest.raises(ImageError, match="Grayscale does not mix"):
        mixed(Transform("Grayscale"), IMAGES, 0)

from __future__ import annotations

import re

import pytest
import torch
from PIL import Image
from torch.utils.data import default_collate
from torchvision import transforms

from playground.images import ImageError, load_sample
from playground.images.stacking import NOTES_SIZES, Cure, cures, stack_batches, to_code

SQUARES = [load_sample("astronaut").resize((width, height)) for height, width in NOTES_SIZES]
OBLONG = [load_sample("coffee").resize((width, height)) for height, width in ((100, 150), (90, 60))]
BY_NAME = {cure.name: cure for cure in cures(64)}


def torch_says(images: list[Image.Image]) -> str:
    with pytest.raises(RuntimeError) as raised:
        default_collate([transforms.ToTensor()(image) for image in images])
    return str(raised.value)


def test_images_of_different_sizes_fail_in_torchs_own_words() -> None:
    result = stack_batches(SQUARES, BY_NAME["Nothing"])
    assert result.error == torch_says(SQUARES)
    assert "stack expects each tensor to be equal size" in result.error
    assert result.shapes == ((3, 320, 320), (3, 192, 192))
    assert result.batches == ()


@pytest.mark.parametrize("name", ["RandomResizedCrop", "Resize + CenterCrop", "Resize to a square"])
@pytest.mark.parametrize("images", [SQUARES, OBLONG], ids=["squares", "oblong"])
def test_a_cure_makes_them_a_batch(images: list[Image.Image], name: str) -> None:
    result = stack_batches(images, BY_NAME[name])
    assert result.error == ""
    assert [tuple(batch.shape) for batch in result.batches] == [(2, 3, 64, 64)] * 2
    first, second = result.batches
    assert first.min() >= 0
    assert first.max() <= 1
    assert torch.equal(first, second) == (name != "RandomResizedCrop"), "an epoch sees other crops"


def test_resize_by_one_number_cures_squares_alone() -> None:
    assert stack_batches(SQUARES, BY_NAME["Resize alone"]).error == ""
    result = stack_batches(OBLONG, BY_NAME["Resize alone"])
    assert result.shapes == ((3, 64, 96), (3, 96, 64))
    assert result.error.endswith("equal size, but got [3, 64, 96] at entry 0 and [3, 96, 64] at entry 1")


def test_grey_beside_colours_fails_likewise() -> None:
    images = [SQUARES[0], SQUARES[0].convert("L")]
    assert stack_batches(images, BY_NAME["RandomResizedCrop"]).error.startswith("stack expects")


def test_the_seed_gives_the_same_pixels_and_the_global_generator_is_left_alone() -> None:
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first, again, other = (stack_batches(SQUARES, BY_NAME["RandomResizedCrop"], seed) for seed in (1, 1, 2))
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(first.batches[1], again.batches[1])
    assert not torch.equal(first.batches[0], other.batches[0])


def test_a_square_that_is_none_is_refused() -> None:
    for side in (0, -3, 5_000):
        with pytest.raises(ImageError, match="from 1 to 1024"):
            cures(side)


@pytest.mark.parametrize("cure", cures(64), ids=lambda cure: cure.name)
def test_the_code_does_the_same(cure: Cure, capsys: pytest.CaptureFixture[str]) -> None:
    result = stack_batches(OBLONG, cure)
    code = compile(to_code([(100, 150), (90, 60)], cure), "script.py", "exec")
    if result.error:
        with pytest.raises(RuntimeError, match=re.escape(result.error)):
            exec(code, {})
    else:
        exec(code, {})
        assert capsys.readouterr().out.splitlines() == [str(tuple(batch.shape)) for batch in result.batches]

"""`x.view(-1, 400)` flattens a sample of 400 values; of another length it is no flattening, which the trace says."""

from __future__ import annotations

import pytest

from playground.networks import NetworkSpec

INNER = """class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)

    def forward(self, x):
        return {view}

"""


def network(forward: str, classes: str = "") -> str:
    inner = "; self.inner = Inner()" if classes else ""
    return (
        f"import torch\nfrom torch import nn\n\n{classes}class Net(nn.Module):\n    def __init__(self):\n"
        f"        super().__init__()\n        self.conv = nn.Conv2d(3, 4, 3); self.fc = nn.Linear(3600, 5){inner}\n\n"
        f"    def forward(self, x):\n        {forward}\n"
    )


@pytest.mark.parametrize(
    "forward",
    [
        "return self.fc(self.conv(x).view(-1, 3600))",
        "return self.fc(self.conv(x).reshape(-1, 4 * 30 * 30))",
        "return self.fc(torch.reshape(self.conv(x), (-1, 3600)))",
    ],
)
def test_a_length_that_fits_is_a_flattening(forward: str) -> None:
    spec = NetworkSpec.from_code(network(forward))
    assert spec.input_shape == (3, 32, 32)
    assert spec.forward is not None
    assert [step.operation for step in spec.forward.steps] == ["", "flatten", ""]
    assert spec.trace((2, 3, 32, 32)).error is None


@pytest.mark.parametrize("length", [72, 6])
@pytest.mark.parametrize(
    "forward",
    [
        "return self.conv(x).view(-1, {length})",
        "return self.conv(x).reshape(-1, {length}).relu()",
        "y = self.conv(x).flatten(1); return y.view(-1, {length})",
    ],
)
def test_a_length_that_does_not_fit_is_named_by_the_trace(forward: str, length: int) -> None:
    spec = NetworkSpec.from_code(network(forward.format(length=length)))
    assert NetworkSpec.from_code(spec.to_code()) == spec
    error = spec.trace((2, 3, 8, 8)).error
    assert error is not None
    assert f"144 elements, which cannot have the shape {length}" in error.cause.replace("144 = 144", "144")


def test_a_length_in_a_module_is_named_where_it_is() -> None:
    inner = INNER.format(view="self.conv(x).view(-1, 100)")
    error = NetworkSpec.from_code(network("return self.inner(self.conv(x))", inner)).trace((2, 3, 8, 8)).error
    assert error is not None
    assert error.path == "inner"
    assert error.cause == "A sample has 4 x 6 x 6 = 144 elements, which cannot have the shape 100."


def test_of_two_lengths_the_one_that_does_not_fit_is_kept() -> None:
    forward = "a = self.conv(x).view(-1, 3600); b = self.conv(x).view(-1, 1800); return torch.cat([a, b], dim=1)"
    spec = NetworkSpec.from_code(network(forward))
    assert spec.forward is not None
    assert [step.operation for step in spec.forward.steps] == ["", "flatten", "", "reshape", "concatenate"]


def test_a_length_says_how_large_the_images_are() -> None:
    assert NetworkSpec.from_code(network("return self.conv(x).view(-1, 4 * 62 * 62)")).input_shape == (3, 64, 64)

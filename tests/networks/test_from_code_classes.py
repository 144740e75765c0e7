"""What the classes of a source say is followed as Python runs it: networks are the ones that Python makes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks import NetworkSpec
from tests.networks.weights import randomise

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n"


def assert_same_network(source: str, *shape: int, name: str = "net", entry: str | None = None) -> NetworkSpec:
    """The network that is read has the parameters of the one that Python makes, and computes the same."""
    namespace: dict[str, Any] = {"__name__": "source"}
    exec(HEAD + source, namespace)
    made = namespace[name]
    model: nn.Module = (made if isinstance(made, nn.Module) else made()).eval()
    randomise(model)
    spec = NetworkSpec.from_code(HEAD + source, entry)
    built = spec.build().eval()
    assert [value.shape for value in built.state_dict().values()] == [
        value.shape for value in model.state_dict().values()
    ]
    built.load_state_dict(dict(zip(built.state_dict(), model.state_dict().values(), strict=True)))
    batch = torch.rand(shape, generator=torch.Generator().manual_seed(1)) - 0.5
    with torch.no_grad():
        torch.testing.assert_close(built(batch), model(batch))
    assert NetworkSpec.from_code(spec.to_code()) == spec
    return spec


@pytest.mark.parametrize(
    "last", ["nn.Flatten()", "nn.Sequential(CBR(2, 2, 1), nn.Flatten())"], ids=["flat", "within another"]
)
def test_a_sequential_of_classes_that_extend_sequential_is_the_network(last: str) -> None:
    source = """class CBR(nn.Sequential):
    def __init__(self, i, o, k=3):
        super().__init__(nn.Conv2d(i, o, k), nn.BatchNorm2d(o))

net = nn.Sequential(CBR(4, 8), CBR(8, 2, 1), """
    assert_same_network(f"{source}{last})\n", 2, 4, 6, 6)

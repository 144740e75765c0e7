"""Single layers drawn by hypothesis from the whole catalogue: their examples, with changes that may break them."""

from __future__ import annotations

import typing
from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import nn

from playground.networks import Layer, NetworkSpec
from playground.networks.annotations import fits
from playground.networks.calling import call
from playground.networks.layers import LAYER_TYPES, LayerType, Parameter, in_range, parameters

_NUMBERS = (0, 1, 2, 3, 4, 5, 6, 8, 0.01, 0.25, 1.0, 1.5, None, True, False)


@dataclass(frozen=True)
class LayerOnBatch:
    """A network of one layer, and the shape of a batch for it."""

    spec: NetworkSpec
    shape: tuple[int, ...]

    def batch(self) -> torch.Tensor:
        is_table = self.spec.layers[0].type == "Embedding"
        return torch.zeros(self.shape, dtype=torch.long if is_table else None)


def works(spec: NetworkSpec, batch: torch.Tensor) -> bool:
    """Whether PyTorch itself makes and runs these layers one after the other."""
    x = batch
    try:
        with torch.no_grad():
            for layer in spec.layers:
                x = call(getattr(nn, layer.type)(**layer.arguments).eval(), x)
    except Exception:
        return False
    return True


@st.composite
def layers_on_batches(draw: st.DrawFn, most_changes: int = 2) -> LayerOnBatch:
    """An example of the catalogue after up to so many changes of its arguments or of the batch."""
    kind = draw(st.sampled_from(LAYER_TYPES))
    arguments = dict(kind.example_arguments)
    shape = kind.example_input
    for _ in range(draw(st.integers(0, most_changes))):
        if parameters(kind.name) and draw(st.booleans()):
            parameter = draw(st.sampled_from(parameters(kind.name)))
            arguments[parameter.name] = draw(_values(kind, parameter))
        else:
            shape = draw(_other_shapes(shape))
    return LayerOnBatch(NetworkSpec("Drawn", (Layer("a", kind.name, arguments),), shape[1:]), shape)


def _values(kind: LayerType, parameter: Parameter) -> st.SearchStrategy:
    """Values that the parameter takes by itself."""
    words = [word for option in _options(parameter.annotation) for word in _words(option)]
    tuples = [value for n in (1, 2, 3, 4) for value in ((1,) * n, (2,) * n, tuple(range(1, n + 1)))]
    candidates = [*_NUMBERS, *words, *tuples]
    fitting = [each for each in candidates if fits(each, parameter.annotation)]
    return st.sampled_from([each for each in fitting if in_range(parameter.name, each, kind.name) == each])


def _options(annotation: object) -> tuple[object, ...]:
    return (annotation, *typing.get_args(annotation))


def _words(annotation: object) -> tuple[str, ...]:
    return typing.get_args(annotation) if typing.get_origin(annotation) is typing.Literal else ("same", "valid", "x")


def _other_shapes(shape: tuple[int, ...]) -> st.SearchStrategy[tuple[int, ...]]:
    resized = st.builds(
        lambda place, size: (*shape[:place], size, *shape[place + 1 :]),
        st.integers(1, len(shape) - 1),
        st.integers(1, 9),
    )
    longer = st.integers(1, 4).map(lambda size: (*shape, size))
    return st.one_of(resized, longer, st.just(shape[:-1])) if len(shape) > 2 else st.one_of(resized, longer)

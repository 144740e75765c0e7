"""Faults of operations that put tensors together: sums, products and concatenations of shapes that do not match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from playground.networks import tree
from playground.networks.diagnosis import POOLS, Candidate, Diagnosis, argument_of, fixes, short, sizes_of
from playground.networks.fixes import Append, Edit, InsertStep, Replace, SetStepArguments, set_arguments
from playground.networks.forward_steps import children_before, inputs_at
from playground.networks.layer_types import family
from playground.networks.operations import OPERATIONS, all_arguments
from playground.networks.propagate import Fault
from playground.networks.spec import Arguments, Layer, NetworkSpec, Shape, Step, Value, by, join, walk

_ELEMENT_BY_ELEMENT = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "stack")
_MOST_FIXES = 6


def shapes_that_do_not_match(spec: NetworkSpec, fault: Fault) -> Diagnosis | None:
    """Branches whose results cannot be added, multiplied or put side by side."""
    if fault.operation is None or fault.operation.operation not in (*_ELEMENT_BY_ELEMENT, "concatenate"):
        return None
    merge = _merge(spec, fault)
    if len(merge.inputs) < 2 or len(merge.inputs) != len(fault.inputs):
        return None
    ways = _ways_to_concatenate(merge) if merge.is_concatenation else _ways_to_compute(merge)
    return Diagnosis(_cause(merge), fixes(*ways)[:_MOST_FIXES])


@dataclass(frozen=True)
class _Input:
    """A tensor that is put together with others: its name, its shape, and the paths of the layers that it came through.

    The nearest of them, which may be containers, is the first; none where it is the input of the container.
    """

    name: str
    shape: Shape
    layers: tuple[tuple[str, Layer], ...]

    @property
    def channels(self) -> int:
        return self.shape[1]

    @property
    def size(self) -> Shape:
        return self.shape[2:]


@dataclass(frozen=True)
class _Merge:
    """What is put together, in the container at `path`; `at` is the step that does, or None where it has a rule."""

    fault: Fault
    inputs: tuple[_Input, ...]
    at: int | None

    @property
    def is_concatenation(self) -> bool:
        assert self.fault.operation is not None
        return self.fault.operation.operation == "concatenate"

    @property
    def dim(self) -> int:
        """The dimension in which a concatenation allows different sizes."""
        assert self.fault.operation is not None
        dim = all_arguments("concatenate", self.fault.operation.arguments)["dim"]
        return dim if isinstance(dim, int) and dim >= 0 else len(self.fault.inputs[0]) + int(str(dim))

    def through(self, place: int, layer: Layer) -> Iterator[Edit]:
        """The edit that lets an input go through a layer first, if there is one."""
        if self.at is not None:
            yield InsertStep(self.fault.path, self.at, place, layer=layer)
        elif self.inputs[place].layers:
            yield _after(*self.inputs[place].layers[0], layer)


def _merge(spec: NetworkSpec, fault: Fault) -> _Merge:
    forward = fault.layer.forward
    if forward is not None and fault.step is not None:
        names = inputs_at(forward, fault.step)
        before = [tuple(children_before(forward, fault.step, place)) for place in range(len(names))]
    else:
        names = tuple(f"branch {child.name}" for child in fault.layer.children)
        before = [(child.name,) for child in fault.layer.children]
        if fault.layer.rule == "dense":
            names, before = ("the input", *names), [(), *before]
    inputs = tuple(
        _Input(name, shape, tuple((path, tree.find(spec, path)) for path in (join(fault.path, each) for each in paths)))
        for name, shape, paths in zip(names, fault.inputs, before, strict=False)
    )
    return _Merge(fault, inputs, fault.step if forward is not None else None)


def _after(path: str, branch: Layer, layer: Layer) -> Edit:
    """The edit that puts a layer at the end of a branch; in the place of an Identity, which does nothing."""
    if branch.type == "Identity":
        return Replace(path, layer)
    if branch.type == "Sequential" and branch.enabled:
        return Append(layer, path)
    return Replace(path, Layer("", "Sequential", children=(replace(branch, name="0"), replace(layer, name="1"))))


def _cause(merge: _Merge) -> str:
    assert merge.fault.operation is not None
    label = OPERATIONS[merge.fault.operation.operation].label
    wanted = f"the same sizes in all dimensions but {merge.dim}" if merge.is_concatenation else "the same shape"
    shapes = " and ".join(f"{each.name} is {by(each.shape)}" for each in merge.inputs)
    return f"{label} needs tensors of {wanted}, but {shapes}."


def _ways_to_compute(merge: _Merge) -> Iterator[Candidate]:
    yield from _same_rank(merge)
    yield from _same_size(merge, with_stride=False)
    yield from _no_wider(merge)
    places = _shortcuts_first(merge)
    for place in reversed(places):
        yield from _same_width(merge, place)
    for place in places:
        yield from _projection(merge, place)
    yield from _same_size(merge, with_stride=True)


def _ways_to_concatenate(merge: _Merge) -> Iterator[Candidate]:
    yield from _other_dim(merge)
    yield from _same_rank(merge)
    yield from _same_size(merge, with_stride=False)
    yield from _same_size(merge, with_stride=True)
    yield from _no_wider(merge)
    for place in range(len(merge.inputs)):
        yield from _resized(merge, place)


def _shortcuts_first(merge: _Merge) -> list[int]:
    """The places of the inputs, those first that came through the fewest layers."""
    return sorted(range(len(merge.inputs)), key=lambda place: len(_leaves(merge.inputs[place])))


def _leaves(tensor: _Input) -> list[tuple[str, Layer]]:
    """The single layers that a tensor came through, the last one first."""
    return [
        (path, layer)
        for top, branch in tensor.layers
        for path, layer in [*reversed(list(walk(branch.children, top))), (top, branch)]
        if not layer.children and layer.enabled and layer.type != "Identity"
    ]


def _other(merge: _Merge, place: int) -> _Input | None:
    """The first input that has another shape than the one at `place`."""
    return next((each for each in merge.inputs if each.shape != merge.inputs[place].shape), None)


def _same_rank(merge: _Merge) -> Iterator[Candidate]:
    """A height and width of 1 for rows that images are multiplied with; flatten, where the others are rows."""
    ranks = [len(each.shape) for each in merge.inputs]
    rows = [place for place, rank in enumerate(ranks) if rank == 2 < max(ranks)]
    for place in rows if merge.at is not None and not merge.is_concatenation else ():
        assert merge.at is not None
        shape = (merge.inputs[place].channels, *(1,) * (max(ranks) - 2))
        step = Step(operation="reshape", arguments={"shape": shape})
        yield (
            f"reshape {merge.inputs[place].name} to {by(shape)}",
            InsertStep(merge.fault.path, merge.at, place, step),
        )
    for place, rank in enumerate(ranks):
        for edit in merge.through(place, Layer("flatten", "Flatten")) if rank > 2 and rows else ():
            yield f"flatten {merge.inputs[place].name} first", edit


def _same_size(merge: _Merge, with_stride: bool) -> Iterator[Candidate]:
    """Padding and, `with_stride`, steps of 1, with which no window makes its branch smaller than the largest."""
    images = [each for each in merge.inputs if len(each.shape) > 2]
    largest = max((each.size for each in images), default=())
    windows = {
        path: layer
        for each in images
        if each.size != largest
        for path, layer in reversed(_leaves(each))
        if family(layer.type) in ("Conv", *POOLS)
    }
    changes = {path: _keeping_size(layer, with_stride) for path, layer in windows.items()}
    settings = [f"{name} of {path} to {value}" for path, values in changes.items() for name, value in values.items()]
    if settings:
        edits = (set_arguments(path, **arguments) for path, arguments in changes.items() if arguments)
        yield f"set {' and '.join(settings)}, which keeps {by(largest)}", *edits


def _no_wider(merge: _Merge) -> Iterator[Candidate]:
    """No more padding than keeps the size, where a branch gives larger images than another."""
    images = [each for each in merge.inputs if len(each.shape) > 2]
    smallest = min((each.size for each in images), default=())
    for each in images:
        for path, layer in _leaves(each) if each.size != smallest else ():
            if family(layer.type) not in ("Conv", *POOLS):
                continue
            padding, enough = sizes_of(layer, "padding"), _half_a_window(layer)
            if any(wide > half for wide, half in zip(padding, enough, strict=True)):
                yield f"set padding of {path} to {short(enough)}", set_arguments(path, padding=short(enough))


def _half_a_window(layer: Layer) -> Shape:
    """The padding with which a window that moves by 1 keeps the size, where it is odd."""
    kernel, dilation = (sizes_of(layer, name) for name in ("kernel_size", "dilation"))
    return tuple((k - 1) * d // 2 for k, d in zip(kernel, dilation, strict=True))


def _keeping_size(layer: Layer, with_stride: bool) -> dict[str, Value]:
    """The arguments with which a window keeps height and width; none where they do, or where it has an even kernel."""
    kernel, dilation, padding = (sizes_of(layer, name) for name in ("kernel_size", "dilation", "padding"))
    span = tuple((k - 1) * d for k, d in zip(kernel, dilation, strict=True))
    stride = argument_of(layer, "stride")
    moves = sizes_of(layer, "stride") if stride is not None else kernel
    is_step = set(moves) != {1}
    if any(each % 2 for each in span) or (is_step and not with_stride):
        return {}
    half = _half_a_window(layer)
    changes: dict[str, Value] = {} if padding == half else {"padding": short(half)}
    return {"stride": 1, **changes} if is_step else changes


def _same_width(merge: _Merge, place: int) -> Iterator[Candidate]:
    """As many channels or features from the last layer on the way that makes them."""
    tensor, other = merge.inputs[place], _other(merge, place)
    if other is None or len(other.shape) != len(tensor.shape):
        return
    for path, layer in _leaves(tensor):
        for name, dim in (("out_channels", 1), ("out_features", -1)):
            if name in layer.arguments and other.shape[dim] != layer.arguments[name]:
                yield f"set {name} of {path} to {other.shape[dim]}", set_arguments(path, **{name: other.shape[dim]})
                return


def _projection(merge: _Merge, place: int) -> Iterator[Candidate]:
    """A 1 x 1 convolution or a linear layer that gives one input the shape of another."""
    tensor, other = merge.inputs[place], _other(merge, place)
    if other is None or len(other.shape) != len(tensor.shape):
        return
    layer = _projecting(tensor.shape, other.shape)
    if layer is not None:
        kernel = by((1,) * len(tensor.size))
        what = "a linear layer" if layer.type == "Linear" else f"a {kernel} convolution"
        for edit in merge.through(place, layer):
            yield f"project {tensor.name} to {by(other.shape[1:])} with {what}", edit


def _projecting(shape: Shape, wanted: Shape) -> Layer | None:
    """The layer that projects one shape to the other, if there is one."""
    if shape[:-1] == wanted[:-1]:
        return Layer("projection", "Linear", {"in_features": shape[-1], "out_features": wanted[-1]})
    if not 3 <= len(shape) <= 5 or shape[0] != wanted[0] or 0 in (*shape, *wanted):
        return None
    stride = tuple(-(-size // target) for size, target in zip(shape[2:], wanted[2:], strict=True))
    if any((size - 1) // step + 1 != target for size, step, target in zip(shape[2:], stride, wanted[2:], strict=True)):
        return None
    arguments = {"in_channels": shape[1], "out_channels": wanted[1], "kernel_size": 1}
    moves = {} if set(stride) == {1} else {"stride": short(stride)}
    return Layer("projection", f"Conv{len(shape) - 2}d", {**arguments, **moves})


def _other_dim(merge: _Merge) -> Iterator[Candidate]:
    """The one dimension in which the shapes differ."""
    differing = _differing(merge.fault.inputs)
    if len(differing) == 1 and merge.at is not None:
        edit = SetStepArguments(merge.fault.path, merge.at, Arguments({"dim": differing[0]}))
        yield f"concatenate along dimension {differing[0]}", edit


def _differing(shapes: Sequence[Shape]) -> list[int]:
    """The dimensions in which the shapes differ; none where they have different numbers of them."""
    if len({len(shape) for shape in shapes}) > 1:
        return []
    return [dim for dim, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1]


def _resized(merge: _Merge, place: int) -> Iterator[Candidate]:
    """Images made as large as those that they go beside."""
    tensor = merge.inputs[place]
    beside = next((at for at, each in enumerate(merge.inputs) if each.size != tensor.size), None)
    if beside is None or len(tensor.shape) != 4 or len(merge.inputs[beside].shape) != 4:
        return
    size = merge.inputs[beside].size
    if merge.at is not None:
        step = Step(operation="interpolate_like")
        text = f"resize {tensor.name} to {by(size)}, the size of {merge.inputs[beside].name}"
        yield text, InsertStep(merge.fault.path, merge.at, place, step, beside=beside)
    elif tensor.size > size:
        for edit in merge.through(place, Layer("pool", "AdaptiveAvgPool2d", {"output_size": size})):
            yield f"average {tensor.name} to {by(size)}", edit

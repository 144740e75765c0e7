"""The shape of a tensor as far as source says it: numbers, and sizes of the tensors that it was made of."""

from __future__ import annotations

from typing import Any

from playground.networks.layer_types import dimensions, family
from playground.networks.reading.sizes import origin, product, size_of
from playground.networks.reading.values import Applied, Node, Size

Sides = tuple[Any, ...]
"""A shape: for each dimension a whole number or a Size."""

_KEEP_THE_SHAPE = frozenset(
    {
        *("add", "subtract", "multiply", "divide", "maximum", "minimum", "add_number", "scale", "power", "dropout"),
        *("relu", "leaky_relu", "relu6", "gelu", "silu", "hardswish", "sigmoid", "hardsigmoid", "tanh", "elu", "selu"),
        *("mish", "softplus", "logsigmoid", "softmax", "log_softmax", "normalize", "clamp", "exp", "log", "sqrt"),
        *("abs", "detach", "clone", "flip", "roll"),
    }
)
_LAYERS_THAT_KEEP_THE_SHAPE = frozenset(
    {
        *("BatchNorm", "InstanceNorm", "GroupNorm", "LayerNorm", "Dropout", "Identity", "ReLU", "LeakyReLU", "PReLU"),
        *("ReLU6", "GELU", "SiLU", "Hardswish", "Sigmoid", "Hardsigmoid", "Tanh", "Softmax", "LogSoftmax", "ELU"),
        *("MultiheadAttention", "TransformerEncoderLayer", "Mish", "Softplus"),
    }
)


class Shapes:
    """What is known of the shapes in a source."""

    def __init__(self) -> None:
        self._ranks: dict[Any, int] = {}
        self._found: dict[Any, Sides | None] = {}

    def set_rank(self, tensor: Any, rank: int) -> None:
        """Notes how many dimensions a tensor has."""
        self._ranks[origin(tensor)] = rank
        self._found = {source: shape for source, shape in self._found.items() if shape is not None}

    def of(self, tensor: Any) -> Sides | None:
        """The sizes of a tensor, or None where not even their number is known."""
        source = origin(tensor)
        pending = [source] if source not in self._found else []
        while pending:
            # What it was made of comes first, so that a long chain needs no deep recursion.
            made_of = map(origin, pending[-1].inputs) if isinstance(pending[-1], Applied) else ()
            unknown = [each for each in made_of if each not in self._found]
            if not unknown:
                latest = pending.pop()
                self._found[latest] = self._find(latest)
            pending += unknown
        return self._found[source]

    def side(self, tensor: Any, dimension: int) -> Any:
        """The size of a tensor in one dimension: a number where it is known, else a Size."""
        shape = self.of(tensor)
        if shape is not None and -len(shape) <= dimension < len(shape):
            return shape[dimension]
        return size_of(tensor, dimension)

    def _find(self, source: Any) -> Sides | None:
        try:
            found = _computed(self, source) if isinstance(source, Applied) else None
        except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError):
            found = None  # what torch would refuse has no shape; neither is one looked for at any depth
        if found is not None and not all(isinstance(side, int | Size) for side in found):
            found = None  # a layer was given what is no number
        if found is None and source in self._ranks:
            return tuple(size_of(source, dimension) for dimension in range(self._ranks[source]))
        return found


def _computed(shapes: Shapes, applied: Applied) -> Sides | None:
    """The shape of what a layer or an operation gives."""
    if applied.operation == "item":
        return _part(shapes, applied)
    before = shapes.of(applied.inputs[0])
    if applied.node is not None:
        return _after_layer(applied.node, before, applied)
    if applied.operation in ("max_pool1d", "avg_pool1d", "max_pool2d", "avg_pool2d"):
        rank = 3 if applied.operation.endswith("1d") else 4
        before = before or tuple(size_of((applied, "input"), index) for index in range(rank))
        return (*before[:2], *(size_of(applied, dim) for dim in range(2, rank)))
    if not before:
        return None
    return _after_operation(shapes, applied, before)


def _after_layer(node: Node, before: Sides | None, applied: Applied) -> Sides | None:
    if node.type == "Sequential":
        return _through(list(node.children.values()), before, applied)
    if before is None:
        rank = _rank_of_input(node.type)
        before = None if rank is None else tuple(size_of((applied, "input"), index) for index in range(rank))
    return None if not before else _after_known(node, before, applied)


def _rank_of_input(type_name: str) -> int | None:
    """How many dimensions a layer takes, the batch included, where that does not depend on anything else."""
    if type_name in ("LSTM", "GRU", "RNN", "MultiheadAttention", "TransformerEncoderLayer"):
        return 3
    spatial = dimensions(type_name)
    return None if spatial is None or type_name == "BatchNorm1d" else spatial + 2


def _after_known(node: Node, before: Sides, applied: Applied) -> Sides | None:
    if node.type == "Linear":
        return (*before[:-1], node.arguments.get("out_features"))
    if node.type == "Embedding":
        return (*before, node.arguments.get("embedding_dim"))
    if node.type in ("LSTM", "GRU", "RNN"):
        if "proj_size" in node.arguments:
            return None
        return (*before[:-1], node.arguments["hidden_size"] * (2 if node.arguments.get("bidirectional") else 1))
    if family(node.type) in _LAYERS_THAT_KEEP_THE_SHAPE:
        return before
    spatial = dimensions(node.type)
    if spatial is None or len(before) != spatial + 2:
        return None
    if family(node.type) in ("AdaptiveAvgPool", "AdaptiveMaxPool"):
        wanted = node.arguments.get("output_size")
        sides = wanted if isinstance(wanted, tuple) else (wanted,) * spatial
        return (*before[:2], *(old if new is None else new for old, new in zip(before[2:], sides, strict=True)))
    if family(node.type) in ("Conv", "ConvTranspose", "MaxPool", "AvgPool"):
        channels = node.arguments.get("out_channels", before[1])
        return (before[0], channels, *(size_of(applied, 2 + index) for index in range(spatial)))
    return None


def _through(layers: list[Node], before: Sides | None, applied: Applied) -> Sides | None:
    for layer in layers:
        before = _after_layer(layer, before, applied)
    return before


def _after_operation(shapes: Shapes, applied: Applied, before: Sides) -> Sides | None:
    values, count = applied.arguments, len(before)
    match applied.operation:
        case operation if operation in _KEEP_THE_SHAPE:
            return _broadcast(shapes, applied, before)
        case "scaled_dot_product_attention":
            last = shapes.of(applied.inputs[2])
            return (*before[:-1], last[-1]) if last else None
        case "matmul":
            last = shapes.of(applied.inputs[1])
            return (*before[:-1], last[-1]) if last and len(last) >= 2 else None
        case "transpose":
            return _permuted(before, _swapped(count, values.get("dim0", 1), values.get("dim1", 2)))
        case "permute":
            return _permuted(before, values["dims"])
        case "unflatten":
            dim = values.get("dim", 1) % count
            return (*before[:dim], *_filled(values["sizes"], before[dim]), *before[dim + 1 :])
        case "unflatten_like":
            dim, other = values.get("dim", 2) % count, shapes.of(applied.inputs[1])
            start, end = values.get("start", 2), values.get("end")
            if other is None and end is None:
                return None
            sides = other[start:end] if other else [size_of(applied.inputs[1], at) for at in range(start, end or 0)]
            return (*before[:dim], *sides, *before[dim + 1 :])
        case "flatten":
            start, end = values.get("start_dim", 1) % count, values.get("end_dim", -1) % count
            return (*before[:start], product(list(before[start : end + 1])), *before[end + 1 :])
        case "reshape":
            return (before[0], *_filled(values["shape"], product(list(before[1:]))))
        case "unsqueeze":
            dim = values.get("dim", 1) % (count + 1)
            return (*before[:dim], 1, *before[dim:])
        case "select":
            dim = values.get("dim", 1) % count
            return (*before[:dim], *before[dim + 1 :])
        case "slice":
            dim = values.get("dim", 1) % count
            return (*before[:dim], _sliced(applied, before[dim], dim), *before[dim + 1 :])
        case "stack":
            dim = values.get("dim", 1) % (count + 1)
            return (*before[:dim], len(applied.inputs), *before[dim:])
        case "pad":
            return _padded(applied, before)
        case "pad_like":
            large = shapes.of(applied.inputs[1])
            return (*before[:2], *large[2:]) if large and count == len(large) == 4 else None
        case "expand" if len(values["sizes"]) == count:
            return tuple(old if new == -1 else new for old, new in zip(before, values["sizes"], strict=True))
        case "expand_like":
            return shapes.of(applied.inputs[1])
        case "repeat" if len(values["repeats"]) == count:
            return tuple(product([old, times]) for old, times in zip(before, values["repeats"], strict=True))
        case "einsum":
            return _of_equation(shapes, applied)
        case "mean" | "sum" | "amax" | "amin" | "argmax" | "var" | "std":
            return _reduced(before, values.get("dim", (2, 3)), values.get("keepdim", False))
    return None


def _broadcast(shapes: Shapes, applied: Applied, before: Sides) -> Sides | None:
    """The shape of the largest of several inputs: where one has a single element the other decides."""
    for other in applied.inputs[1:]:
        shape = shapes.of(other)
        if shape is None or len(shape) != len(before):
            return None
        before = tuple(new if old == 1 else old for old, new in zip(before, shape, strict=True))
    return before


def _swapped(count: int, first: int, second: int) -> list[int]:
    order = list(range(count))
    order[first], order[second] = order[second], order[first]
    return order


def _permuted(before: Sides, order: Any) -> Sides | None:
    return tuple(before[index] for index in order) if len(order) == len(before) else None


def _filled(sizes: Any, whole: Any) -> Sides:
    """Sizes of which one may be -1, with what is left of the whole in its place."""
    known = product([each for each in sizes if each != -1])
    return tuple(_divided(whole, known) if each == -1 else each for each in sizes)


def _divided(whole: Any, by: int) -> Any:
    if isinstance(whole, Size):
        return Size(whole.factor / by, whole.powers)
    return whole // by


def _part(shapes: Shapes, applied: Applied) -> Sides | None:
    """The shape of one part of a chunk, or of one index of the first dimension."""
    source = origin(applied.inputs[0])
    if isinstance(source, Applied) and source.operation == "tuple":
        return None
    if not isinstance(source, Applied) or source.operation not in ("chunk", "split"):
        whole = shapes.of(source)
        return None if whole is None else whole[1:]
    whole = shapes.of(source.inputs[0])
    if whole is None:
        return None
    dim = source.arguments.get("dim", 1) % len(whole)
    if source.operation == "split":
        part = source.arguments["sizes"][applied.arguments.get("index", 0)]
    else:
        part = _divided(whole[dim], source.arguments.get("chunks", 2))
    return (*whole[:dim], part, *whole[dim + 1 :])


def _sliced(applied: Applied, side: Any, dim: int) -> Any:
    if not isinstance(side, int):
        return size_of(applied, dim)
    values = applied.arguments
    return len(range(side)[values.get("start", 0) : values.get("end") : values.get("step", 1)])


def _padded(applied: Applied, before: Sides) -> Sides:
    """The last dimensions, with what is added to them; the first two numbers are for the last one."""
    padding, sides = applied.arguments["pad"], list(before)
    for place in range(len(padding) // 2):
        dim = len(before) - 1 - place
        side = sides[dim]
        sides[dim] = side + sum(padding[2 * place : 2 * place + 2]) if isinstance(side, int) else size_of(applied, dim)
    return tuple(sides)


def _of_equation(shapes: Shapes, applied: Applied) -> Sides | None:
    """The sizes of the letters that stay."""
    given, arrow, kept = applied.arguments["equation"].replace(" ", "").partition("->")
    sides: dict[str, Any] = {}
    for letters, tensor in zip(given.split(","), applied.inputs, strict=True):
        shape = shapes.of(tensor)
        if shape is None or len(shape) != len(letters) or "." in letters:
            return None
        sides |= dict(zip(letters, shape, strict=True))
    return tuple(sides[letter] for letter in kept) if arrow else None


def _reduced(before: Sides, dims: Any, keep: bool) -> Sides:
    gone = {dim % len(before) for dim in (dims if isinstance(dims, tuple | list) else (dims,))}
    sides = [1 if index in gone else size for index, size in enumerate(before)]
    return tuple(size for index, size in enumerate(sides) if keep or index not in gone)

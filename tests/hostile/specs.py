"""JSON texts and links that are meant to hurt who reads or traces them: all end soon, with a sentence or a fault."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HostileSpec:
    """The JSON text of a network with a name; one that `needs_boundary` is not ended by the limits inside, or late."""

    name: str
    text: str
    needs_boundary: bool = False


def link_of(text: str) -> str:
    """The link of a text, whatever it is."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), level=9)).decode().rstrip("=")


def _network(layers: list[Any], forward: Any = None, shape: tuple[int, ...] = (4,)) -> str:
    content = {"version": 1, "name": "Net", "input_shape": shape, "layers": layers}
    return json.dumps(content if forward is None else content | {"forward": forward})


def _layer(name: str, kind: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "arguments": arguments}


def _holding(name: str, kind: str, *children: Any, **others: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "children": children, **others}


def _calling(levels: int, times: int, *, enabled: bool = True) -> str:
    """Modules that call the next one several times."""
    layer: dict[str, Any] = _layer("a", "ReLU") | {"enabled": enabled}
    steps = [{"name": "x", "child": "a"}] * times
    for _ in range(levels):
        layer = _holding("a", "Module", layer, class_name="A", forward={"steps": steps})
    return _network([layer])


def _nested(levels: int, kind: str = "Sequential") -> str:
    layer: dict[str, Any] = _layer("a", "ReLU")
    for _ in range(levels):
        layer = _holding("a", kind, layer)
    return _network([layer])


_LARGE = 2**39
_LAYERS = (
    ("LSTM", {"input_size": 4, "hidden_size": 4, "num_layers": _LARGE}),
    ("LSTM", {"input_size": 4, "hidden_size": 4, "num_layers": 10**6, "bidirectional": True}),
    ("GRU", {"input_size": 4, "hidden_size": 4, "num_layers": _LARGE}),
    ("RNN", {"input_size": 4, "hidden_size": 4, "num_layers": 10**9}),
    ("LSTM", {"input_size": _LARGE, "hidden_size": _LARGE}),
    ("Linear", {"in_features": 4, "out_features": _LARGE}),
    ("Linear", {"in_features": _LARGE, "out_features": _LARGE}),
    ("Conv1d", {"in_channels": _LARGE, "out_channels": _LARGE, "kernel_size": _LARGE}),
    ("Conv2d", {"in_channels": 4, "out_channels": 4, "kernel_size": _LARGE, "padding": _LARGE}),
    ("Conv2d", {"in_channels": 4, "out_channels": 4, "kernel_size": 1, "groups": _LARGE}),
    ("Conv2d", {"in_channels": 4, "out_channels": 4, "kernel_size": [1] * 5000}),
    ("ConvTranspose2d", {"in_channels": 4, "out_channels": 4, "kernel_size": 1, "stride": _LARGE}),
    ("Embedding", {"num_embeddings": _LARGE, "embedding_dim": _LARGE}),
    ("MultiheadAttention", {"embed_dim": _LARGE, "num_heads": _LARGE}),
    ("TransformerEncoderLayer", {"d_model": _LARGE, "nhead": 1, "dim_feedforward": _LARGE}),
    ("Upsample", {"scale_factor": _LARGE}),
    ("Upsample", {"size": [_LARGE, _LARGE]}),
    ("PixelShuffle", {"upscale_factor": 2**20}),
    ("ZeroPad2d", {"padding": _LARGE}),
    ("ZeroPad2d", {"padding": [-_LARGE] * 4}),
    ("AdaptiveAvgPool2d", {"output_size": _LARGE}),
    ("MaxPool2d", {"kernel_size": _LARGE, "padding": _LARGE}),
    ("Unflatten", {"dim": 1, "unflattened_size": [1] * 5000}),
    ("Unflatten", {"dim": _LARGE, "unflattened_size": [2, 2]}),
    ("Flatten", {"start_dim": -_LARGE, "end_dim": _LARGE}),
    ("Softmax", {"dim": _LARGE}),
    ("LayerNorm", {"normalized_shape": [4] * 5000}),
    ("GroupNorm", {"num_groups": _LARGE, "num_channels": _LARGE}),
    ("Dropout", {"p": 10**300}),
    ("Linear", {"in_features": 4, "out_features": 10**4000}),
    ("Linear", {"in_features": 4, "out_features": "4" * 100_000}),
    ("Linear", {"in_features": {"a": 1}, "out_features": None}),
    ("Linear" * 10_000, {}),
    ("__class__", {}),
    ("Module", {"a": 1}),
)
_STEPS = (
    ("reshape", {"shape": [_LARGE, _LARGE]}),
    ("reshape", {"shape": [1] * 5000}),
    ("reshape", {"shape": []}),
    ("repeat", {"repeats": [_LARGE] * 4}),
    ("repeat", {"repeats": [2] * 5000}),
    ("expand", {"sizes": [_LARGE] * 4}),
    ("pad", {"pad": [_LARGE] * 4}),
    ("pad", {"pad": [1] * 5000}),
    ("permute", {"dims": [0] * 5000}),
    ("einsum", {"equation": "ij," * 5000}),
    ("einsum", {"equation": "a" * 100_000}),
    ("chunk", {"chunks": _LARGE}),
    ("split", {"sizes": [1] * 5000}),
    ("interpolate", {"scale_factor": _LARGE}),
    ("interpolate", {"size": [_LARGE, _LARGE]}),
    ("unflatten", {"dim": 1, "sizes": [-1] * 5000}),
    ("select", {"index": _LARGE}),
    ("slice", {"start": -_LARGE, "end": _LARGE, "step": _LARGE}),
    ("slice", {"step": 0}),
    ("power", {"number": 1e308}),
    ("unsqueeze", {"dim": _LARGE}),
    ("flatten", {"start_dim": -_LARGE}),
    ("item", {"index": _LARGE}),
    ("nothing", {}),
    ("relu", {"a": 1}),
)


def _specs() -> Iterator[HostileSpec]:
    for index, (kind, arguments) in enumerate(_LAYERS):
        for shape in ((4,), (4, 4, 4)):
            yield HostileSpec(
                f"layer {index}: {kind[:20]} on {len(shape)}", _network([_layer("a", kind, **arguments)], shape=shape)
            )
    for operation, arguments in _STEPS:
        step = {"name": "x", "operation": operation, "arguments": arguments}
        yield HostileSpec(f"operation {operation} {str(arguments)[:40]}", _network([], {"steps": [step]}, (4, 4, 4)))
    for levels, times in ((6, 8), (7, 8), (3, 64), (1, 4000), (16, 2), (60, 2)):
        yield HostileSpec(f"{times} ** {levels} nested calls", _calling(levels, times))
        yield HostileSpec(f"{times} ** {levels} nested calls of what is off", _calling(levels, times, enabled=False))
    for levels in (60, 64, 70, 200, 100_000):
        yield HostileSpec(f"{levels:,} levels", "[" * levels if levels > 1_000 else _nested(levels))
        yield HostileSpec(f"{levels:,} objects", '{"a":' * levels)
    yield from _large()
    yield from _broken()


def _large() -> Iterator[HostileSpec]:
    relus = [_layer(f"a{index}", "ReLU") for index in range(5_000)]
    yield HostileSpec("5,000 layers", _network(relus))
    yield HostileSpec("5,001 layers", _network([*relus, _layer("b", "ReLU")]))
    linear = [_layer(f"a{index}", "Linear", in_features=index + 1, out_features=index + 2) for index in range(4_999)]
    failing = [*linear[:4_000], _layer("b", "Linear", in_features=1, out_features=1)]
    yield HostileSpec("5,000 layers that are all different", _network(linear, shape=(1,)), needs_boundary=True)
    yield HostileSpec("5,000 layers the last of which fails", _network(failing, shape=(1,)), True)
    for count in (1_001, 100_000):
        forward = {"inputs": [f"x{index}" for index in range(count)], "steps": [{"name": "x", "operation": "relu"}]}
        yield HostileSpec(f"{count:,} inputs", _network([], forward))
        step = {"name": "x", "operation": "concatenate", "inputs": ["x"] * count}
        yield HostileSpec(f"a step with {count:,} inputs", _network([], {"steps": [step]}))
    doubling = [{"name": "x", "operation": "concatenate", "inputs": ["x", "x"], "arguments": {"dim": 1}}] * 400
    yield HostileSpec("400 doublings", _network([], {"steps": doubling}))
    tuples = [{"name": "x", "operation": "tuple", "inputs": ["x"] * 10}] * 400
    yield HostileSpec("tuples of tuples", _network([], {"steps": tuples}))
    larger = [_layer(f"a{index}", "Upsample", scale_factor=10) for index in range(6)]
    yield HostileSpec("six times ten times larger", _network(larger, shape=(4, 4, 4)))
    yield HostileSpec("a million characters", " " * 1_000_000 + _network([]))
    yield HostileSpec("a name of 500,000 characters", _network([_layer("a" * 500_000, "ReLU")]))
    yield HostileSpec("100,000 keys", json.dumps({str(index): index for index in range(50_000)}))
    yield HostileSpec("100,000 numbers", _network([_layer("a", "Unflatten", dim=1, unflattened_size=[1] * 100_000)]))


def _broken() -> Iterator[HostileSpec]:
    texts = (
        *("", "null", "[]", "{}", "1", '"a"', "NaN", "-Infinity", "[NaN]", "{", "}", '{"a":1,"a":2}', "\x00", "\ud800"),
        *("\ufeff{}", "1" * 5_000, "-" + "9" * 100_000, "1e400", '"' * 1_000, "\\" * 1_000, '{"version": 1}'),
        *(_network([])[:-1], _network([]) * 2, _network([], shape=()), _network([], shape=(0,)), _network([None])),
    )
    for index, text in enumerate(texts):
        yield HostileSpec(f"a broken text {index}", text)
    for shape in ((2**40,), (2**41,), (2**20, 2**20), (-1,), (1,) * 9, (1,) * 100_000):
        yield HostileSpec(f"an input of {str(shape)[:30]}", _network([_layer("a", "ReLU")], shape=shape))
    for value in (None, True, 1.5, "4", [], {}, [[]], 1e308, {"a": {"b": []}}):
        content = {"version": 1, "name": "Net", "input_shape": [4], "layers": []}
        for key in content:
            yield HostileSpec(f"{key} is {value!r}", json.dumps(content | {key: value}))
        for key in ("name", "type", "arguments", "children", "rule", "class_name", "forward", "enabled", "initial"):
            yield HostileSpec(f"a layer's {key} is {value!r}", _network([_layer("a", "ReLU") | {key: value}]))
        for key in ("name", "child", "operation", "inputs", "arguments"):
            step = {"name": "x", "operation": "relu", key: value}
            yield HostileSpec(f"a step's {key} is {value!r}", _network([], {"steps": [step]}))
    for name in ("__init__", "forward", "self", "a.b", "", "1", "\u202e", "\uff41", "a" * 101, "import", "{x}", "$x$"):
        yield HostileSpec(f"a layer called {name[:20]!r}", _network([_layer(name, "ReLU")]))
        yield HostileSpec(
            f"a step called {name[:20]!r}", _network([], {"steps": [{"name": name, "operation": "relu"}]})
        )
        yield HostileSpec(f"a child called {name[:20]!r}", _network([], {"steps": [{"name": "x", "child": name}]}))


SPECS: tuple[HostileSpec, ...] = tuple(_specs())
"""Every hostile text; the names are all different."""

LINKS: tuple[HostileSpec, ...] = (
    HostileSpec("not base 64", "!" * 100),
    HostileSpec("not packed", "a" * 100),
    HostileSpec("empty", ""),
    HostileSpec("a link of 100,000 characters", "a" * 100_000),
    HostileSpec("no ASCII", "\uff41" * 100),
    HostileSpec("unpacks to 100 MB", link_of(" " * 100_000_000)),
    HostileSpec("cut off", link_of(_network([_layer("a", "ReLU")]))[:-4]),
    HostileSpec("no UTF-8", link_of("\ud800")),
    *(
        HostileSpec(f"link: {each.name}", link, each.needs_boundary)
        for each in SPECS
        for link in [link_of(each.text)]
        if len(link) <= 8_000
    ),
)
"""Every hostile link, those of the texts that fit into one among them."""

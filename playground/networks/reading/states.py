"""What layers give after their output: of the state of a recurrent layer the output of the last step is known."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.reading.applying import operation_on
from playground.networks.reading.values import IGNORED, Applied, Node, StateOf, cannot_read, output_of, shown

_OF_A_PAIR = (
    "the state of an LSTM is the pair (h_n, c_n), and only the last layer's h_n is known here, in one direction: "
    "h[0][-1] after out, h = self.lstm(x), and h[-1] after out, (h, c) = self.lstm(x)."
)
_OF_ATTENTION = "the weights of an attention are not known here; take its output, out, _ = self.attention(x, x, x)."
_OF_A_MODULE = "a state is not known outside of the module that it is of; return there what you need: return h[-1]."
_OF_OTHER_LAYERS = (
    "of a layer with a state only the output is known here, and of the state of one direction the last layer's, h[-1]."
)


def parts_given(value: Any) -> list[Any]:
    """What a layer or module gives, one after the other, that gives something else after its output."""
    node = _node_of(value)
    if node.gives and node.gives.count(True) > 1:
        places = [sum(node.gives[:place]) for place in range(len(node.gives))]
        tensors = [operation_on(value, "item", {"index": place}) for place in places]
        return [
            tensor if known else StateOf(value, _OF_A_MODULE) for tensor, known in zip(tensors, node.gives, strict=True)
        ]
    output = output_of(value)
    if node.gives:
        return [output if known else StateOf(output, _OF_A_MODULE) for known in node.gives]
    if node.type == "MultiheadAttention":
        return [output, StateOf(output, _OF_ATTENTION)]
    state = StateOf(output)
    return [output, (state, StateOf(output, _OF_A_PAIR)) if node.type == "LSTM" else state]


def state_at(state: StateOf, index: Any) -> Any:
    """The state of one layer, which the last one has as the output of its last step."""
    layers = int(_node_of(state.output).arguments.get("num_layers", 1)) if not state.unknown else 0
    is_last = type(index) is int and index in (-1, layers - 1)
    return (_last_step(state) if is_last and not state.unknown else None) or _unknown(state)


def states_of(state: StateOf, count: int) -> list[Any]:
    """The states of so many layers; of another number of layers nothing is known."""
    fits = not state.unknown and _node_of(state.output).arguments.get("num_layers", 1) == count
    return [state_at(state, index) if fits else _unknown(state) for index in range(count)]


def changed_state(state: StateOf, name: str, arguments: tuple[Any, ...]) -> Any:
    """What a method of a state gives: without the dimension of its layers the state of the only one."""
    layers = _node_of(state.output).arguments.get("num_layers", 1)
    if name == "squeeze" and arguments in ((), (0,)) and layers == 1:
        return state_at(state, -1)
    return _unknown(state)


def is_state(value: Any) -> bool:
    """Whether a value is a state, or several, of which nothing is passed on."""
    if isinstance(value, tuple | list):
        return bool(value) and all(map(is_state, value))
    return isinstance(value, StateOf) or value is IGNORED


def check_known(values: Any, node: ast.AST) -> None:
    """Raises SpecError if a state is computed with that is not known."""
    pending = [values]
    while pending:
        value = pending.pop()
        if isinstance(value, tuple | list):
            pending += reversed(value)
        elif isinstance(value, StateOf):
            raise not_known(value, node)


def not_known(state: StateOf, node: ast.AST) -> SpecError:
    """The error for a state that is used though it is not known."""
    return cannot_read(node, f"{shown(node)} cannot be read: {_unknown(state).unknown}")


def _unknown(state: StateOf) -> StateOf:
    """A state as one of which nothing is known."""
    if state.unknown:
        return state
    layer = _node_of(state.output)
    arguments = layer.arguments
    if not arguments.get("bidirectional"):
        return StateOf(state.output, _OF_A_PAIR if layer.type == "LSTM" else _OF_OTHER_LAYERS)
    last, dim = ("out[:, -1]", 1) if arguments.get("batch_first") else ("out[-1]", 0)
    return StateOf(
        state.output,
        "the last states of both directions are not read, and of a layer with a state only the output is known here; "
        f"take its last step, {last}, or its mean, out.mean(dim={dim}).",
    )


def _last_step(state: StateOf) -> Applied | None:
    """The output of the last step, which the state of the last layer is; None where it holds two directions."""
    arguments = _node_of(state.output).arguments
    if arguments.get("bidirectional") or "proj_size" in arguments:
        return None
    dim = {} if arguments.get("batch_first") else {"dim": 0}
    return Applied((state.output,), operation="select", arguments=dim)


def _node_of(value: Any) -> Node:
    """The layer or module that gave a value."""
    applied = value if isinstance(value, Applied) else value.applied
    assert isinstance(applied, Applied)
    assert applied.node is not None
    return applied.node

"""What a person pastes: PyTorch code, looked through for slips and read as a network; nothing of it is executed."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from playground.networks.errors import SpecError
from playground.networks.slips import Slip, find_slips
from playground.networks.spec import NetworkSpec


@dataclass(frozen=True)
class PastedCode:
    """The slips in a text, and what can be read of it: its classes, and the functions that make one."""

    slips: tuple[Slip, ...] = ()
    entries: tuple[str, ...] = ()


def look_through(text: str) -> PastedCode:
    """What is in a text, as far as it can be parsed."""
    return PastedCode(find_slips(text), _entries(text))


def read_pasted(text: str, entry: str | None, arguments: str) -> NetworkSpec:
    """The network in a text; the arguments are written as in a call. Raises SpecError."""
    return NetworkSpec.from_code(text, entry, read_arguments(arguments))


def read_arguments(text: str) -> dict[str, object]:
    """The arguments that a person writes: "hidden_size=128, blocks=[2, 2]"; raises SpecError if they are none."""
    try:
        call = ast.parse(f"f({text.strip()})", mode="eval").body
        assert isinstance(call, ast.Call)
        if call.args or any(keyword.arg is None for keyword in call.keywords):
            raise ValueError
        return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (SyntaxError, TypeError, ValueError, AssertionError, MemoryError, RecursionError) as error:
        raise SpecError("Write arguments by name and as values, such as hidden_size=128, num_classes=10.") from error


def _entries(text: str) -> tuple[str, ...]:
    from playground.networks.reading.makers import makers

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()
    classes = [each.name for each in tree.body if isinstance(each, ast.ClassDef)]
    return tuple(dict.fromkeys([*classes, *(maker for name in classes for maker in makers(tree, name))]))

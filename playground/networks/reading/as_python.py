"""What Python itself does with the values of a source: the one place where what it raises becomes a SpecError."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any, TypeVar

from playground.networks.errors import SpecError
from playground.networks.reading.values import cannot_read, shown

Result = TypeVar("Result")

# What the values of a source are called where it is followed, and in Python.
_NAMES = {
    **dict.fromkeys(("Node", "Child"), "Module"),
    **dict.fromkeys(("Applied", "Variable"), "Tensor"),
    **dict.fromkeys(("FunctionValue", "Method", "Partial"), "function"),
    **dict.fromkeys(("ClassValue", "TorchName"), "type"),
    "Record": "object",
}
_NAME = re.compile(r"'(\w+)'")


def as_python_would(node: ast.AST, operation: Callable[..., Result], *arguments: Any, **keywords: Any) -> Result:
    """What an operation of Python gives for values of the source; raises SpecError, with Python's words, if it fails.

    Only what the operation itself raises is about the source: it leaves no frame. An error with frames below this one
    is one of our own code, such as a generator that follows the source, and stays what it is.
    """
    try:
        return operation(*arguments, **keywords)
    except (SpecError, RecursionError):
        raise
    except Exception as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise
        raise cannot_read(node, f"{shown(node)} cannot be computed: {_words_of(error)}.") from error


def first_of(arguments: tuple[Any, ...], node: ast.Call) -> Any:
    """The first argument of a call; raises SpecError if it is given none."""
    if not arguments:
        raise cannot_read(node, f"{shown(node)} is given no argument; it needs one.")
    return arguments[0]


def _words_of(error: Exception) -> str:
    words = f"there is no {error}" if type(error) is KeyError else str(error) or type(error).__name__
    return _NAME.sub(lambda found: f"'{_NAMES.get(found[1], found[1])}'", words).rstrip(".")

"""What is refused before it is tried: source too large or too deep, endless loops, and values that fill the memory."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.reading.values import Node, cannot_read

MAX_BYTES = 1_000_000
MAX_NESTING = 200
MAX_STEPS = 300_000
MAX_LENGTH = 10_000
MAX_NUMBER = 2**53
MAX_VALUES = 100_000

# Going through values, or making them, is that much faster than following a source.
_VALUES_A_STEP = 8
_SINGLE = (int, float, bool, type(None))
_HOLDERS = (list, tuple, dict, range)


def parse(source: str) -> ast.Module:
    """The syntax tree of a source; raises SpecError if it is too large, too deep, or not Python."""
    if len(source) > MAX_BYTES or len(source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise SpecError("The source is larger than 1 MB; paste only the classes of the network.")
    try:
        tree = ast.parse(source.removeprefix("\ufeff"))
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        # Python itself takes at most 200 brackets and 100 levels of indentation.
        if error.msg.startswith("too many"):
            raise SpecError(_too_deep(), line, column) from error
        raise SpecError(f"Line {line}, column {column}: this is not Python: {error.msg}.", line, column) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SpecError(
            "The source cannot be parsed: it is nested too deep, or has characters that Python does not take."
        ) from error
    _check_depth(tree)
    return tree


def _too_deep() -> str:
    return f"The source is nested more than {MAX_NESTING} levels deep; write it in several statements."


def _check_depth(tree: ast.Module) -> None:
    """Level by level: a chain such as `1 + 1 + 1 ...` or `a.b.c...` nests in the tree, not in the text."""
    depth = 0
    level: list[ast.AST] = [tree]
    while level:
        depth += 1
        if depth > 2 * MAX_NESTING:
            raise cannot_read(level[0], "this is nested too deep; write it in several statements.")
        below: list[ast.AST] = []
        for node in level:
            for value in vars(node).values():
                if isinstance(value, ast.AST):
                    below.append(value)
                elif isinstance(value, list):
                    below += [each for each in value if isinstance(each, ast.AST)]
        level = below


def amount_of(value: Any) -> float:
    """How many values an operation meets that goes through all of a value: each as often as it stands in it.

    Infinitely many for one that holds itself or is nested very deep.
    """
    return _amount(value, {}, 0)


def _amount(value: Any, known: dict[int, float], depth: int) -> float:
    if isinstance(value, str | range):
        return 1 + len(value)
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = (*value.keys(), *value.values())
    elif isinstance(value, list | tuple):
        parts = value
    elif isinstance(value, Node):
        parts = value.children.values()
    if not parts:
        return 1
    if id(value) not in known:
        known[id(value)] = amount = math.inf
        if depth <= MAX_NESTING:
            amount = 1
            for part in parts:
                amount += 1 if type(part) in _SINGLE else _amount(part, known, depth + 1)
        known[id(value)] = amount
    return known[id(value)]


class Budget:
    """Counts what has been followed and computed, so that what would take millions of steps ends with a sentence."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    @property
    def is_spent(self) -> bool:
        """Whether nothing more can be followed."""
        return self._left < 0

    def spend(self, node: ast.AST, steps: int = 1) -> None:
        """Raises SpecError when too much has been followed."""
        self._left -= steps
        if self._left < 0:
            raise cannot_read(node, "the source takes too many steps to follow; shorten its loops.")

    def go_through(self, node: ast.AST, *values: Any) -> None:
        """Counts what an operation goes through that compares, prints, hashes or copies all that these values hold.

        Raises SpecError where that is too much.
        """
        amount = 0.0
        for value in values:
            if isinstance(value, _HOLDERS):
                amount += amount_of(value)
        if amount > MAX_VALUES:
            raise cannot_read(
                node, f"this goes through more than {MAX_VALUES:,} values, the limit; use shorter lists and texts."
            )
        if amount >= _VALUES_A_STEP:
            self.spend(node, int(amount) // _VALUES_A_STEP)

    def keep(self, node: ast.AST, value: Any) -> None:
        """Counts what was made; raises SpecError for a number, a text or a list that is too large to go on with."""
        if isinstance(value, int):
            if abs(value) > MAX_NUMBER:
                raise cannot_read(node, "this number is too large.")
        elif isinstance(value, str | list | tuple | dict):
            length = len(value)
            if length > MAX_LENGTH:
                raise cannot_read(node, too_long(value))
            if length >= _VALUES_A_STEP:
                self.spend(node, length // _VALUES_A_STEP)


def too_long(value: Any) -> str:
    """The sentence for a text, a list or a range of too many values."""
    kind = "text" if isinstance(value, str) else type(value).__name__
    what = "characters" if isinstance(value, str) else "values"
    return f"this {kind} has {len(value):,} {what}; {MAX_LENGTH:,} is the limit."

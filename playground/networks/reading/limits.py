"""What is refused before it is tried: source too large or too deep, and loops that would never end."""

from __future__ import annotations

import ast

from playground.networks.errors import SpecError
from playground.networks.reading.values import cannot_read

MAX_BYTES = 1_000_000
MAX_NESTING = 200
MAX_STEPS = 300_000
MAX_LENGTH = 10_000
MAX_NUMBER = 2**53


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


class Budget:
    """Counts what has been followed, so that a loop of millions ends with a sentence and not with a wait."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    @property
    def is_spent(self) -> bool:
        """Whether nothing more can be followed."""
        return self._left < 0

    def spend(self, node: ast.AST) -> None:
        """Raises SpecError when too much has been followed."""
        self._left -= 1
        if self._left < 0:
            raise cannot_read(node, "the source takes too many steps to follow; shorten its loops.")

"""What is refused before it is tried: source too large or too deep, and loops that would never end."""

from __future__ import annotations

import ast
import tokenize
from io import StringIO

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
    if _nesting(source) > MAX_NESTING:
        raise SpecError(f"The source is nested more than {MAX_NESTING} levels deep; write it in several statements.")
    try:
        tree = ast.parse(source)
        _check_depth(tree)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        raise SpecError(f"Line {line}, column {column}: this is not Python: {error.msg}.", line, column) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SpecError(
            "The source cannot be parsed: it is nested too deep, or has characters that Python does not take."
        ) from error
    return tree


def _nesting(source: str) -> int:
    """How deep brackets and indentation go, at most; the parser of Python itself gives up at such depths."""
    deepest = brackets = indentation = 0
    try:
        for token in tokenize.generate_tokens(StringIO(source).readline):
            brackets += token.string in ("(", "[", "{") if token.type == tokenize.OP else 0
            brackets -= token.string in (")", "]", "}") if token.type == tokenize.OP else 0
            indentation += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
            deepest = max(deepest, brackets + indentation)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return deepest
    return deepest


def _check_depth(tree: ast.Module) -> None:
    """Without recursion: a chain such as `1 + 1 + 1 ...` or `a.b.c...` nests in the tree, not in the text."""
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > 2 * MAX_NESTING:
            raise cannot_read(node, "this is nested too deep; write it in several statements.")
        pending += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


class Budget:
    """Counts what has been followed, so that a loop of millions ends with a sentence and not with a wait."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def spend(self, node: ast.AST) -> None:
        """Raises SpecError when too much has been followed."""
        self._left -= 1
        if self._left < 0:
            raise cannot_read(node, "the source takes too many steps to follow; shorten its loops.")

"""Slips of indentation in source that Python cannot read for it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator

from playground.networks.slips_text import Edit, Finding, Lines, Token, apply_edits, statements

_TAB_WIDTHS = (4, 8)
_INDENT = 4


def indentation_slips(lines: Lines, tokens: list[Token], error: SyntaxError) -> Iterator[Finding]:
    """Tabs mixed with spaces, or the first line that does not stand where a line can stand."""
    if not isinstance(error, IndentationError):
        return
    indentations = {line: lines.indentation(line) for line in code_lines(lines, tokens)}
    used = set("".join(indentations.values()))
    if "\t" in used and " " in used:
        yield _mixed_tabs(lines, indentations)
    elif "\t" not in used:
        yield from _wrong_indentation(lines, tokens)


def code_lines(lines: Lines, tokens: Iterable[Token]) -> list[int]:
    """The numbers of the lines that begin with code: not blank, no comment, not within a text."""
    found = []
    for token in tokens:
        if token.kind in ("newline", "comment"):
            continue
        line, column = lines.position(token.start)
        if column == len(lines.indentation(line)) + 1:
            found.append(line)
    return found


def _mixed_tabs(lines: Lines, indentations: dict[int, str]) -> Finding:
    """Tabs and spaces that Python cannot compare; the correction writes each tab as spaces."""
    indented = [line for line, indentation in indentations.items() if indentation]
    usual = indentations[indented[0]][0]
    wrong = next((line for line in indented if set(indentations[line]) != {usual}), indented[0])
    message = "Tabs and spaces are mixed here; indent every line with spaces."
    attempts = [
        tuple(
            Edit(lines.starts[line - 1], lines.starts[line - 1] + len(indentation), indentation.expandtabs(width))
            for line, indentation in indentations.items()
            if "\t" in indentation
        )
        for width in _TAB_WIDTHS
    ]
    best = max(attempts, key=lambda edits: _error_line(lines, edits) or math.inf)
    return Finding(lines.starts[wrong - 1], message, best)


def _wrong_indentation(lines: Lines, tokens: list[Token]) -> Iterator[Finding]:
    """The first line that is too deep, not deep enough after a colon, or between two levels."""
    rows = []
    for statement in statements(tokens):
        line, column = lines.position(statement[0].start)
        rows.append((line, column - 1, statement))
    levels = [0]
    header: list[Token] | None = None
    for index, (line, column, statement) in enumerate(rows):
        expected = None
        if header and column <= levels[-1]:
            name = " ".join(token.text for token in header[:2]).rstrip(" :")
            message = f"The line after {name} is not indented; what belongs to it stands {_INDENT} spaces deeper."
            expected = levels[-1] + _INDENT
        elif header:
            levels.append(column)
        elif column > levels[-1]:
            expected = levels[-1]
            message = f"This line is indented by {column} spaces where {expected} are right."
        else:
            while column < levels[-1]:
                levels.pop()
            if column != levels[-1]:
                above = [row[1] for row in rows[:index] if row[1] > column]
                expected = min([levels[-1], min(above)], key=lambda level: abs(level - column))
                message = f"This line is indented by {column} spaces where {expected} are right."
        if expected is not None:
            edits = _shift(lines, rows[index:], expected, is_body=header is not None)
            new_error = _error_line(lines, edits)
            certain = new_error is None or new_error > line
            yield Finding(statement[0].start, message, edits if certain else ())
            return
        header = statement if statement[-1].text == ":" else None


def _shift(lines: Lines, rows: list[tuple[int, int, list[Token]]], expected: int, *, is_body: bool) -> tuple[Edit, ...]:
    """Move the lines that stand as deep as the first one, up to the first that is less deep or begins a method."""
    wrong = rows[0][1]
    edits = []
    for index, (line, column, statement) in enumerate(rows):
        if column < wrong or (index and is_body and statement[0].text in ("def", "class", "@")):
            break
        start = lines.starts[line - 1]
        if column == wrong:
            edits.append(Edit(start, start + wrong, " " * expected))
        elif is_body:
            # What stands deeper within the body stays so.
            edits.append(Edit(start, start, " " * (expected - wrong)))
    return tuple(edits)


def _error_line(lines: Lines, edits: tuple[Edit, ...]) -> int | None:
    """The line in which the edited text is still indented wrongly."""
    try:
        ast.parse(apply_edits(lines.text, edits))
    except IndentationError as error:
        return error.lineno or 1
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None

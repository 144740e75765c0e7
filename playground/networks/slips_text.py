"""Source as positions, edits and tokens, also where it is no valid Python."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")

_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\uff02"
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\uff07"
TYPOGRAPHIC_QUOTES = {**dict.fromkeys(_DOUBLE_QUOTES, '"'), **dict.fromkeys(_SINGLE_QUOTES, "'")}

_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\r\n]*)
    | (?P<string>(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])?
        (?: \"\"\"(?:[^\\"]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^\\']|\\.|'(?!''))*'''
          | "(?!"")(?:[^\\"\r\n]|\\(?:\r\n|.))*" | '(?!'')(?:[^\\'\r\n]|\\(?:\r\n|.))*' ))
    | (?P<open_string>(?:\"\"\"|''').* | ["'][^\r\n]*)
    | (?P<quoted>[{_DOUBLE_QUOTES}][^{_DOUBLE_QUOTES}"\r\n]*[{_DOUBLE_QUOTES}"]
          | [{_SINGLE_QUOTES}][^{_SINGLE_QUOTES}'\r\n]*[{_SINGLE_QUOTES}'])
    | (?P<name>[^\W\d]\w*)
    | (?P<number>(?:\d|\.\d)(?:[eE][+-]\d|[\w.])*)
    | (?P<newline>\r\n|\r|\n)
    | (?P<space>(?:[ \t\f]|\\(?:\r\n|\r|\n))+)
    | (?P<operator>->|:=|\.\.\.|(?:\*\*|//|>>|<<|[-+*/%&|^=!<>@])=|\*\*|//|>>|<<|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_DEPTHS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Token(NamedTuple):
    """A piece of source: its kind, its text, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Edit:
    """A replacement of the characters from `start` to before `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Finding:
    """A slip at an offset of the text in which it was found."""

    offset: int
    message: str
    edits: tuple[Edit, ...] = ()


class Lines:
    """The lines of a text, as Python counts them, and the offsets of its positions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both from 1; the nearest one there is."""
        start = self.starts[min(max(line, 1), len(self.starts)) - 1]
        return min(max(start + column - 1, 0), len(self.text))

    def line(self, number: int) -> str:
        """The text of a line from 1, without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def line_end(self, number: int) -> int:
        """The offset after the last character of a line."""
        return self.starts[number - 1] + len(self.line(number))

    def indentation(self, number: int) -> str:
        """The white space at the beginning of a line."""
        line = self.line(number)
        return line[: len(line) - len(line.lstrip(" \t\f"))]


def tokens(text: str) -> list[Token]:
    """All of a text as tokens, without the white space within lines; every text has tokens."""
    # Without the constructor in Python that a NamedTuple has: a text is made of thousands.
    make = tuple.__new__
    return [
        make(Token, (match.lastgroup, match[0], match.start(), match.end()))
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]


def statements(found: Iterable[Token]) -> Iterator[list[Token]]:
    """The tokens of each logical line, without comments; a line goes on while a bracket is open."""
    statement: list[Token] = []
    depth = 0
    for token in found:
        if token.kind == "comment":
            continue
        if token.kind != "newline":
            statement.append(token)
            depth = max(0, depth + depth_change(token))
        elif not depth and statement:
            yield statement
            statement = []
    if statement:
        yield statement


def depth_change(token: Token) -> int:
    """1 for a bracket that opens, -1 for one that closes, else 0."""
    return _DEPTHS.get(token.text, 0) if token.kind == "operator" else 0


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; where two overlap, only the first."""
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            continue
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])

"""Slips in single characters: punctuation of Chinese notes, typographic quotes, invisible characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice

from playground.networks.slips_text import TYPOGRAPHIC_QUOTES, Edit, Finding, Lines, Token

_MAX_EDITS_A_LINE = 200

# The full-width forms of ASCII stand in the same order as ASCII itself; letters of theirs are valid in names.
_FULL_WIDTH: dict[str, str] = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if not chr(code).isalpha()}
_PUNCTUATION = {
    **_FULL_WIDTH,
    "\u3001": ",",
    "\u3002": ".",
    "\u3010": "[",
    "\u3011": "]",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u00d7": "*",
    "\u2026": "...",
}
_SPACES = dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " ")
_INVISIBLE = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")


def wrong_characters(lines: Lines, tokens: Iterable[Token]) -> Iterator[Finding]:
    """Characters outside texts and comments that only look like Python; one finding a line and kind."""
    edits = [found for token in tokens for found in _character_edits(token)]
    edits.sort(key=lambda found: (lines.position(found[1].start)[0], found[0], found[1].start))
    for (_, kind), group in groupby(edits, key=lambda found: (lines.position(found[1].start)[0], found[0])):
        line_edits = tuple(edit for _, edit in islice(group, _MAX_EDITS_A_LINE))
        wrong = list(dict.fromkeys(lines.text[edit.start : edit.end] for edit in line_edits))
        right = list(dict.fromkeys(edit.text for edit in line_edits))
        yield Finding(line_edits[0].start, _MESSAGES[kind](wrong, right), line_edits)


def open_strings(lines: Lines, tokens: Iterable[Token]) -> Iterator[Finding]:
    """A text whose quote is never closed; where it ends is the person's to say."""
    for token in tokens:
        if token.kind == "open_string":
            quote = token.text[:3] if token.text[:3] in ('"""', "'''") else token.text[0]
            where = "" if len(quote) == 3 else f" in line {lines.position(token.start)[0]}"
            yield Finding(token.start, f"The text that begins with {quote} here is never closed{where}.")


def _character_edits(token: Token) -> Iterator[tuple[str, Edit]]:
    if token.kind == "quoted":
        for index in (0, len(token.text) - 1):
            if token.text[index] in TYPOGRAPHIC_QUOTES:
                start = token.start + index
                yield "quotes", Edit(start, start + 1, TYPOGRAPHIC_QUOTES[token.text[index]])
    elif token.kind == "open_string":
        for index, character in enumerate(token.text):
            if TYPOGRAPHIC_QUOTES.get(character) == token.text[0]:
                yield "quotes", Edit(token.start + index, token.start + index + 1, token.text[0])
                return
    elif token.kind == "operator" and not token.text.isascii():
        for kind, table in (("punctuation", _PUNCTUATION), ("spaces", _SPACES), ("invisible", _INVISIBLE)):
            if token.text in table:
                yield kind, Edit(token.start, token.end, table[token.text])
    elif token.kind == "number" and not token.text.isascii():
        digits = "".join(_FULL_WIDTH.get(character, character) for character in token.text)
        if digits.isascii():
            yield "punctuation", Edit(token.start, token.end, digits)


def _listed(characters: list[str]) -> str:
    return " ".join(characters)


_MESSAGES: dict[str, Callable[[list[str], list[str]], str]] = {
    "punctuation": lambda wrong, right: f"{_listed(wrong)} is not Python's punctuation; use {_listed(right)} instead.",
    "quotes": lambda wrong, right: f"{_listed(wrong)} are typographic quotes; Python needs {_listed(right)}.",
    "spaces": lambda *_: "A space that Python does not know stands here; write an ordinary one.",
    "invisible": lambda *_: "An invisible character that Python does not know stands here; delete it.",
}

"""Slips that keep Python from reading the source: brackets, colons, commas, keywords, equals signs."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Iterator
from itertools import pairwise

from playground.networks.slips_text import Edit, Finding, Lines, Token, depth_change, statements

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_HEADERS = frozenset(
    {"class", "def", "if", "elif", "else", "for", "while", "with", "try", "except", "finally", "async"}
)
_NEVER_IN_BRACKETS = frozenset({"class", "def", "return", "import", "while", "with", "try", "raise"})
_OPENING_KEYWORDS = ("import", "from", "class", "def", "return", "for", "if", "while", "with", "elif", "raise")
_PREFIXES = frozenset({"self", "nn", "torch", "F"})
_SOFT_KEYWORDS = frozenset({"match", "case", "type", "print", "exec"})
_VALUE_KEYWORDS = frozenset({"True", "False", "None"})


def unbalanced_brackets(lines: Lines, tokens: list[Token]) -> list[Finding]:
    """Brackets that are never closed, closed by another kind, or closed twice; [] if all are in order."""
    return list(_Brackets(lines, tokens).findings()) if not _is_balanced(tokens) else []


def broken_statements(tokens: list[Token]) -> Iterator[Finding]:
    """Slips within statements of source that Python cannot read and whose brackets are in order."""
    for statement in statements(tokens):
        first = next(_first_token_slips(statement), None)
        if first:
            yield first
        yield from _from_import_of_a_path(statement)
        yield from _missing_colon(statement)
        yield from _missing_between(statement)


def _is_balanced(tokens: list[Token]) -> bool:
    """Whether each bracket is closed, and before the next statement begins."""
    expected: list[str] = []
    for token in tokens:
        if expected and token.kind == "name" and token.text in _NEVER_IN_BRACKETS:
            return False
        change = depth_change(token)
        if change == 1:
            expected.append(_PAIRS[token.text])
        elif change == -1 and (not expected or expected.pop() != token.text):
            return False
    return not expected


class _Brackets:
    """The brackets that are open while the tokens go by; indentation says where a statement must have ended."""

    def __init__(self, lines: Lines, tokens: list[Token]) -> None:
        self.lines = lines
        self.tokens = [token for token in tokens if token.kind not in ("comment", "newline")]
        self.open: list[tuple[Token, int]] = []

    def findings(self) -> Iterator[Finding]:
        line_before = 0
        for index, token in enumerate(self.tokens):
            line = self.lines.position(token.start)[0]
            if self.open and line != line_before:
                yield from self._close_before(index)
            line_before = line
            change = depth_change(token)
            if change == 1:
                self.open.append((token, self._indentation(token)))
            elif change == -1:
                yield from self._closed_by(token)
        if self.open:
            yield self._unclosed(0, len(self.tokens))

    def _indentation(self, token: Token) -> int:
        return len(self.lines.indentation(self.lines.position(token.start)[0]))

    def _close_before(self, index: int) -> Iterator[Finding]:
        """What the first token of a line shows to be unclosed: it does not stand deeper than the opening line."""
        token = self.tokens[index]
        column = self._indentation(token)
        count = len(self.open)
        while count and self.open[count - 1][1] > column - (depth_change(token) != -1):
            count -= 1
        if count == len(self.open) and self._is_header_before(index):
            count = 0
        if count < len(self.open):
            yield self._unclosed(count, index)

    def _is_header_before(self, index: int) -> bool:
        """Whether the line before ends with a colon, as a header does; within a dict or a slice it means nothing."""
        return self.tokens[index - 1].text == ":" and all(token.text == "(" for token, _ in self.open)

    def _unclosed(self, count: int, index: int) -> Finding:
        """Close all brackets from the `count`th on before the token at `index`."""
        unclosed = [token for token, _ in self.open[count:]]
        del self.open[count:]
        last = self.tokens[index - 1]
        before_last = last.text == ":" or (last.text == "," and count > 0)
        place = last.start if before_last and index > 1 else last.end
        closing = "".join(_PAIRS[token.text] for token in reversed(unclosed))
        line = self.lines.position(place)[0]
        names = " ".join(token.text for token in unclosed)
        return Finding(
            unclosed[0].start,
            f"The {names} opened here is never closed; write {closing} in line {line}.",
            (Edit(place, place, closing),),
        )

    def _closed_by(self, token: Token) -> Iterator[Finding]:
        if not self.open:
            message = f"The {token.text} here closes nothing; delete it."
            yield Finding(token.start, message, (Edit(token.start, token.end, ""),))
            return
        opening = self.open.pop()[0]
        closing = _PAIRS[opening.text]
        if token.text != closing:
            line = self.lines.position(opening.start)[0]
            message = f"The {opening.text} of line {line} is closed by {token.text}; write {closing}."
            yield Finding(token.start, message, (Edit(token.start, token.end, closing),))


def _first_token_slips(statement: list[Token]) -> Iterator[Finding]:
    """A keyword that is misspelt or missing at the beginning of a statement, or an `=` that is missing after it."""
    first, *rest = statement
    if first.kind != "name" or keyword.iskeyword(first.text) or not rest:
        return
    if _starts_value(rest[0]) and first.text not in _SOFT_KEYWORDS | _PREFIXES:
        right = _near_keyword(first.text, is_import=any(token.text == "import" for token in rest))
        if right:
            yield _replace(first, right, f"{first.text} is no keyword; did you mean {right}?")
        elif rest[0].text in _PREFIXES:
            yield _insert(first.end, " =", f"There is no = after {first.text}; an assignment needs one.", rest[0].start)
    elif first.text == "self" and rest[0].text == "." and len(rest) > 3 and rest[1].kind == "name":
        target = f"self.{rest[1].text}"
        if rest[2].text in (":=", "=="):
            yield _replace(rest[2], "=", f"{target} is assigned with =, not with {rest[2].text}.")
        elif _starts_value(rest[2]):
            yield _insert(rest[1].end, " =", f"There is no = after {target}; an assignment needs one.", rest[2].start)
    elif len(rest) > 2 and rest[0].text == "(" and rest[-1].text == ":" and rest[-2].text == ")":
        if rest[1].text == "self" or first.text in ("forward", "__init__"):
            message = f"There is no def before {first.text}; a method begins with it."
            yield _insert(first.start, "def ", message, first.start)
        elif first.text[0].isupper():
            message = f"There is no class before {first.text}; a class begins with it."
            yield _insert(first.start, "class ", message, first.start)


def _near_keyword(name: str, *, is_import: bool) -> str | None:
    if len(name) < 3 and name.lower() not in _OPENING_KEYWORDS:
        return None
    if is_import:
        # "form torch import nn" is nearer to "for" than to "from".
        return next(iter(difflib.get_close_matches(name.lower(), ("from",), n=1, cutoff=0.6)), None)
    return next(iter(difflib.get_close_matches(name.lower(), _OPENING_KEYWORDS, n=1, cutoff=0.6)), None)


def _from_import_of_a_path(statement: list[Token]) -> Iterator[Finding]:
    """`from torch import nn.functional as F`."""
    texts = [token.text for token in statement]
    if texts[0] != "from" or "import" not in texts or "as" not in texts:
        return
    at, alias = texts.index("import"), texts.index("as")
    if at < alias and "." in texts[at:alias] and "," not in texts:
        path = "".join(texts[1:at]) + "." + "".join(texts[at + 1 : alias])
        right = f"import {path} as"
        message = f"from ... import takes a name, not a path; write {right} {''.join(texts[alias + 1 :])}."
        yield Finding(statement[0].start, message, (Edit(statement[0].start, statement[alias].end, right),))


def _missing_colon(statement: list[Token]) -> Iterator[Finding]:
    first, last = statement[0], statement[-1]
    if first.text not in _HEADERS or (len(statement) == 1 and first.text in ("class", "def")):
        return
    depth = 0
    for token in statement:
        depth += depth_change(token)
        if token.text == ":" and depth == 0:
            return
    name = f"{first.text} {statement[1].text}" if first.text in ("class", "def") and len(statement) > 1 else first.text
    message = f"There is no colon at the end of {name}."
    if last.text in (";", ",", ".", "=") and len(statement) > 1:
        yield _replace(last, ":", message)
    else:
        yield _insert(last.end, ":", message, last.end)


def _missing_between(statement: list[Token]) -> Iterator[Finding]:
    """A comma or a dot that is missing between two values that stand side by side."""
    depth = 0
    is_definition = statement[0].text in ("def", "class") or [token.text for token in statement[1:3]] == ["(", "self"]
    for index, (token, following) in enumerate(pairwise(statement)):
        depth = max(0, depth + depth_change(token))
        doubled = token.text == following.text == "." and statement[0].text != "from"
        if doubled and (index == 0 or statement[index - 1].text != "."):
            yield _replace(following, "", "One dot is enough here.")
        if not (_ends_value(token) and _starts_value(following)):
            continue
        if token.text in _PREFIXES and following.kind == "name" and not is_definition:
            right = f"{token.text}.{following.text}"
            message = f"There is no dot between {token.text} and {following.text}; write {right}."
            yield Finding(following.start, message, (Edit(token.end, following.start, "."),))
        elif depth and not (token.kind == following.kind == "string"):
            message = f"A comma is missing before {following.text[:40]}."
            yield _insert(token.end, ",", message, following.start)


def _ends_value(token: Token) -> bool:
    if token.kind == "name":
        return not keyword.iskeyword(token.text) or token.text in _VALUE_KEYWORDS
    return token.kind in ("number", "string") or token.text in (")", "]", "}")


def _starts_value(token: Token) -> bool:
    if token.kind == "name":
        return not keyword.iskeyword(token.text) or token.text in _VALUE_KEYWORDS
    return token.kind in ("number", "string")


def _replace(token: Token, text: str, message: str) -> Finding:
    return Finding(token.start, message, (Edit(token.start, token.end, text),))


def _insert(place: int, text: str, message: str, offset: int) -> Finding:
    return Finding(offset, message, (Edit(place, place, text),))

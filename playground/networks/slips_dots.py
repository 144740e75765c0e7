"""Slips with dots and with the parentheses of `super`, found in the tokens, also where Python can read the source."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator
from itertools import pairwise

from playground.networks.slips_text import Edit, Finding, Token, depth_change, statements
from playground.networks.slips_torch import FUNCTIONAL, NN, USUAL_NAMES, functions, layers, names, near_names

_SUBMODULES = frozenset({"nn", "optim", "functional"})


def commas_for_dots(tokens: list[Token]) -> Iterator[Finding]:
    """`nn,Linear(1, 2)`, `F,relu(x)`, `self,conv = ...`, `import torch,nn as nn`."""
    code = [token for token in tokens if token.kind not in ("comment", "newline")]
    owners = {"self", *USUAL_NAMES}
    if not any(owner.text in owners and comma.text == "," for owner, comma in pairwise(code)):
        return
    lines = list(statements(tokens))
    bound = _bound_names(lines)
    attributes = {
        name.text
        for owner, dot, name in zip(code, code[1:], code[2:], strict=False)
        if owner.text == "self" and dot.text == "."
    }
    if _has_star_import(lines):
        return
    for statement in lines:
        if not any(token.text == "," for token in statement) or statement[0].text in ("def", "global", "del"):
            continue
        if statement[0].text == "from" and "import" in (token.text for token in statement):
            at = next(index for index, token in enumerate(statement) if token.text == "import")
            yield from _in_import(statement[:at])
        elif statement[0].text == "import":
            yield from _in_import(statement)
        else:
            yield from _in_statement(statement, bound, attributes)


def super_without_parentheses(tokens: list[Token]) -> Iterator[Finding]:
    """`super.__init__()` and `super()__init__()`."""
    code = [token for token in tokens if token.kind not in ("comment", "newline")]
    for index, token in enumerate(code[:-1]):
        if token.text != "super" or token.kind != "name" or (index and code[index - 1].text in (".", "def")):
            continue
        if code[index + 1].text == ".":
            message = "super is not called; write super()."
            yield Finding(token.start, message, (Edit(token.end, token.end, "()"),))
        elif code[index + 1].text == "(":
            after = _after_bracket(code, index + 1)
            if after is not None and after.kind == "name" and after.text.strip("_") in ("init", "forward"):
                message = f"There is no dot between super() and {after.text}."
                yield Finding(after.start, message, (Edit(after.start, after.start, "."),))


def _has_star_import(lines: list[list[Token]]) -> bool:
    """Whether names come from a module that is not here."""
    return any(statement[0].text == "from" and statement[-1].text == "*" for statement in lines)


def _in_import(statement: list[Token]) -> Iterator[Finding]:
    for before, comma, after in zip(statement, statement[1:], statement[2:], strict=False):
        if comma.text == "," and before.text in ("torch", "nn") and after.text in _SUBMODULES:
            yield _finding(before, comma, after)


def _in_statement(statement: list[Token], bound: set[str], attributes: set[str]) -> Iterator[Finding]:
    ends = [*statement[3:], Token("newline", "", 0, 0)]
    for index, (owner, comma, name, following) in enumerate(
        zip(statement, statement[1:], statement[2:], ends, strict=False)
    ):
        if comma.text != "," or owner.kind != "name" or name.kind != "name" or keyword.iskeyword(name.text):
            continue
        if name.text in bound or (index and statement[index - 1].text in (".", "*", "lambda")):
            continue
        if owner.text == "self":
            is_assigned = index == 0 and following.text == "="
            if is_assigned or (name.text in attributes and following.text in ("(", ".", "[")):
                yield _finding(owner, comma, name)
        elif owner.text in USUAL_NAMES and _is_meant(owner.text, name.text, following.text):
            yield _finding(owner, comma, name)


def _is_meant(owner: str, name: str, following: str) -> bool:
    """Whether a name after a comma can only be that of the module before the comma."""
    module = USUAL_NAMES[owner]
    if hasattr(builtins, name):
        return False
    if module == NN:
        is_layer = name in layers() or (name[0].isupper() and len(near_names(name, NN)) == 1)
        return (is_layer and following in ("(", ")")) or (name in ("functional", "init") and following == ".")
    if following == "(":
        return name in (functions(module) if module == FUNCTIONAL else names(module))
    return owner == "torch" and name in _SUBMODULES and following == "."


def _bound_names(lines: list[list[Token]]) -> set[str]:
    """Names that are imported, defined or assigned somewhere, as far as tokens show it."""
    bound: set[str] = set()
    for statement in lines:
        if statement[0].text in ("import", "from", "def"):
            bound.update(token.text for token in statement)
        triples = zip([statement[0], *statement], statement, [*statement[1:], statement[0]], strict=False)
        for before, token, after in triples:
            if before.text in ("class", "for", "as") or (after.text == "=" and before.text not in (".", ",")):
                bound.add(token.text)
    return bound - USUAL_NAMES.keys()


def _after_bracket(code: list[Token], opening: int) -> Token | None:
    """The token after the bracket that closes the one at an index."""
    depth = 0
    for index in range(opening, len(code) - 1):
        depth += depth_change(code[index])
        if depth == 0:
            return code[index + 1]
    return None


def _finding(owner: Token, comma: Token, name: Token) -> Finding:
    right = f"{owner.text}.{name.text}"
    return Finding(
        comma.start, f"A comma stands where a dot belongs; write {right}.", (Edit(owner.end, name.start, "."),)
    )

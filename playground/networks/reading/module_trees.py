"""Modules as they are put into each other: none holds itself, and none more layers than a network may have."""

from __future__ import annotations

import ast
import math
from typing import Any

from playground.networks.reading.values import Node, cannot_read
from playground.networks.spec import MAX_DEPTH, MAX_LAYERS


def put(owner: Node, name: str, child: Any, node: ast.AST) -> None:
    """Gives a module a child; raises SpecError for one that is no module, holds its owner, or is too large."""
    if not isinstance(child, Node):
        raise cannot_read(node, f"a {owner.base} holds layers only; one of these is something else.")
    if child is owner or child.children:
        check_tree(child, node, owner)
    owner.children[name] = child


def check_tree(module: Node, node: ast.AST, owner: Node | None = None) -> None:
    """Raises SpecError if a module, with all in it, has too many layers or levels, or holds itself or its owner.

    A module that stands at several places counts at each, as it does in the network.
    """
    known = {} if owner is None else {id(owner): math.inf}
    if _count(module, known, 0) > MAX_LAYERS:
        raise cannot_read(
            node,
            f"this module holds itself, or has more than {MAX_LAYERS:,} layers or {MAX_DEPTH} levels of them, the "
            "limits; make fewer of them.",
        )


def _count(module: Node, known: dict[int, float], depth: int) -> float:
    """How many modules there are in a module and in those below it; infinitely many for one that holds itself."""
    if id(module) not in known:
        known[id(module)] = count = math.inf
        if depth <= MAX_DEPTH:
            count = 1
            for child in module.children.values():
                count += _count(child, known, depth + 1) if child.children or id(child) in known else 1
        known[id(module)] = count
    return known[id(module)]

"""What the parts of the reader need of each other, so that none of them has to import the whole."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Protocol

from playground.networks.errors import SpecError
from playground.networks.reading.limits import Budget
from playground.networks.reading.memory import Change
from playground.networks.reading.shapes import Shapes
from playground.networks.reading.values import ClassValue, FunctionValue

Names = dict[str, Any]
"""What the names of a scope stand for."""


class PassesOver(Protocol):
    """What says which statements of a file are not followed, because they surround a network."""

    def skips(self, statement: ast.stmt, names: Names) -> bool:
        """Whether a statement need not be followed."""

    def followed(self, statement: ast.stmt, names: Names) -> None:
        """Notes that a statement was followed."""

    def pass_over(self, statement: ast.stmt, error: SpecError, names: Names) -> None:
        """Goes on after a statement that cannot be followed."""

    def is_statement(self, node: ast.AST) -> bool:
        """Whether a call is a statement of its own."""


class Reader(Protocol):
    """One source being followed.

    `bind` is called where a name of a forward is given a tensor, `make` where a class of the source is called.
    `changes` are the tensors that the forward has changed in place so far.
    `scopes` are the names of the functions that are being followed, the innermost last.
    `script` is there while statements of the file itself are followed, and not those of a function or class.
    `shapes` is what is known of the shapes of tensors. While `initializing`, only
    weights are set, and a statement that cannot be read says nothing about the network.
    """

    globals: Names
    budget: Budget
    bind: Callable[[str, Any], Any] | None
    changes: list[Change]
    make: Callable[[ClassValue, tuple[Any, ...], Names, ast.AST], Any] | None
    script: PassesOver | None
    scopes: list[Names]
    shapes: Shapes
    initializing: bool

    def follow(self, statements: list[ast.stmt], names: Names) -> None:
        """Goes through statements; raises Return at a return."""

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""

    def call(self, function: Any, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
        """What calling a value gives."""

    def call_function(self, function: FunctionValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
        """What a function of the source gives."""

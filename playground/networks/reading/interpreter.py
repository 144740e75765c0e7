"""Follows the statements and expressions of a source with what is known of its values; runs none of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from playground.networks.reading import calls, expressions, statements
from playground.networks.reading.limits import Budget
from playground.networks.reading.reader import Names, PassesOver
from playground.networks.reading.shapes import Shapes
from playground.networks.reading.values import ClassValue, FunctionValue


class Interpreter:
    """Follows one source: a Reader, made of its parts."""

    def __init__(self, globals_: Names, budget: Budget) -> None:
        self.globals = globals_
        self.budget = budget
        self.bind: Callable[[str, Any], Any] | None = None
        self.make: Callable[[ClassValue, tuple[Any, ...], Names, ast.AST], Any] | None = None
        self.scopes: list[Names] = []
        self.script: PassesOver | None = None
        self.shapes = Shapes()
        self.initializing = False

    def follow(self, nodes: list[ast.stmt], names: Names) -> None:
        """Goes through statements; raises Return at a return."""
        statements.follow(self, nodes, names)

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""
        return expressions.value(self, node, names)

    def call(self, function: Any, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
        """What calling a value gives."""
        return calls.call(self, function, arguments, keywords, node)

    def call_function(self, function: FunctionValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
        """What a function of the source gives."""
        return calls.call_function(self, function, arguments, keywords, node)

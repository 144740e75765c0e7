"""Follows the statements and expressions of a source with what is known of its values; runs none of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from playground.networks.reading import calls, expressions, statements
from playground.networks.reading.limits import Budget
from playground.networks.reading.memory import Change
from playground.networks.reading.reader import Names, PassesOver
from playground.networks.reading.shapes import Shapes
from playground.networks.reading.values import ClassValue


class Interpreter:
    """Follows one source: a Reader, made of its parts."""

    follow = statements.follow
    value = expressions.value
    call = calls.call
    call_function = calls.call_function

    def __init__(self, globals_: Names, budget: Budget) -> None:
        self.globals = globals_
        self.budget = budget
        self.bind: Callable[[str, Any], Any] | None = None
        self.make: Callable[[ClassValue, tuple[Any, ...], Names, ast.AST], Any] | None = None
        self.changes: list[Change] = []
        self.scopes: list[Names] = []
        self.script: PassesOver | None = None
        self.shapes = Shapes()
        self.initializing = False

"""The exception of this package."""

from __future__ import annotations


class SpecError(ValueError):
    """A network description that cannot be used; the message says what is wrong and what to write instead.

    `line` and `column` (both from 1) point into the text that was read, where there is one.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, int | None, int | None]]:
        return type(self), (self.message, self.line, self.column)

"""The exceptions of this package: each is one sentence for the person whose input was worked on."""

from __future__ import annotations


class SandboxError(Exception):
    """Work that a helper process did not bring to its end."""


class TookTooLongError(SandboxError):
    """The helper passed its deadline and was stopped."""


class TookTooMuchMemoryError(SandboxError):
    """The helper passed its memory limit and was stopped."""


class EndedError(SandboxError):
    """The helper's process ended by itself, such as by a crash inside a library."""

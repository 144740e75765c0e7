"""What can go wrong in training, as sentences for people."""

from __future__ import annotations


class TrainingError(Exception):
    """Base of every error of this package; its text is one sentence that says what is wrong and what to do."""


class ConfigError(TrainingError, ValueError):
    """A setting that cannot work; ``field`` names the setting in `TrainConfig`."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, str]]:
        return type(self), (str(self), self.field)


class DivergedError(TrainingError):
    """The loss became NaN or infinite."""


class StoreError(TrainingError):
    """The folder with the runs cannot be read or written."""


class NoSuchRunError(StoreError):
    """The store has no run of that id."""


class RunDeletedError(NoSuchRunError):
    """The run was here; its folder is gone."""


class DamagedRunError(StoreError):
    """A file of the run is not what a run writes; the text says which, and what is wrong with it."""

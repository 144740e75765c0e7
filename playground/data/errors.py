"""The error that everything in this package raises for people to read."""

from __future__ import annotations


class DataError(Exception):
    """One clear sentence that says what is wrong with the data or the request, and what to do."""

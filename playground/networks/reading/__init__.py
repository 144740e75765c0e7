"""From PyTorch source to a network: the text is parsed, and followed by hand; nothing of it is ever executed."""

from playground.networks.reading.source import read_code

__all__ = ["read_code"]

"""Networks as a short text for the address of a page."""

from __future__ import annotations

import base64
import binascii
import json
import zlib

from playground.networks.errors import SpecError
from playground.networks.spec import NetworkSpec
from playground.networks.spec_json import MAX_BYTES, read_json

# Browsers and proxies take addresses of this length.
MAX_LINK_CHARACTERS = 8_000

_BROKEN = "This link is incomplete or was changed; ask for it again, or for the network's JSON."


def to_link(spec: NetworkSpec) -> str:
    """The network as letters, digits, "-" and "_"; raises SpecError where that is too long for an address."""
    text = pack(spec)
    if len(text) > MAX_LINK_CHARACTERS:
        raise SpecError("This network is too large for a link; download its JSON or its code instead.")
    return text


def from_link(text: str) -> NetworkSpec:
    """The network that `to_link` wrote; raises SpecError for anything else, whatever it would unpack to."""
    if len(text) > MAX_LINK_CHARACTERS:
        raise SpecError(_BROKEN)
    return unpack(text)


def pack(spec: NetworkSpec) -> str:
    """The network as letters, digits, "-" and "_", however many; equal networks give equal texts."""
    compact = json.dumps(json.loads(spec.to_json()), separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(compact.encode(), level=9)).decode().rstrip("=")


def check_packed(text: str) -> None:
    """Raises SpecError, as `unpack` does, for a text that could not be read again."""
    unpack(text)


def unpack(text: str) -> NetworkSpec:
    """The network that `pack` wrote; raises SpecError for anything else, whatever it would unpack to."""
    unpacker = zlib.decompressobj()
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        content = unpacker.decompress(packed, MAX_BYTES + 1)
        if not unpacker.eof:
            raise SpecError(_BROKEN)
        return read_json(content.decode(), whole=False)
    except (binascii.Error, zlib.error, UnicodeError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(_BROKEN) from error

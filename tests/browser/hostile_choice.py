"""The hostile sources that go through a real server: a few that only the sandbox ends, and over 200 others."""

from __future__ import annotations

from tests.hostile.sources import SOURCES

_BOUNDARY = [each for each in SOURCES if each.needs_boundary]
_OTHERS = [each for each in SOURCES if not each.needs_boundary]

CHOSEN = (*_BOUNDARY[::6], *_OTHERS[:: len(_OTHERS) // 210])

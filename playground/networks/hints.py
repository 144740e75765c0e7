"""What to write instead of a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Collection

# More names than these are a page to search, not the end of a sentence.
_MOST_NAMES = 20


def hint(name: str, known: Collection[str]) -> str:
    """The known name that is closest or, if none is close, all of them, as the end of a sentence."""
    close = difflib.get_close_matches(name[:100], known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    if len(known) > _MOST_NAMES:
        return "nor one with a similar name."
    return f"there are {', '.join(known)}." if known else "there are none."

"""How wide a text is about, where no browser is at hand to ask."""

from __future__ import annotations

# Widths of a sans-serif font as parts of its size, a little more than those of Helvetica and Source Sans.
_NARROW = {**dict.fromkeys("iljI.,:;'|! ", 0.29), **dict.fromkeys("frt()[]-/_", 0.38), **dict.fromkeys("mwMW@", 0.9)}
_UPPER, _OTHER = 0.7, 0.58


def text_width(text: str, size: float) -> float:
    """The width of a line of text in a font of this size, in pixels; rather too much than too little."""
    return size * sum(_NARROW.get(letter, _UPPER if letter.isupper() else _OTHER) for letter in text)

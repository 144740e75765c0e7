"""What stands around code where it was copied from: Markdown fences, prompts, and commands of a notebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from playground.networks.slips_text import Edit, Finding, Lines, Token

_FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w+-]*[ \t]*")
_COMMAND = re.compile(r"[ \t]*(?:%%?[A-Za-z]|![A-Za-z])[^\r\n]*")
_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
_ANY = re.compile(r"^[ \t]*(?:```|~~~|%%?[A-Za-z]|![A-Za-z]|>>>)", re.MULTILINE)


def copied_along(lines: Lines, tokens: list[Token]) -> Iterator[Finding]:
    """The lines and beginnings of lines that are no Python; none in source that Python can read."""
    if not _ANY.search(lines.text) or _is_python(lines.text):
        return
    within = [(token.start, token.end) for token in tokens if token.kind == "string"]
    has_prompts = re.search(r"^[ \t]*>>>", lines.text, re.MULTILINE) is not None
    for number, start in enumerate(lines.starts, 1):
        if any(first < start < last for first, last in within):
            continue
        line = lines.line(number)
        whole = (Edit(start, lines.starts[number] if number < len(lines.starts) else len(lines.text), ""),)
        prompt = _PROMPT.match(line)
        if _FENCE.fullmatch(line):
            yield Finding(start, "This line is Markdown and no Python; delete it.", whole)
        elif _COMMAND.fullmatch(line):
            yield Finding(start, f"{line.strip()[:40]} is a command of a notebook and no Python; delete it.", whole)
        elif prompt and has_prompts:
            message = f"{prompt[0].strip()} is the prompt of Python and no code; delete it."
            yield Finding(start, message, (Edit(start, start + prompt.end(), ""),))


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True

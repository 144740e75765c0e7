"""What becomes of the source and the JSON of real networks under small accidents; the same for the same seed."""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from playground.networks import preset_sources, presets
from playground.networks.slips_text import Token, tokens

_ROOT = Path(__file__).parents[1]
_MOST_MUTATIONS = 4
_OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "|", "&", "==", "<", ">", "=", "+=", ".", ",", ":")
_BRACKETS = ("(", ")", "[", "]", "{", "}", "([", "])", "*(", "**{")
_NUMBERS = ("0", "-1", "1", "2", "7", "0.5", "1e400", "2**64", "10**5", "True", "None", "'1'", "()", "[]", "{}", "self")
_VALUES: tuple[Any, ...] = (
    0,
    -1,
    1,
    2**40,
    2**60,
    0.5,
    1e400,
    True,
    None,
    "",
    "x",
    "1",
    [],
    {},
    [[]],
    [1, 2],
    {"x": 1},
)
_WORDS = ("x", "self", "None", "super()", "len", "range", "dict", "nn", "torch", "F", "lambda: x", "not", "in", "yield")
_CHARACTERS = ("", "\t", "\\", '"', "'", "\u00a0", "\uff08", "\u0000", "#", "\n")

Mutation: TypeAlias = Callable[[random.Random, str], str]


def sources() -> list[str]:
    """The code of all presets, and the sources that presets and tests are read from."""
    files = [*Path(preset_sources.__path__[0]).glob("*.py"), *(_ROOT / "networks" / "sources").glob("*.py")]
    texts = [file.read_text(encoding="utf-8") for file in sorted(files) if file.name != "__init__.py"]
    return [*(presets.load(name).to_code() for name in presets.names()), *texts]


def json_texts(largest: int = 60_000) -> list[str]:
    """The JSON of the presets, but for the very large ones."""
    texts = [presets.load(name).to_json() for name in presets.names()]
    return [text for text in texts if len(text) <= largest]


def mutated_source(generator: random.Random, source: str) -> str:
    """A source after a few accidents."""
    return _mutated(generator, source, _OF_SOURCES)


def mutated_json(generator: random.Random, text: str) -> str:
    """A JSON text after a few accidents, to its values or to its characters."""
    if generator.random() < 0.3:
        return _mutated(generator, text, _OF_TEXTS)
    content = copy.deepcopy(json.loads(text))
    for _ in range(generator.randint(1, _MOST_MUTATIONS)):
        _change_value(generator, content)
    return json.dumps(content)


def _mutated(generator: random.Random, text: str, mutations: Sequence[Mutation]) -> str:
    for _ in range(generator.randint(1, _MOST_MUTATIONS)):
        text = generator.choice(mutations)(generator, text)
    return text


def _token(generator: random.Random, text: str, *kinds: str) -> Token | None:
    found = [token for token in tokens(text) if token.kind != "newline" and (not kinds or token.kind in kinds)]
    return generator.choice(found) if found else None


def _with(text: str, token: Token | None, new: str) -> str:
    return text if token is None else text[: token.start] + new + text[token.end :]


def _delete_token(generator: random.Random, text: str) -> str:
    return _with(text, _token(generator, text), "")


def _double_token(generator: random.Random, text: str) -> str:
    token = _token(generator, text)
    return text if token is None else _with(text, token, f"{token.text} {token.text}")


def _swap_tokens(generator: random.Random, text: str) -> str:
    first, second = _token(generator, text), _token(generator, text)
    if first is None or second is None or first.start >= second.start:
        return text
    return _with(_with(text, second, first.text), first, second.text)


def _change_operator(generator: random.Random, text: str) -> str:
    return _with(text, _token(generator, text, "operator"), generator.choice(_OPERATORS))


def _change_bracket(generator: random.Random, text: str) -> str:
    found = [token for token in tokens(text) if token.text in _BRACKETS]
    return _with(text, generator.choice(found), generator.choice(_BRACKETS)) if found else text


def _change_number(generator: random.Random, text: str) -> str:
    return _with(text, _token(generator, text, "number"), generator.choice(_NUMBERS))


def _change_name(generator: random.Random, text: str) -> str:
    other = _token(generator, text, "name")
    new = other.text if other is not None and generator.random() < 0.7 else generator.choice(_WORDS)
    return _with(text, _token(generator, text, "name"), new)


def _change_expression(generator: random.Random, text: str) -> str:
    """One expression of the source in the place of another, so that the text stays Python."""
    try:
        found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    if not found:
        return text
    old, new = generator.choice(found), generator.choice(found)
    lines = text.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:index])) for index in (old.lineno - 1, (old.end_lineno or 1) - 1)]
    start, end = starts[0] + old.col_offset, starts[1] + (old.end_col_offset or 0)
    inserted = ast.unparse(new) if generator.random() < 0.8 else generator.choice(_NUMBERS)
    data = text.encode()
    return (data[:start] + f"({inserted})".encode() + data[end:]).decode(errors="replace")


def _change_lines(generator: random.Random, text: str) -> str:
    """A line that is lost, doubled, moved, or indented otherwise."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    at = generator.randrange(len(lines))
    match generator.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(generator.randrange(len(lines)), lines.pop(at))
        case 3:
            lines[at] = " " * generator.choice((1, 4, 8)) + lines[at]
        case _:
            lines[at] = lines[at].lstrip()
    return "".join(lines)


def _change_character(generator: random.Random, text: str) -> str:
    at = generator.randrange(len(text) + 1)
    return text[:at] + generator.choice(_CHARACTERS) + text[at + 1 :]


def _cut(generator: random.Random, text: str) -> str:
    first, second = sorted(generator.randrange(len(text) + 1) for _ in range(2))
    return text[:first] + text[second:] if second - first < 200 else text


_OF_TEXTS: tuple[Mutation, ...] = (_delete_token, _double_token, _swap_tokens, _change_number, _change_character, _cut)
_OF_SOURCES: tuple[Mutation, ...] = (
    *_OF_TEXTS,
    _change_operator,
    _change_bracket,
    _change_name,
    _change_name,
    _change_expression,
    _change_expression,
    _change_expression,
    _change_lines,
)


def _change_value(generator: random.Random, content: Any) -> None:
    """Changes one value, key or item somewhere in a JSON value."""
    places = _places(content)
    if not places:
        return
    holder, key = generator.choice(places)
    other_holder, other_key = generator.choice(places)
    match generator.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(other_holder[other_key])
        case 2 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case 3 if isinstance(holder, dict):
            holder[generator.choice(("name", "type", "rule", "steps", "x"))] = holder.pop(key)
        case _:
            holder[key] = copy.deepcopy(generator.choice(_VALUES))


def _places(content: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: an object or a list, with a key or an index of it."""
    found: list[tuple[Any, Any]] = []
    pending = [content]
    while pending:
        holder = pending.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else []
        found += [(holder, key) for key in keys]
        pending += [holder[key] for key in keys]
    return found

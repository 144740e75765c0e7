"""Source that is meant to hurt: it is read, or refused with a sentence, within a number of steps."""

from __future__ import annotations

import ast
import math
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from playground.networks import NetworkSpec, SpecError, apply_slips, find_slips
from playground.networks.reading.as_python import as_python_would
from playground.networks.reading.limits import MAX_STEPS, Budget, amount_of
from playground.networks.slips import MAX_CHARACTERS, MAX_TOKENS
from tests.hostile.sources import (
    RAISING,
    RAISING_LINES,
    SOURCES,
    HostileSource,
    in_constructor,
    in_file,
    in_forward,
    line_in_constructor,
)

# A whole budget takes some three million calls; what is not bounded takes as many as one likes.
_MOST_CALLS = 6_000_000
_FAMILY = re.compile(r"[\d,]+")


class _TooManyCallsError(Exception):
    """What is being done makes more calls than it may."""


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Ends what makes more calls of functions of Python than this, however fast the machine is."""
    left = calls

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooManyCallsError(f"more than {calls:,} calls")

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


def _by_family(sources: tuple[HostileSource, ...]) -> dict[str, list[HostileSource]]:
    found: dict[str, list[HostileSource]] = {}
    for each in sources:
        found.setdefault(_FAMILY.sub("", each.name.split(":")[0]).strip(), []).append(each)
    return found


_FAMILIES = _by_family(tuple(each for each in SOURCES if not each.needs_boundary))


@pytest.mark.parametrize("family", _FAMILIES)
def test_a_hostile_source_is_read_or_refused_within_a_number_of_steps(family: str) -> None:
    for each in _FAMILIES[family]:
        with at_most(_MOST_CALLS):
            assert _outcome(each.source), each.name
            assert apply_slips(each.source, find_slips(each.source)) is not None


def _outcome(source: str) -> str:
    """The name of the network that is read, or the sentence with which it is not."""
    try:
        return NetworkSpec.from_code(source).name
    except SpecError as error:
        return error.message


def test_hostile_sources_have_names_of_their_own() -> None:
    assert len({each.name for each in SOURCES}) == len(SOURCES) >= 220


_KNOWN_TO_PYTHON = {"math": math, "OrderedDict": OrderedDict}
_NOT_PYTHONS_WORDS = ("bounds of this range", "is no dictionary", "cannot be read")


@pytest.mark.parametrize("expression", RAISING)
def test_what_python_raises_is_said_in_its_words_with_the_line(expression: str) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever Python raises
        eval(expression, _KNOWN_TO_PYTHON)
    with pytest.raises(SpecError) as refused:
        NetworkSpec.from_code(in_constructor(f"a = 1\nb = {expression}"))
    assert refused.value.line == line_in_constructor(2)
    words = repr(raised.value.args[0]) if raised.type is KeyError else str(raised.value)
    says_so = words.rstrip(".") in refused.value.message
    assert says_so or any(each in refused.value.message for each in _NOT_PYTHONS_WORDS), refused.value.message


@pytest.mark.parametrize("line", RAISING_LINES)
def test_a_line_that_python_cannot_run_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(SpecError) as refused:
        NetworkSpec.from_code(in_constructor(f"a = 1\n{line}"))
    assert refused.value.line == line_in_constructor(2)


@pytest.mark.parametrize(
    "line",
    [
        *("a = {**5}", "a = dict(**5)", "a = nn.Linear(**{1: 2})", "a = functools.partial()", "a = dict([1])"),
        *("a = OrderedDict([('a', 1, 2)])", "a = enumerate([1], 'a')", f"a = {'9' * 4_000}", "a = [1, 2, 3][1:3:0]"),
    ],
)
def test_a_call_that_python_cannot_make_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(SpecError) as refused:
        NetworkSpec.from_code(in_constructor(line))
    assert refused.value.line == line_in_constructor(1)


@pytest.mark.parametrize("size", ["-0", "0", "x.size(0) * 0", "x.size(0) // 0", "x.size(1) * 0 // x.size(0)"])
def test_a_view_of_no_elements_is_refused(size: str) -> None:
    with pytest.raises(SpecError):
        NetworkSpec.from_code(in_forward(f"x = x.view(x.size(0), {size})"))


@pytest.mark.parametrize("code", ["break", "continue", "for i in range(2):\n        class B:\n            break"])
@pytest.mark.parametrize("place", ["class A:\n    {}\n", "class A:\n    def f(self):\n        pass\n    {}\n"])
def test_what_belongs_in_a_loop_is_refused_outside_of_one(place: str, code: str) -> None:
    with pytest.raises(SpecError, match="in no loop"):
        NetworkSpec.from_code(in_file(place.format(code)))


def test_an_error_of_our_own_code_is_not_taken_for_one_of_the_source() -> None:
    def follows_the_source() -> Iterator[int]:
        yield [0][1]

    node = ast.parse("a")
    with pytest.raises(IndexError):
        as_python_would(node, list, follows_the_source())
    with pytest.raises(SpecError, match="list index out of range"):
        as_python_would(node, [0].__getitem__, 1)


def _chain(levels: int, wrapped: Callable[[object], object]) -> object:
    value: object = 1
    for _ in range(levels):
        value = wrapped(value)
    return value


def test_a_value_is_as_large_as_what_stands_in_it() -> None:
    assert amount_of([1, (2, 3), {"ab": 4}]) == 1 + 1 + 3 + 5
    assert amount_of(_chain(60, lambda value: [value, value])) == 2**61 - 1
    assert amount_of(_chain(1_000, lambda value: [value])) == math.inf
    holding_itself: list[object] = []
    holding_itself.append(holding_itself)
    assert amount_of(holding_itself) == math.inf


def test_what_is_made_and_gone_through_uses_up_the_budget() -> None:
    budget = Budget()
    with pytest.raises(SpecError, match="too many steps"):
        _go_through(budget, MAX_STEPS // 500)
    assert budget.is_spent


def _go_through(budget: Budget, times: int) -> None:
    for _ in range(times):
        budget.go_through(ast.parse("a"), range(5_000))


def test_values_that_are_too_large_leave_the_budget_to_what_comes_after() -> None:
    spec = NetworkSpec.from_code(in_file("a = 'x' in range(10**12)\nb = [0] * 10**9\nc = 10**10**6"))
    assert [layer.type for _, layer in spec.walk() if not layer.children] == ["Linear"]


@pytest.mark.parametrize("source", ["a" * (MAX_CHARACTERS + 1), "{" * (MAX_TOKENS + 1), "a." * MAX_TOKENS])
def test_no_slips_are_looked_for_in_what_nobody_wrote(source: str) -> None:
    (slip,) = find_slips(source)
    assert "too long" in slip.message
    assert not slip.edits

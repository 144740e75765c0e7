"""Whether reading raises nothing but SpecError for the source and JSON of real networks after small accidents.

python -m benchmarks.fuzz [--minutes 20] [--seed 0]

Each case runs in a forked process, which ends where a case takes too long or too much memory; the minutes are those of
the processor. The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from playground.networks import NetworkSpec, SpecError, apply_slips, find_slips
from tests.hostile.mutations import json_texts, mutated_json, mutated_source, sources

_CASES_A_PROCESS = 50
_MOST_SECONDS = 10
_MOST_BYTES = 6 * 2**30
# Tracing is bounded by itself; this keeps a case short.
_LARGEST_TRACED = 300


@dataclass(frozen=True)
class _Case:
    """A text that is read, as Python source or as JSON."""

    is_json: bool
    text: str


@dataclass
class _Tally:
    """How many cases ended in which way, and the first text of each failure."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, _Case] = field(default_factory=dict)

    def add(self, case: _Case, outcome: str) -> None:
        self.outcomes[outcome] += 1
        if not outcome.startswith(("read", "SpecError")):
            self.failures.setdefault(outcome, case)


def main() -> None:
    parser = argparse.ArgumentParser(description="Read mutated networks; only SpecError may be raised.")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    tally = run(arguments.minutes * 60, arguments.seed)
    _print(tally)
    sys.exit(bool(tally.failures))


def run(seconds: float, seed: int) -> _Tally:
    """Reads cases for so many seconds of the processor."""
    tally = _Tally()
    cases = _cases(seed)
    started = _used()
    while _used() - started < seconds:
        chunk = [next(cases) for _ in range(_CASES_A_PROCESS)]
        while chunk:
            outcomes = _in_a_process(chunk)
            for case, outcome in zip(chunk, outcomes, strict=False):
                tally.add(case, outcome)
            chunk = chunk[len(outcomes) :]
    return tally


def outcome_of(case: _Case) -> str:
    """How reading a case ends: "read", "SpecError", or another exception with the place in this package."""
    try:
        return _read_json(case.text) if case.is_json else _read_source(case.text)
    except Exception as error:
        ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "playground" in frame.filename]
        place = f"{os.path.basename(ours[-1].filename)}:{ours[-1].lineno}" if ours else "?"  # noqa: PTH119 - a name only
        return f"{type(error).__name__} at {place}: {str(error)[:100]}"


def _read_json(text: str) -> str:
    try:
        spec = NetworkSpec.from_json(text)
    except SpecError:
        return "SpecError from JSON"
    _trace(spec)
    return "read from JSON"


def _read_source(source: str) -> str:
    corrected = apply_slips(source, find_slips(source))
    outcome = "SpecError from source"
    for text in dict.fromkeys((source, corrected)):
        try:
            spec = NetworkSpec.from_code(text)
        except SpecError:
            continue
        outcome = "read from source"
        _trace(spec)
    return outcome


def _trace(spec: NetworkSpec) -> None:
    if sum(1 for _ in spec.walk()) <= _LARGEST_TRACED:
        spec.trace((2, *spec.input_shape))


def _cases(seed: int) -> Iterator[_Case]:
    texts = [*((False, text) for text in sources()), *((True, text) for text in json_texts())]
    index = 0
    while True:
        generator = random.Random(f"{seed} {index}")
        is_json, text = generator.choice(texts)
        yield _Case(is_json, mutated_json(generator, text) if is_json else mutated_source(generator, text))
        index += 1


def _in_a_process(cases: list[_Case]) -> list[str]:
    """How cases end, one after the other; the last one may be that which ended the process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _tell_outcomes(cases, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        outcomes: list[str] = [json.loads(line) for line in pipe if line.endswith("\n")]
    _, status = os.waitpid(child, 0)
    if len(outcomes) < len(cases):
        signal_number = os.waitstatus_to_exitcode(status)
        outcomes.append(f"ended by {signal.Signals(-signal_number).name if signal_number < 0 else signal_number}")
    return outcomes


def _tell_outcomes(cases: list[_Case], pipe: int) -> None:
    """In the child: nothing handles the timer's signal, so that also code that never gives way is ended by it."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    for case in cases:
        signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS)
        outcome = outcome_of(case)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        os.write(pipe, f"{json.dumps(outcome)}\n".encode())
    os._exit(0)


def _used() -> float:
    """The seconds of the processor of this process and of those that it has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _print(tally: _Tally) -> None:
    print(f"{tally.outcomes.total():,} cases")
    for outcome, count in tally.outcomes.most_common():
        print(f"{count:>9,}  {outcome}")
    for outcome, case in tally.failures.items():
        print(f"\n--- {outcome}\n{case.text}")


if __name__ == "__main__":
    main()

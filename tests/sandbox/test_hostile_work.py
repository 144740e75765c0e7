"""What the limits inside do not end, the sandbox does: no hostile input gives anything but a result or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.inspection import subjects
from playground.networks import NetworkSpec, SpecError
from playground.networks.pasted import look_through, read_pasted
from playground.networks.spec_json import read_json
from playground.networks.trace import trace_network
from playground.sandbox import Sandbox, SandboxError, Work
from tests.hostile.sources import SOURCES, HostileSource
from tests.hostile.specs import SPECS, HostileSpec
from tests.sandbox.work_for_tests import echo

# That the deadline holds does not depend on how long it is.
SHORT = Work("read", 0.5, 128 * 2**20)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(["playground.networks.preload:preload", "playground.inspection.preload:preload"])
    yield sandbox
    assert sandbox.call(echo, "all is well", work=SHORT).value == "all is well"
    sandbox.close()


def outcome(sandbox: Sandbox, function: Callable[..., Any], *arguments: Any) -> Any:
    """What the function gives, or None for a sentence; any other exception is a defect."""
    try:
        return sandbox.call(function, *arguments, work=SHORT).value
    except (SpecError, SandboxError):
        return None


@pytest.mark.parametrize("hostile", [each for each in SOURCES if each.needs_boundary], ids=lambda each: each.name)
def test_a_source_that_only_the_sandbox_ends(sandbox: Sandbox, hostile: HostileSource) -> None:
    outcome(sandbox, look_through, hostile.source)
    spec = outcome(sandbox, read_pasted, hostile.source, None, "")
    if isinstance(spec, NetworkSpec):
        outcome(sandbox, trace_network, spec, (1, *spec.input_shape))


@pytest.mark.parametrize("hostile", [each for each in SPECS if each.needs_boundary], ids=lambda each: each.name)
def test_a_network_that_only_the_sandbox_ends(sandbox: Sandbox, hostile: HostileSpec) -> None:
    spec = outcome(sandbox, read_json, hostile.text, False)
    if isinstance(spec, NetworkSpec):
        batch = (1, *spec.input_shape)
        outcome(sandbox, trace_network, spec, batch)
        outcome(sandbox, subjects.summary_of, spec, batch)
        outcome(sandbox, subjects.graph_outline_of, spec, batch)
        outcome(sandbox, subjects.fields_of, spec, batch)

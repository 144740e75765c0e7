"""Faults in networks of Modules: the one that is named is where PyTorch fails, and most have a fix that works."""

from __future__ import annotations

import torch
from hypothesis import given, settings

from playground.networks import NetworkSpec
from tests.networks.drawn_modules import failing_module, networks_of_modules, networks_of_modules_with_a_fault


@given(networks_of_modules())
@settings(max_examples=60, deadline=None)
def test_a_network_of_modules_has_the_shape_of_a_real_forward_pass(spec: NetworkSpec) -> None:
    batch = (2, *spec.input_shape)
    with torch.no_grad():
        assert spec.trace(batch).output_shape == tuple(spec.build().eval()(torch.zeros(batch)).shape)


def test_a_fault_in_a_network_of_modules_is_where_torch_fails_and_most_have_a_fix_that_works() -> None:
    has_fix = []

    @given(networks_of_modules_with_a_fault())
    @settings(max_examples=150, deadline=None)
    def check(spec: NetworkSpec) -> None:
        batch = (2, *spec.input_shape)
        error = spec.trace(batch).error
        assert (error.path if error else None) == failing_module(spec, batch)
        if error is None:
            return
        has_fix.append(bool(error.fixes))
        for fix in error.fixes:
            mended = fix.apply(spec)
            further = mended.trace(batch).error
            assert (further.path if further else None) == failing_module(mended, batch), fix.text
            assert further is None or (further.path, further.step) != (error.path, error.step), fix.text

    check()
    assert sum(has_fix) >= 0.8 * len(has_fix) > 20

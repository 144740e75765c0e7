"""What is put into a network takes what comes in there: the numbers in it that follow from that are set."""

from __future__ import annotations

from collections.abc import Collection

from playground.networks import tree
from playground.networks.fixes import Fix, SetArguments
from playground.networks.spec import Layer, NetworkSpec, Shape
from playground.networks.widths import WIDTH_ARGUMENTS

# Numbers of channels and features, and of groups of them.
_WIDTHS = frozenset(
    {*WIDTH_ARGUMENTS.values(), "out_channels", "out_features", "groups", "num_groups", "normalized_shape"}
)
# A block has a few layers that take its input, and each change of one can show the next fault.
_MOST_ROUNDS = 20


def arriving_shape(spec: NetworkSpec, parent: str, index: int) -> Shape | None:
    """The shape, with the batch dimension, that a layer at this place would be given; None if nothing gets there."""
    from playground.networks.propagate import propagate

    probed, path = tree.insert(spec, parent, index, Layer("", "Identity"))
    rows = propagate(probed, (1, *spec.input_shape)).rows
    return next((row.input_shape for row in rows if row.path == path), None)


def with_fitting_arguments(spec: NetworkSpec, path: str) -> NetworkSpec:
    """The network with any other arguments of the layer at `path` where they are all that keeps it from working."""
    fix = _fix_within(spec, path, None)
    return fix.apply(spec) if fix else spec


def with_fitting_widths(spec: NetworkSpec, path: str) -> NetworkSpec:
    """The network with other widths in the layer at `path` and all that it holds, where they keep it from working."""
    for _ in range(_MOST_ROUNDS):
        fix = _fix_within(spec, path, _WIDTHS)
        if fix is None:
            break
        spec = fix.apply(spec)
    return spec


def _fix_within(spec: NetworkSpec, path: str, settable: Collection[str] | None) -> Fix | None:
    """The first fix of a fault in the layer that only sets such arguments there, by default any; None without one."""
    error = spec.trace((1, *spec.input_shape)).error
    if error is None or not _is_within(error.path, path):
        return None
    for fix in error.fixes:
        if all(
            isinstance(edit, SetArguments)
            and _is_within(edit.path, path)
            and (settable is None or set(edit.arguments) <= set(settable))
            for edit in fix.edits
        ):
            return fix
    return None


def _is_within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(f"{outer}.")

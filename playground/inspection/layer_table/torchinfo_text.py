"""torchinfo's own printout of a network, as people know it from notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from playground.networks import NetworkSpec

if TYPE_CHECKING:
    from torch import nn

    from playground.networks.spec import Shape


def torchinfo_text(
    model_or_spec: nn.Module | NetworkSpec,
    input_shape: Shape,
    *,
    mode: Literal["eval", "train"] = "eval",
    depth: int = 3,
) -> str:
    """What torchinfo prints for a batch of this shape `(N, C, H, W)`, down to this depth of modules.

    Its figures are its own (1.8.0): it leaves out attention, counts a Linear on sequences once instead of for
    each position, and counts a layer that is used twice twice. Raises ValueError if the batch does not get through.
    """
    import torch
    import torchinfo
    from torchinfo.torchinfo import clear_cached_forward_pass

    from playground.inspection.forward_pass import input_dtype, reads_integers
    from playground.inspection.meta_copy import network_on_meta

    model = network_on_meta(model_or_spec)
    original = None if isinstance(model_or_spec, NetworkSpec) else model_or_spec
    looks_up = reads_integers(model, original, input_shape)
    batch = torch.empty(tuple(input_shape), device="meta", dtype=torch.long if looks_up else input_dtype(model))
    try:
        statistics = torchinfo.summary(
            model,
            input_data=batch,
            device="meta",
            mode=mode,
            depth=depth,
            col_names=("kernel_size", "output_size", "num_params", "mult_adds"),
            row_settings=("depth", "var_names"),
            verbose=0,
        )
    except RuntimeError as error:
        raise ValueError(f"torchinfo cannot show {type(model).__name__}: {error.__cause__ or error}") from error
    finally:
        clear_cached_forward_pass()
    return str(statistics)

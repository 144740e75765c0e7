"""Arguments of a layer that are right each by itself and do not go together; found before torch sees them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from playground.networks.errors import SpecError
from playground.networks.layer_types import family
from playground.networks.parameters import with_defaults
from playground.networks.spec import Value

Values: TypeAlias = Mapping[str, Value]

_MOST_TRIED = 1_000


@dataclass(frozen=True)
class Conflict:
    """What does not go together, as one sentence, and the changes that would each mend it, best first."""

    message: str
    remedies: tuple[Values, ...] = ()


def check_consistency(name: str, arguments: Values) -> None:
    """Raises SpecError if arguments that pass `check_arguments` do not go together."""
    conflict = find_conflict(name, arguments)
    if conflict is not None:
        raise SpecError(conflict.message)


def find_conflict(name: str, arguments: Values) -> Conflict | None:
    """The first conflict among arguments that pass `check_arguments`; None if there is none."""
    rules = _RULES.get(family(name))
    if not rules:
        return None
    values = with_defaults(name, arguments)
    found = (rule(values) for rule in rules)
    return next((conflict for conflict in found if conflict is not None), None)


def _divides(divisor: str, *totals: str) -> Callable[[Values], Conflict | None]:
    """The rule that one argument divides others."""

    def rule(values: Values) -> Conflict | None:
        numbers = [cast("int", values[total]) for total in totals]
        parts = cast("int", values[divisor])
        for total, number in zip(totals, numbers, strict=True):
            if number % parts != 0:
                return Conflict(
                    f"{total} must be divisible by {divisor}; {number} is not divisible by {parts}.",
                    tuple({divisor: value} for value in divisors(parts, math.gcd(*numbers))),
                )
        return None

    return rule


def divisors(wanted: int, number: int) -> list[int]:
    """The divisors of `number` to offer in place of one: the largest up to it, if that is near, and 1."""
    largest = min(wanted, number)
    nearby = range(largest, max(largest - _MOST_TRIED, 0), -1)
    found = next((value for value in nearby if number % value == 0), math.gcd(wanted, number))
    return sorted({1, found}, reverse=True)


def _padding_word(values: Values) -> Conflict | None:
    padding = values["padding"]
    if not isinstance(padding, str) or padding == "valid":
        return None
    if padding != "same":
        return Conflict(
            f"{padding[:100]!r} is no padding; it is a number of values, 'same' or 'valid'.",
            ({"padding": "same"}, {"padding": "valid"}),
        )
    if _all_are(1, values["stride"]):
        return None
    return Conflict(
        "With padding 'same' the output is as large as the input, which a stride other than 1 excludes.",
        ({"padding": _half_of_the_window(values)}, {"stride": 1}),
    )


def _half_of_the_window(values: Values) -> Value:
    """The padding that at a stride of 1 keeps the size, for odd windows."""
    kernel, dilation = values["kernel_size"], values["dilation"]
    if isinstance(kernel, int) and isinstance(dilation, int):
        return dilation * (kernel - 1) // 2
    length = len(kernel) if isinstance(kernel, tuple) else len(cast("tuple[int, ...]", dilation))
    pairs = zip(_repeated(kernel, length), _repeated(dilation, length), strict=True)
    return tuple(d * (k - 1) // 2 for k, d in pairs)


def _projection(values: Values) -> Conflict | None:
    hidden, projected = cast("int", values["hidden_size"]), cast("int", values["proj_size"])
    if projected < hidden:
        return None
    return Conflict(
        f"proj_size must be smaller than hidden_size; {projected} is not smaller than {hidden}.",
        ({"proj_size": 0}, {"hidden_size": projected + 1}),
    )


def _padding_index(values: Values) -> Conflict | None:
    count, index = cast("int", values["num_embeddings"]), values["padding_idx"]
    if not isinstance(index, int) or -count <= index < count:
        return None
    return Conflict(
        f"padding_idx must be one of the {count} indices, from 0 to {count - 1}; it is {index}.",
        ({"padding_idx": None}, {"padding_idx": 0}),
    )


def _one_size(values: Values) -> Conflict | None:
    size, factor = values["size"], values["scale_factor"]
    if size is None and factor is None:
        return Conflict("Upsample needs a size or a scale_factor; give it one of them.", ({"scale_factor": 2},))
    if size is not None and factor is not None:
        return Conflict(
            "Upsample takes a size or a scale_factor, not both; leave one of them out.",
            ({"size": None}, {"scale_factor": None}),
        )
    factors = factor if isinstance(factor, tuple) else (factor,)
    if any(isinstance(each, (int, float)) and each <= 0 for each in factors):
        return Conflict("scale_factor must be larger than 0; 2 doubles the size.", ({"scale_factor": 2},))
    return None


def _aligned_corners(values: Values) -> Conflict | None:
    mode = values["mode"]
    if mode not in ("nearest", "nearest-exact", "area") or values["align_corners"] is None:
        return None
    return Conflict(
        f"align_corners is for modes that interpolate; with mode {mode!r} leave it out.",
        ({"align_corners": None},),
    )


def _recomputed_factor(values: Values) -> Conflict | None:
    if not values["recompute_scale_factor"] or values["size"] is None:
        return None
    return Conflict(
        "recompute_scale_factor is for a scale_factor; with a size leave it out.",
        ({"recompute_scale_factor": None},),
    )


def _limits(values: Values) -> Conflict | None:
    smallest, largest = (
        values[name] if values[former] is None else values[former]
        for name, former in (("min_val", "min_value"), ("max_val", "max_value"))
    )
    if cast("float", smallest) < cast("float", largest):
        return None
    return Conflict(
        f"min_val must be smaller than max_val; {smallest} is not smaller than {largest}.",
        ({"min_val": -1.0, "max_val": 1.0, "min_value": None, "max_value": None},),
    )


def _output_size(values: Values) -> Conflict | None:
    if values["output_size"] not in (None, (None,)):
        return None
    return Conflict("output_size is None alone; give it a number, and None only among others.", ({"output_size": 1},))


def _all_are(number: int, value: Value) -> bool:
    return set(value) == {number} if isinstance(value, tuple) else value == number


def _repeated(value: Value, length: int) -> tuple[int, ...]:
    return cast("tuple[int, ...]", value if isinstance(value, tuple) else (value,) * length)


_groups = _divides("groups", "in_channels", "out_channels")

_RULES: dict[str, tuple[Callable[[Values], Conflict | None], ...]] = {
    "Conv": (_groups, _padding_word),
    "ConvTranspose": (_groups,),
    "GroupNorm": (_divides("num_groups", "num_channels"),),
    "MultiheadAttention": (_divides("num_heads", "embed_dim"),),
    "TransformerEncoderLayer": (_divides("nhead", "d_model"),),
    "LSTM": (_projection,),
    "Embedding": (_padding_index,),
    "Hardtanh": (_limits,),
    "AdaptiveAvgPool": (_output_size,),
    "AdaptiveMaxPool": (_output_size,),
    "Upsample": (_one_size, _aligned_corners, _recomputed_factor),
}

"""How long each side of an output is: PyTorch's formulas for windows that slide, with their numbers filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """The length of one side of the output, and the formula that gives it, `floor((224 - 7 + 2*3) / 2) + 1`.

    `remark` says what the formula alone does not, and is empty for most.
    """

    length: int
    formula: str
    remark: str = ""


def slid(length: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool = False) -> Side:
    """A convolution or a pooling over this length.

    floor((n - d (k - 1) - 1 + 2 p) / s) + 1; `ceil_mode` rounds up, but the last window must begin inside the
    image or the padding before it (torch.nn.MaxPool2d). 0 or less where no window fits.
    """
    window = f"{kernel}" if dilation == 1 else f"({dilation}*({kernel} - 1) + 1)"
    padded = f" + 2*{padding}" if padding else ""
    room = length - dilation * (kernel - 1) - 1 + 2 * padding
    name = "ceil" if ceil_mode else "floor"
    formula = f"{name}(({length} - {window}{padded}) / {stride}) + 1"
    if not ceil_mode:
        return Side(room // stride + 1, formula)
    count = -(-room // stride) + 1
    begin, end = (count - 1) * stride, length + padding
    if begin < end:
        return Side(count, formula)
    remark = (
        f"the last window would begin at {begin - padding}, behind the last value at {length - 1}, so it is left out"
    )
    return Side(count - 1, f"{formula} - 1", remark)


def same(length: int) -> Side:
    """A convolution with padding "same", which has stride 1."""
    return Side(length, f"{length}", 'padding "same" adds what the kernel takes away')


def spread(length: int, kernel: int, stride: int, padding: int, dilation: int, output_padding: int) -> Side:
    """A transposed convolution: (n - 1) s - 2 p + d (k - 1) + q + 1 (torch.nn.ConvTranspose2d)."""
    terms = [f"({length} - 1)*{stride}"]
    terms += [f"- 2*{padding}"] if padding else []
    terms += [f"+ {dilation}*({kernel} - 1)"]
    terms += [f"+ {output_padding}"] if output_padding else []
    result = (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    return Side(result, " ".join([*terms, "+ 1"]))


def binned(length: int, bins: int) -> Side:
    """An adaptive pooling: as many bins as asked for, bin i from floor(i n / m) up to ceil((i + 1) n / m)."""
    if bins == 0:
        return Side(0, "0")
    if length % bins == 0:
        remark = f"each position is a window of {length // bins}, one after the other"
    else:
        remark = (
            f"position i has the values from floor(i*{length}/{bins}) up to, without, ceil((i + 1)*{length}/{bins})"
        )
    return Side(bins, f"{bins}", remark)


def scaled(length: int, factor: float) -> Side:
    """An interpolation by a factor, rounded down (torch.nn.Upsample)."""
    # All digits, since 6*0.333333 is below 2, which 6/3 is.
    digits = repr(factor).removesuffix(".0")
    return Side(int(length * factor), f"floor({length}*{digits})")

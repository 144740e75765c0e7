"""Which values each parameter of torchvision's transforms takes; its signatures say less than what then works."""

from __future__ import annotations

from dataclasses import replace

from playground.images.augmentation.value_kinds import ValueKind

_LARGEST_SIDE = 25_000

_TRUTH = ValueKind("truth")
_PROBABILITY = ValueKind("number", 0, 1)
_SIZE = ValueKind("whole", 1, _LARGEST_SIDE, lengths=(2,))
_SIDE = ValueKind("whole", 1, _LARGEST_SIDE)
_PAIR = ValueKind("number", alone=False, lengths=(2,))
_PADDING = ValueKind("whole", 0, _LARGEST_SIDE, lengths=(2, 4))
_FACTOR = ValueKind("number", 0, 100, lengths=(2,), interval=True, optional=True)
_RESIZING = ValueKind(
    "choice", choices=("nearest", "nearest-exact", "bilinear", "bicubic", "box", "hamming", "lanczos")
)
_TURNING = ValueKind("choice", choices=("nearest", "bilinear", "bicubic"))
_COLOUR = ValueKind("number", 0, 255, lengths=(3,), optional=True)


def _interval(smallest: float, largest: float) -> ValueKind:
    return ValueKind("number", smallest, largest, alone=False, lengths=(2,), interval=True)


_KINDS: dict[str | tuple[str, str], ValueKind] = {
    # Crops and sizes
    "size": _SIZE,
    ("Resize", "size"): replace(_SIZE, optional=True),
    "max_size": replace(_SIDE, optional=True),
    "min_size": _SIDE,
    ("RandomShortestSize", "min_size"): replace(_SIDE, lengths=(2, 3, 4, 5, 6)),
    ("RandomResize", "max_size"): _SIDE,
    "target_size": ValueKind("whole", 1, _LARGEST_SIDE, alone=False, lengths=(2,)),
    "scale": _interval(0, 1),
    "ratio": _interval(0.01, 100),
    ("RandomAffine", "scale"): replace(_interval(0.01, 100), optional=True),
    ("ToDtype", "scale"): _TRUTH,
    "scale_range": _interval(0.01, 100),
    "side_range": _interval(1, 100),
    "padding": _PADDING,
    ("RandomCrop", "padding"): replace(_PADDING, optional=True),
    "pad_if_needed": _TRUTH,
    "padding_mode": ValueKind("choice", choices=("constant", "edge", "reflect", "symmetric")),
    "fill": _COLOUR,
    "interpolation": _TURNING,
    **{
        (name, "interpolation"): _RESIZING
        for name in ("Resize", "RandomResizedCrop", "ScaleJitter", "RandomShortestSize", "RandomResize")
    },
    ("AugMix", "interpolation"): ValueKind("choice", choices=("nearest", "bilinear")),
    "antialias": replace(_TRUTH, optional=True),
    "vertical_flip": _TRUTH,
    # Flips and turns
    "degrees": ValueKind("number", -360, 360, lengths=(2,), interval=True),
    "translate": ValueKind("number", 0, 1, alone=False, lengths=(2,), optional=True),
    "shear": ValueKind("number", -89, 89, lengths=(2, 4), optional=True),
    "center": replace(_PAIR, optional=True),
    "expand": _TRUTH,
    "distortion_scale": _PROBABILITY,
    ("ElasticTransform", "alpha"): ValueKind("number", 0, 10_000, lengths=(2,)),
    ("ElasticTransform", "sigma"): ValueKind("number", 0, 50, lengths=(2,)),
    # Colours
    **dict.fromkeys(("brightness", "contrast", "saturation"), _FACTOR),
    "hue": ValueKind("number", -0.5, 0.5, lengths=(2,), interval=True, optional=True),
    **{("RandomPhotometricDistort", name): _interval(0, 100) for name in ("brightness", "contrast", "saturation")},
    ("RandomPhotometricDistort", "hue"): _interval(-0.5, 0.5),
    "num_output_channels": ValueKind("whole", 1, 3, odd=True),
    "bits": ValueKind("whole", 0, 8),
    "threshold": ValueKind("number", 0, 256),
    "sharpness_factor": ValueKind("number", 0, 100),
    # Blur and noise
    "kernel_size": ValueKind("whole", 1, 99, lengths=(2,), odd=True),
    ("GaussianBlur", "sigma"): ValueKind("number", 0.01, 50, lengths=(2,), interval=True),
    ("GaussianNoise", "sigma"): ValueKind("number", 0, 10),
    ("GaussianNoise", "mean"): ValueKind("number", -10, 10),
    "clip": _TRUTH,
    "quality": ValueKind("whole", 1, 100, lengths=(2,), interval=True),
    "value": ValueKind("number", -1_000, 1_000, lengths=(3,)),
    # Policies
    "policy": ValueKind("choice", choices=("imagenet", "cifar10", "svhn")),
    "num_ops": ValueKind("whole", 0, 20),
    "magnitude": ValueKind("whole", 0, 1_000),
    "num_magnitude_bins": ValueKind("whole", 2, 1_000),
    "severity": ValueKind("whole", 1, 10),
    "mixture_width": ValueKind("whole", 1, 10),
    "chain_depth": ValueKind("whole", -1, 10),
    "all_ops": _TRUTH,
    # Batches and tensors
    "alpha": ValueKind("number", 0.01, 100),
    "dtype": ValueKind("choice", choices=("float32", "float16", "float64", "uint8", "int16", "int32", "int64")),
    "mean": ValueKind("number", -1_000, 1_000, alone=False, lengths=(1, 3)),
    "std": ValueKind("number", 0.000_001, 1_000, alone=False, lengths=(1, 3)),
    "mode": ValueKind("choice", choices=("L", "RGB"), optional=True),
    "p": _PROBABILITY,
}


def value_kind(transform: str, parameter: str) -> ValueKind:
    """The kind of a parameter; raises KeyError for one that is not here, which a test excludes."""
    return _KINDS.get((transform, parameter)) or _KINDS[parameter]

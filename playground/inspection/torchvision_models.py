"""The models of torchvision as they are published: what there is, what they take, and building them without weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from playground.networks.spec import Shape

if TYPE_CHECKING:
    from torch import nn

# What the published transforms make of an image where they cut out no square: its shorter side.
_UNCUT = 520


@dataclass(frozen=True)
class TorchvisionModel:
    """A model with published weights: one sample's shape, and the figures that torchvision publishes of it.

    `published_macs` are rounded to millions, and at another input shape where the task is not classification.
    """

    name: str
    task: Literal["classification", "segmentation", "detection"]
    input_shape: Shape
    published_parameters: int
    published_macs: int


@cache
def torchvision_models() -> tuple[TorchvisionModel, ...]:
    """All models for images that have published weights, by task and name."""
    import torchvision

    models = torchvision.models
    tasks: tuple[tuple[Literal["classification", "segmentation", "detection"], Any], ...] = (
        ("classification", models),
        ("segmentation", models.segmentation),
        ("detection", models.detection),
    )
    return tuple(
        _published(name, task)
        for task, module in tasks
        for name in models.list_models(module=module)
        if len(models.get_model_weights(name))
    )


def build_torchvision_model(name: str, *, device: Literal["meta", "cpu"] = "meta") -> nn.Module:
    """The model with the options that its published weights ask for: without weights, on the CPU with random ones.

    Raises KeyError if there is none of that name.
    """
    import torchvision

    from playground.inspection.meta_copy import build_on_meta

    model = {each.name: each for each in torchvision_models()}[name]
    options: dict[str, Any] = {"weights": None}
    if name.startswith("vit_"):
        options["image_size"] = model.input_shape[-1]
    if name == "googlenet":
        options.update(aux_logits=False, init_weights=False)
    if name == "inception_v3":
        options["init_weights"] = False
    if model.task != "classification":
        options["weights_backbone"] = None
    if name.startswith(("fcn_", "deeplabv3_")):
        options["aux_loss"] = True

    def build() -> Any:
        return torchvision.models.get_model(name, **options)

    return build() if device == "cpu" else build_on_meta(build)


def _published(name: str, task: Literal["classification", "segmentation", "detection"]) -> TorchvisionModel:
    import torchvision

    weights = torchvision.models.get_model_weights(name).DEFAULT
    side = weights.transforms().crop_size[0] if task == "classification" else _UNCUT
    macs = round(weights.meta["_ops"] * 1e9)
    return TorchvisionModel(name, task, (3, side, side), weights.meta["num_params"], macs)

"""The networks that a page can look at: one's own, the presets, checkpoints of runs, the models of torchvision."""

from __future__ import annotations

from playground.inspection import TorchvisionModel, torchvision_models
from playground.networks import NetworkSpec, presets
from playground.networks.spec import Shape
from playground.training import Run
from playground.ui.kinds_of_work import inspecting
from playground.ui.own_network import OWN, network_label, own_network
from playground.ui.runs import store
from playground.ui.sandboxed import shown
from playground.ui.text import config_title
from playground.ui.trained_runs import config_of, run_label, trained_runs

_TORCHVISION = "torchvision."
_RUN = "run."


def network_labels() -> dict[str, str]:
    """The names of all networks, and what a list calls each."""
    own = own_network()
    return {
        **({OWN: network_label(OWN, own)} if own else {}),
        **{name: network_label(name, own) for name in presets.names()},
        **{run_name(run): run_label(run) for run in trained_runs().values()},
        **{f"{_TORCHVISION}{name}": f"{name} · torchvision" for name in _models()},
    }


def network_named(name: str) -> tuple[NetworkSpec | str, Shape]:
    """The network of this name, as a spec or as the name of a torchvision model, and the shape of one sample for it."""
    if name.startswith(_TORCHVISION):
        model = _models()[name.removeprefix(_TORCHVISION)]
        return model.name, model.input_shape
    spec = _spec_named(name)
    return spec, spec.input_shape


def network_description(name: str) -> str:
    """One sentence on the network of this name."""
    if name == OWN:
        return "A network of your own."
    if run_id(name):
        title = config_title(config_of(store().get(run_id(name))))
        return f"The checkpoint of a run that trained {title}; Insides shows what its weights make of an image."
    if not name.startswith(_TORCHVISION):
        return presets.info(name).description
    model = _models()[name.removeprefix(_TORCHVISION)]
    return (
        f"torchvision's model for {model.task}, without its published weights, which say "
        f"{model.published_parameters:,} parameters and {model.published_macs / 1e9:g} billion MACs"
        + (" at another input and with frozen normalizations." if model.task == "detection" else ".")
    )


def run_name(run: Run) -> str:
    """The name in the list of the checkpoint that this run has left."""
    return f"{_RUN}{run.id}"


def run_id(name: str) -> str:
    """The id of the run whose checkpoint has this name; "" if it is another network's name."""
    return name.removeprefix(_RUN) if name.startswith(_RUN) else ""


def is_detector(network: NetworkSpec | str) -> bool:
    """Whether it is a detection model of torchvision, which looks at values and trains on boxes."""
    return isinstance(network, str) and _models()[network].task == "detection"


def _spec_named(name: str) -> NetworkSpec:
    own = own_network()
    if own and name == OWN:
        return own
    if run_id(name):
        return config_of(store().get(run_id(name))).spec
    return presets.load(name)


def _models() -> dict[str, TorchvisionModel]:
    models: tuple[TorchvisionModel, ...] = shown(torchvision_models, work=inspecting(_TORCHVISION))
    return {model.name: model for model in models}

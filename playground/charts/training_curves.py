"""Loss and accuracy while a network trains, as plain Plotly figure dictionaries.

Plain dictionaries because building `plotly.graph_objects` for each redraw slows training by a quarter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.charts import theme
from playground.charts.decimation import decimate
from playground.charts.smoothing import smooth

if TYPE_CHECKING:
    from collections.abc import Sequence

    Figure = dict[str, Any]
    Trace = dict[str, Any]

EMPTY_HINT = "Drawn while a run trains"


def loss_figure(
    steps: Sequence[float],
    losses: Sequence[float],
    *,
    epoch_steps: Sequence[float] = (),
    training_losses: Sequence[float | None] = (),
    test_losses: Sequence[float | None] = (),
    validation_losses: Sequence[float | None] = (),
    smoothing: float = 0.9,
    log: bool = False,
) -> Figure:
    """Return the chart of the batch loss by step and of the training, test and validation loss by epoch.

    `epoch_steps` are the last steps of the epochs that the losses of epochs belong to;
    None stands for an epoch without that loss. `smoothing` is the weight of `smooth`; `log` makes the
    loss axis logarithmic.
    """
    traces = [
        *_batch_loss(steps, losses, smoothing),
        *_per_epoch("Training", epoch_steps, training_losses, theme.TRAINING, "square"),
        *_per_epoch("Validation", epoch_steps, validation_losses, theme.VALIDATION, "diamond"),
        *_per_epoch("Test", epoch_steps, test_losses, theme.TEST, "circle"),
    ]
    for trace in traces:
        trace["hovertemplate"] = "%{y:.4~g}"
    layout = theme.layout("Step", "Loss", _described("Loss by training step", traces, "{:.4g}"))
    layout["yaxis"]["type"] = "log" if log else "linear"
    if log:
        # Ticks at 1, 2 and 5 times a power of ten, written as plain numbers.
        layout["yaxis"] |= {"dtick": "D2", "exponentformat": "none"}
    if not traces:
        theme.show_hint(layout, EMPTY_HINT)
    return {"data": traces, "layout": layout}


def accuracy_figure(
    epochs: Sequence[float],
    test_accuracies: Sequence[float | None],
    *,
    validation_accuracies: Sequence[float | None] = (),
) -> Figure:
    """Return the chart of accuracy in percent by epoch; accuracies are fractions from 0 to 1.

    None stands for an epoch without that accuracy. Epochs far below the best one run off the lower
    edge, so that 98.1% and 98.9% stay apart.
    """
    traces = [
        *_per_epoch("Validation", epochs, _percent(validation_accuracies), theme.VALIDATION, "diamond"),
        *_per_epoch("Test", epochs, _percent(test_accuracies), theme.TEST, "circle"),
    ]
    for trace in traces:
        trace["hovertemplate"] = "%{y:.2f}%"
    layout = theme.layout("Epoch", "Accuracy", _described("Accuracy by epoch", traces, "{:.2f}%"))
    layout["yaxis"]["ticksuffix"] = "%"
    layout["xaxis"] |= {"tickformat": "d"} | ({"dtick": 1} if len(epochs) <= 12 else {})
    if traces:
        _label_last_point(traces[-1])
        _focus_on_the_best(layout, traces)
    else:
        theme.show_hint(layout, "Drawn after each epoch")
    return {"data": traces, "layout": layout}


def _batch_loss(steps: Sequence[float], losses: Sequence[float], smoothing: float) -> list[Trace]:
    if not np.isfinite(np.asarray(losses, dtype=np.float64)).any():
        return []
    raw = _line("batch", "Batch", *decimate(steps, losses), width=2.5)
    if smoothing == 0:
        return [raw]
    raw |= {"opacity": 0.7, "line": {"color": theme.TRAINING, "width": 1}}
    smoothed = _line("batch-smoothed", "Batch, smoothed", *decimate(steps, smooth(losses, smoothing)), width=2.5)
    return [raw, smoothed]


def _line(uid: str, name: str, x: Any, y: Any, *, width: float) -> Trace:
    return {
        "type": "scatter",
        # What the person hid in the legend is remembered by this id.
        "uid": uid,
        "name": name,
        "mode": "lines",
        "x": x.tolist(),
        # Six digits are more than a screen shows, and half of what goes over the wire.
        "y": [float(f"{value:.6g}") for value in y.tolist()],
        "line": {"color": theme.TRAINING, "width": width},
    }


def _per_epoch(name: str, x: Sequence[float], y: Sequence[float | None], color: str, symbol: str) -> list[Trace]:
    if len(y) not in (0, len(x)):
        raise ValueError(f"There are {len(x)} epochs and {len(y)} {name.lower()} values; give one for each.")
    points = [(at, value) for at, value in zip(x, y, strict=False) if value is not None and np.isfinite(value)]
    if not points:
        return []
    return [
        {
            "type": "scatter",
            "uid": name.lower(),
            "name": name,
            "mode": "lines+markers",
            "x": [float(at) for at, _ in points],
            "y": [float(value) for _, value in points],
            "line": {"color": color, "width": 2},
            "marker": {"color": color, "size": 8, "symbol": symbol},
        }
    ]


def _percent(fractions: Sequence[float | None]) -> list[float | None]:
    return [None if fraction is None else 100 * fraction for fraction in fractions]


def _described(subject: str, traces: list[Trace], number: str) -> str:
    if not traces:
        return f"{subject}. No data yet."
    latest = ", ".join(f"{trace['name'].lower()} {number.format(trace['y'][-1])}" for trace in traces)
    return f"{subject}. Latest values: {latest}."


def _label_last_point(trace: Trace) -> None:
    trace["mode"] += "+text"
    trace["text"] = [""] * (len(trace["y"]) - 1) + [f"{trace['y'][-1]:.2f}%"]
    trace["textposition"] = "top center"
    trace["cliponaxis"] = False


def _focus_on_the_best(layout: Figure, traces: list[Trace]) -> None:
    values = [value for trace in traces for value in trace["y"]]
    best = max(values)
    floor = best - max(3.0, 5 * (100 - best))
    # Clipping the automatic range, rather than setting a range, keeps the person's own zoom when it moves.
    layout["yaxis"]["autorangeoptions"] = {"clipmin": floor, "clipmax": 100.5}
    below = sum(value < floor for value in values)
    if below:
        layout["annotations"] = [
            {
                "text": f"{below} earlier {'value' if below == 1 else 'values'} below {floor:.0f}%",
                "xref": "paper",
                "yref": "paper",
                "x": 1,
                "y": 0,
                "xanchor": "right",
                "yanchor": "bottom",
                "showarrow": False,
            }
        ]

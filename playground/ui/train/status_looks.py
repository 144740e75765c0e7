"""How the status of a run looks on a page."""

from __future__ import annotations

from typing import Literal

from playground.training import RunStatus

Color = Literal["gray", "blue", "orange", "green", "red"]

# The icon, the colour, and what the status means in words.
STATUS_LOOKS: dict[RunStatus, tuple[str, Color, str]] = {
    "queued": (":material/hourglass_empty:", "gray", "Queued: it starts when its device is free."),
    "starting": (":material/hourglass_top:", "blue", "Starting: the worker loads the data."),
    "running": (":material/play_arrow:", "blue", "Training."),
    "paused": (":material/pause:", "orange", "Paused."),
    "finished": (":material/check_circle:", "green", "Finished."),
    "stopped": (":material/stop_circle:", "orange", "Stopped."),
    "failed": (":material/error:", "red", "Failed."),
    "interrupted": (
        ":material/power_off:",
        "red",
        "Interrupted: its process is gone. What it wrote until then is here.",
    ),
    "damaged": (":material/broken_image:", "red", "Damaged: one of its files cannot be read."),
    "deleted": (":material/delete:", "gray", "Deleted."),
}

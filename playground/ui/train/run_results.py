"""What a run leaves: how it ended, its checkpoints, the script that repeats it; and how to delete it."""

from __future__ import annotations

import contextlib

import streamlit as st

from playground.training import (
    Run,
    RunHistory,
    StoreError,
    TrainConfig,
    TrainingError,
    state_dict_bytes,
    to_script,
)
from playground.ui.inspect.network import inspect_run
from playground.ui.inspect.view_choice import INSIDES, VIEW
from playground.ui.messages import show_error, show_info, show_warning
from playground.ui.open_page import open_page_button
from playground.ui.runs import act, run_id_in_address, select_run, store
from playground.ui.text import duration, plain
from playground.ui.train.status_looks import STATUS_LOOKS
from playground.ui.trained_runs import checkpoint_of, has_checkpoint

# Of a run that had begun; one that was still queued says so itself.
_STOPPED = "Stopped before its last epoch; what it learned is saved."


def run_results(run: Run) -> None:
    """Draw how the run ended, its checkpoints to download, and the script that repeats it."""
    curve = run.history
    _say_how_it_ended(run, curve)
    try:
        config = run.config
    except StoreError:
        # That is why the run is damaged, which was said.
        return
    _downloads(run, config)
    with st.expander("The code that repeats this run", icon=":material/code:"):
        _script(config, curve.start.threads if curve.start else None)


def _say_how_it_ended(run: Run, curve: RunHistory) -> None:
    status = run.status
    icon, _, meaning = STATUS_LOOKS[status]
    if status == "finished" and curve.epochs and curve.end:
        st.success(
            f"{curve.epochs[-1].test_accuracy:.2%} of the {curve.start.test_images if curve.start else 0:,} "
            f"test images are classified correctly, after {duration(curve.end.seconds)} of training.",
            icon=icon,
        )
    elif status == "stopped":
        show_info((curve.end.message if curve.end else "") or _STOPPED, icon)
    elif status == "failed":
        show_error((curve.end.message if curve.end else "") or meaning, icon)
    elif status == "interrupted":
        show_warning(meaning, icon)
    elif status == "damaged":
        show_error(run.damage or meaning, icon)
    if status in ("failed", "interrupted"):
        _worker_log(run)


def _worker_log(run: Run) -> None:
    # Should the log have been damaged by now, the next run of the page says so.
    log = ""
    with contextlib.suppress(StoreError):
        log = run.worker_log
    if log.strip():
        with st.expander("What the worker wrote", icon=":material/terminal:"):
            st.code(log, language=None, wrap_lines=True)


def _downloads(run: Run, config: TrainConfig) -> None:
    path = checkpoint_of(run)
    if not has_checkpoint(run):
        st.caption("This run left no checkpoint; the first one is written after an epoch.")
        return
    with st.container(horizontal=True):
        open_page_button("Inspect", "Look inside", "inspect_run", lambda: _look_inside(run))
        st.download_button(
            "State dict (.pth)",
            data=lambda: state_dict_bytes(path),
            file_name=f"{run.id}.pth",
            mime="application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            help="The weights of the best epoch: model.load_state_dict(torch.load(path))",
        )
        st.download_button(
            "Checkpoint (.pth.tar)",
            data=path.read_bytes,
            file_name=f"{run.id}.pth.tar",
            mime="application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            help="A dictionary with epoch, arch, state_dict, best_acc1, the optimizer's state and the settings.",
        )
        st.download_button(
            "Settings (.json)",
            data=config.to_json(),
            file_name=f"{run.id}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )


def _look_inside(run: Run) -> None:
    inspect_run(run)
    st.session_state[VIEW] = INSIDES


def delete_button(run: Run, key: str = "delete_run") -> None:
    """Draw the button that deletes the run after asking once more."""
    with st.popover("Delete this run", icon=":material/delete:"):
        st.markdown("Its curve and its checkpoints go with it, and it ends if it still trains. This cannot be undone.")
        st.button("Delete", type="primary", icon=":material/delete:", key=key, on_click=_delete, args=(run,))


def _delete(run: Run) -> None:
    act(lambda: store().delete(run))
    if run_id_in_address() == run.id and run.status == "deleted":
        select_run(None)


def _script(config: TrainConfig, threads: int | None) -> None:
    try:
        code = to_script(config, threads)
    except TrainingError as error:
        st.caption(plain(str(error)))
        return
    st.download_button(
        "Download the script",
        data=code,
        file_name=f"train_{config.network_name}.py",
        mime="text/x-python",
        icon=":material/download:",
        on_click="ignore",
    )
    st.code(code, language="python", line_numbers=True, height=480)

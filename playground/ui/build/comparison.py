"""A dialog that shows how Sequential, ModuleList, ModuleDict and a plain Python list differ, as it was measured."""

from __future__ import annotations

import streamlit as st

from playground.networks.container_comparison import ContainerFacts, Outcome, compare_containers
from playground.ui.text import plain
from playground.ui.warm_up import torch_is_ready

_OPEN = "container_comparison_open"
_CHOSEN = "container_comparison"


def comparison_button(container: str) -> None:
    """Draw the button that opens the comparison, with this container's code first."""
    st.button(
        "How containers differ",
        key="compare_containers",
        type="tertiary",
        icon=":material/compare:",
        on_click=_open,
        args=(container,),
        disabled=not torch_is_ready(),
    )


def comparison_dialog() -> None:
    """Draw the dialog while it is open."""
    if st.session_state.get(_OPEN):
        _dialog()


def _open(container: str) -> None:
    st.session_state[_OPEN] = True
    st.session_state[_CHOSEN] = container


def _close() -> None:
    st.session_state[_OPEN] = False


@st.dialog("How containers differ", width="large", on_dismiss=_close)
def _dialog() -> None:
    facts = compare_containers()
    st.caption("The same three layers in each of them, made and called with PyTorch just now.")
    with st.container(key="container_table"):
        st.markdown(_table(facts))
    by_name = {each.name: each for each in facts}
    name = st.segmented_control(
        "Container", list(by_name), key=_CHOSEN, required=True, width="stretch", label_visibility="collapsed"
    )
    _details(by_name[name or facts[0].name])


def _table(facts: tuple[ContainerFacts, ...]) -> str:
    rows = [
        ("", [each.name for each in facts]),
        ("Parameters registered", [_registered(each) for each in facts]),
        ("State dict", [f"{len(each.keys)} keys" if each.keys else _bad("nothing") for each in facts]),
        ("Optimizer", [_short(each.trained, "works") for each in facts]),
        ("Calling it", [_short(each.called, f"gives {plain(each.called.says)}") for each in facts]),
        (
            "Neighbours are checked",
            [_good("by calling it") if _checks(each) else _bad("only in your loop") for each in facts],
        ),
    ]
    lines = [f"| {' | '.join((f'**{label}**' if label else ' ', *cells))} |" for label, cells in rows]
    return "\n".join([lines[0], "|" + " --- |" * (len(facts) + 1), *lines[1:]])


def _checks(facts: ContainerFacts) -> bool:
    """Whether calling it finds neighbours that do not fit."""
    return facts.unfit_called.says == facts.unfit_in_order.says


def _registered(facts: ContainerFacts) -> str:
    said = f"{facts.registered} of {facts.held}"
    return _good(said) if facts.registered == facts.held else _bad(said)


def _short(outcome: Outcome, words: str) -> str:
    return _good(words) if outcome.works else _bad(plain(outcome.says.partition(":")[0]))


def _good(words: str) -> str:
    return f":material/check: {words}"


def _bad(words: str) -> str:
    return f":red[:material/close: {words}]"


def _details(facts: ContainerFacts) -> None:
    code, found = st.columns(2)
    with code:
        st.code(facts.code, language="python")
    with found:
        _tried("net(batch)", f"a tensor of {facts.called.says}" if facts.called.works else facts.called.says)
        if not facts.trained.works:
            _tried("torch.optim.SGD(net.parameters(), lr=0.1)", facts.trained.says)
        _tried(
            "sum(each.numel() for each in net.parameters())", f"{facts.registered}, and its layers have {facts.held}"
        )
        _tried("list(net.state_dict())", ", ".join(facts.keys) or "none")
    _unfit(facts)


def _unfit(facts: ContainerFacts) -> None:
    """What happens where two neighbours do not fit."""
    made = "Making it raises nothing" if facts.unfit_made.works else f"Making it raises {plain(facts.unfit_made.says)}"
    st.markdown("**Where neighbours do not fit**, such as `nn.Linear(16, 2)` as the last layer")
    if _checks(facts):
        st.caption(f"{made}; calling it raises")
        st.code(facts.unfit_called.says, language=None, wrap_lines=True)
        st.caption(f"This page says it while you build: {plain(facts.unfit_traced)}")
    else:
        st.caption(f"{made}; only a loop that calls one layer after the other, which you write, raises")
        st.code(facts.unfit_in_order.says, language=None, wrap_lines=True)


def _tried(code: str, result: str) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(f"`{code}`")
        st.code(result, language=None, wrap_lines=True)

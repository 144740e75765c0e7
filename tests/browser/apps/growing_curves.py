"""Two live charts whose data grow by themselves."""

import gc
import math

import streamlit as st

from playground.charts import accuracy_figure, loss_figure
from playground.ui.components.live_chart import live_chart
from playground.ui.live_fragment import live_fragment

POINTS_PER_TICK = 60
STEPS_PER_EPOCH = 200


def curves() -> None:
    ticks = st.session_state.get("ticks", 0)
    st.session_state.ticks = ticks + 1
    steps = list(range(1, ticks * POINTS_PER_TICK + 1))
    losses = [2.3 * math.exp(-step / 300) + 0.15 * (1 + math.sin(step * step)) for step in steps]
    epochs = list(range(1, len(steps) // STEPS_PER_EPOCH + 1))
    ends = [epoch * STEPS_PER_EPOCH for epoch in epochs]
    test_losses = [2.2 * math.exp(-end / 300) + 0.2 for end in ends]
    test_accuracies = [0.99 - 0.3 * math.exp(-epoch) for epoch in epochs]
    live_chart(loss_figure(steps, losses, epoch_steps=ends, test_losses=test_losses), key="loss")
    live_chart(accuracy_figure(epochs, test_accuracies), key="accuracy", height=280)


# As the playground does: Streamlit collects garbage after each redraw.
gc.freeze()
st.title("Growing curves")
live_fragment(curves, 0.2)
st.button("Rerun")

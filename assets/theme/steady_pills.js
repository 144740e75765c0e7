// Whoever comes back to a group of pills from elsewhere is given the pill that had the focus before, by react-aria. Where
// that one is out of sight, the page would scroll to it under the pressed mouse, and the click on the new one be lost.
if (!window.pillsAreSteady) {
  window.pillsAreSteady = true;

  const pillsAt = (target) =>
    target.closest?.('[data-testid="stButtonGroup"]')?.querySelectorAll("button") ?? [];

  function focusWithoutScrolling(options) {
    HTMLElement.prototype.focus.call(this, { ...options, preventScroll: true });
  }

  let pressed = [];

  function release() {
    for (const pill of pressed) delete pill.focus;
    pressed = [];
  }

  function press(event) {
    release();
    pressed = pillsAt(event.target);
    for (const pill of pressed) pill.focus = focusWithoutScrolling;
  }

  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("pointercancel", release, true);
}

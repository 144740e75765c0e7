// Two pictures on top of each other, of which a line that can be moved shows the one to its left and the other to its
// right. Streamlit calls the default export again with each new pair; the line stays where the person left it.

const SMALL = 256;

const sliders = new WeakMap();

export default function ({ data, parentElement }) {
  if (!sliders.has(parentElement)) sliders.set(parentElement, createSlider(parentElement));
  sliders.get(parentElement).show(data);
  return () => {
    if (!parentElement.isConnected) sliders.delete(parentElement);
  };
}

function createSlider(parentElement) {
  const node = element("div", "compare-slider", parentElement);
  const before = element("img", "compare-slider-before", node);
  const after = element("img", "compare-slider-after", node);
  const leftLabel = element("span", "compare-slider-label compare-slider-left", node);
  const rightLabel = element("span", "compare-slider-label compare-slider-right", node);
  // What the keyboard and a screen reader use; the pointer uses the whole picture.
  const range = element("input", "", node);
  const line = element("div", "compare-slider-line", node);
  Object.assign(range, { type: "range", min: 0, max: 100, step: 1, value: 50 });
  before.alt = after.alt = "";
  before.draggable = after.draggable = false;
  let labels = ["", ""];

  before.addEventListener("load", () => {
    node.style.aspectRatio = `${before.naturalWidth} / ${before.naturalHeight}`;
    node.classList.toggle("compare-slider-small", Math.max(before.naturalWidth, before.naturalHeight) < SMALL);
  });

  function show(data) {
    labels = data.labels;
    node.style.maxWidth = `${data.width}px`;
    range.setAttribute("aria-label", data.description);
    [leftLabel.textContent, rightLabel.textContent] = labels;
    if (before.src !== data.before) before.src = data.before;
    if (after.src !== data.after) after.src = data.after;
    draw();
  }

  function draw() {
    const share = Number(range.value);
    before.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    after.style.clipPath = `inset(0 0 0 ${share}%)`;
    line.style.left = `${share}%`;
    leftLabel.style.visibility = share < 15 ? "hidden" : "visible";
    rightLabel.style.visibility = share > 85 ? "hidden" : "visible";
    range.setAttribute("aria-valuetext", `${share} % ${labels[0]}, ${100 - share} % ${labels[1]}`);
  }

  function moveTo(event) {
    const { left, width } = node.getBoundingClientRect();
    range.value = Math.round(((event.clientX - left) / width) * 100);
    draw();
  }

  range.addEventListener("input", draw);
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    moveTo(event);
    range.focus({ preventScroll: true, focusVisible: false });
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => {
    if (node.hasPointerCapture(event.pointerId)) moveTo(event);
  });

  return { show };
}

function element(tag, className, parent) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  parent.append(made);
  return made;
}

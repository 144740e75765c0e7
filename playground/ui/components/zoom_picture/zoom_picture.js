// Shows a picture in SVG that can be dragged and zoomed. Streamlit calls the default export again with each new
// picture; the same one again keeps its zoom and place.

const LARGEST = 4;
const SMALLEST = 0.05;
const STEP = 1.25;

const viewers = new WeakMap();

export default function ({ data, parentElement }) {
  if (!viewers.has(parentElement)) viewers.set(parentElement, createViewer(parentElement));
  viewers.get(parentElement).show(data.svg, data.description);
  return () => {
    if (!parentElement.isConnected) viewers.delete(parentElement);
  };
}

function createViewer(parentElement) {
  const node = element("div", "zoom-picture", parentElement);
  const view = element("div", "zoom-picture-view", node);
  const buttons = element("div", "zoom-picture-buttons", node);
  view.tabIndex = 0;
  let shown = null;
  let size = { width: 1, height: 1 };
  let scale = 1;

  function show(svg, description) {
    if (svg === shown) return;
    shown = svg;
    view.innerHTML = svg;
    const { width, height } = view.firstElementChild.viewBox.baseVal;
    size = { width, height };
    view.firstElementChild.setAttribute("aria-label", description);
    zoom(Math.min(1, fitting()));
    view.scrollTo(0, 0);
  }

  function fitting() {
    return view.clientWidth ? (view.clientWidth - 20) / size.width : 1;
  }

  // The point of the picture at (x, y) of the view stays where it is.
  function zoom(wanted, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const before = scale;
    scale = Math.min(LARGEST, Math.max(SMALLEST, wanted));
    const picture = view.firstElementChild;
    const left = (view.scrollLeft + x) * (scale / before) - x;
    const top = (view.scrollTop + y) * (scale / before) - y;
    picture.setAttribute("width", size.width * scale);
    picture.setAttribute("height", size.height * scale);
    view.scrollTo(left, top);
  }

  function button(label, title, act) {
    const made = element("button", "", buttons);
    made.textContent = label;
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", act);
  }
  button("−", "Smaller", () => zoom(scale / STEP));
  button("+", "Larger", () => zoom(scale * STEP));
  button("1:1", "Original size", () => zoom(1));
  button("Whole", "The whole picture", () => zoom(Math.min(fitting(), (view.clientHeight - 20) / size.height)));

  view.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = view.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    },
    { passive: false },
  );

  view.addEventListener("pointerdown", (event) => {
    // A finger scrolls by itself.
    if (event.pointerType === "mouse" && event.button === 0) view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    if (view.hasPointerCapture(event.pointerId)) view.scrollBy(-event.movementX, -event.movementY);
  });

  return { show };
}

function element(tag, className, parent) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  parent.append(made);
  return made;
}

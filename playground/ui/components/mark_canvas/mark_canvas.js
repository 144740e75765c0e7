// A picture on which boxes and outlines are drawn. Streamlit calls the default export again with each new picture and
// with the marks that it holds; a mark is sent when it is complete.

const SMALLEST = 4;
const CLOSEST = 3;
const MOST_POINTS = 400;
const PATIENCE_MS = 3000;
const SVG = "http://www.w3.org/2000/svg";

const canvases = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  if (!canvases.has(parentElement)) canvases.set(parentElement, createCanvas(parentElement));
  canvases.get(parentElement).show(component);
  return () => {
    if (!parentElement.isConnected) canvases.delete(parentElement);
  };
}

function createCanvas(parentElement) {
  const node = element("div", "mark-canvas", parentElement);
  const tools = element("div", "mark-canvas-tools", node);
  const frame = element("div", "mark-canvas-frame", node);
  const picture = element("img", "", frame);
  const layer = document.createElementNS(SVG, "svg");
  frame.append(layer);
  picture.draggable = false;
  let marks = [];
  let drawing = null;
  let kind = "box";
  let data = null;
  let sent = null;
  let sentAt = 0;
  let send = () => {};

  const kinds = { box: tool("Box", () => choose("box")), mask: tool("Outline", () => choose("mask")) };
  const undo = tool("Undo", () => change(marks.slice(0, -1)));
  const clear = tool("Clear", () => change([]));
  choose("box");

  function show(component) {
    data = component.data;
    send = component.setStateValue;
    if (picture.src !== data.picture) picture.src = data.picture;
    picture.alt = data.description;
    layer.setAttribute("viewBox", `0 0 ${data.size[0]} ${data.size[1]}`);
    // An answer to what was sent before the last change still holds the marks of then.
    const isLate = sent !== null && JSON.stringify(data.marks) !== sent && Date.now() - sentAt < PATIENCE_MS;
    if (!drawing && !isLate) {
      marks = data.marks;
      sent = null;
    }
    draw();
  }

  function choose(wanted) {
    kind = wanted;
    for (const [name, button] of Object.entries(kinds)) button.setAttribute("aria-pressed", name === kind);
  }

  function change(wanted) {
    marks = wanted;
    sent = JSON.stringify(marks);
    sentAt = Date.now();
    draw();
    send("marks", marks);
  }

  function draw() {
    const all = drawing ? [...marks, drawing] : marks;
    const boxes = all.filter((mark) => mark.kind === "box");
    const masks = all.filter((mark) => mark.kind === "mask");
    layer.replaceChildren(
      // Colours go to boxes first and then to masks, as in the pictures that come back.
      ...[...boxes, ...masks].map((mark, index) => shape(mark, data.colours[index % data.colours.length])),
    );
    undo.disabled = clear.disabled = marks.length === 0;
  }

  function shape(mark, colour) {
    const corners = mark.kind === "box" ? boxCorners(mark.points) : mark.points;
    const made = document.createElementNS(SVG, "polygon");
    made.setAttribute("points", corners.map((point) => point.join(",")).join(" "));
    made.style.stroke = colour;
    made.style.fill = mark.kind === "mask" ? colour : "none";
    return made;
  }

  function place(event) {
    const { left, top, width, height } = layer.getBoundingClientRect();
    const share = (value, whole) => Math.min(1, Math.max(0, value / whole));
    return [
      Math.round(share(event.clientX - left, width) * data.size[0] * 10) / 10,
      Math.round(share(event.clientY - top, height) * data.size[1] * 10) / 10,
    ];
  }

  function pixels(one, other) {
    const scale = layer.getBoundingClientRect().width / data.size[0];
    return Math.hypot(one[0] - other[0], one[1] - other[1]) * scale;
  }

  layer.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || marks.length >= data.most) return;
    layer.setPointerCapture(event.pointerId);
    drawing = { kind, points: [place(event)] };
    event.preventDefault();
  });
  layer.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const point = place(event);
    if (drawing.kind === "box") drawing.points = [drawing.points[0], point];
    else if (drawing.points.length < MOST_POINTS && pixels(drawing.points.at(-1), point) > CLOSEST)
      drawing.points.push(point);
    draw();
  });
  layer.addEventListener("pointerup", () => {
    const done = drawing;
    drawing = null;
    if (done && isLarge(done)) change([...marks, done]);
    else if (done) draw();
  });
  layer.addEventListener("pointercancel", () => {
    drawing = null;
    draw();
  });

  function isLarge(mark) {
    if (mark.kind === "mask") return mark.points.length > 2;
    const [one, other] = mark.points;
    return Boolean(other) && pixels([one[0], 0], [other[0], 0]) > SMALLEST && pixels([0, one[1]], [0, other[1]]) > SMALLEST;
  }

  function tool(label, act) {
    const made = element("button", "", tools);
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  return { show };
}

function boxCorners(points) {
  const [[x0, y0], [x1, y1]] = [points[0], points[1] ?? points[0]];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

function element(tag, className, parent) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  parent.append(made);
  return made;
}

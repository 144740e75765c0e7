// Draws a Plotly figure into one lasting node. Streamlit calls the default export again with each new
// figure and at each change of the theme; whatever the person did to the chart is kept.

// Begins with the first chart on the page. All charts share this module, so Plotly is loaded once; its
// script registers itself as window.Plotly.
const plotly = import(new URL("../torch-playground.plotly/plotly.min.js", import.meta.url));

const charts = new WeakMap();

export default function ({ data, parentElement }) {
  if (!charts.has(parentElement)) charts.set(parentElement, createChart(parentElement));
  const chart = charts.get(parentElement);
  chart.show(new TextDecoder().decode(data));
  return () => {
    // Streamlit also calls this for a figure that was overtaken by a newer one while this script was loading.
    if (parentElement.isConnected) return;
    charts.delete(parentElement);
    chart.remove();
  };
}

function createChart(parentElement) {
  const node = document.createElement("div");
  node.className = "live-chart";
  node.setAttribute("role", "figure");
  parentElement.append(node);

  let figure = null;
  let drawn = null;
  let ready = false;
  let held = false;
  let frame = 0;

  // Several causes within one frame make one drawing. A hidden tab has no frames: it catches up later.
  function redraw() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function draw() {
    frame = 0;
    // A node without width is in a closed tab or expander; the observer calls again when it opens.
    if (!ready || held || !figure || !node.clientWidth) return;
    const frameAround = { width: node.clientWidth, height: node.clientHeight, template: { layout: pageTheme(node) } };
    const picture = JSON.stringify(frameAround) + figure;
    if (picture === drawn) return;
    drawn = picture;
    // Plotly writes the person's zoom into what it is given. Given the same object twice, it would take
    // that zoom for a new setting of ours and drop it with the next figure.
    const { data, layout } = JSON.parse(figure);
    node.setAttribute("aria-label", layout.meta?.description ?? "Chart");
    // As long as uirevision stays the same, Plotly keeps zoom, pan and legend over new data.
    window.Plotly.react(node, data, { uirevision: "kept", ...layout, ...frameAround }, CONFIG);
  }

  // A redraw in the middle of a drag would take the zoom box out of the person's hand.
  function hold(event) {
    // A context menu, opened by another button, swallows the event that would release it.
    if (event.button === 0) held = true;
  }

  function release() {
    if (!held) return;
    // After Plotly's own handler of the same event.
    setTimeout(() => {
      held = false;
      redraw();
    });
  }

  const observer = new ResizeObserver(redraw);
  observer.observe(node);
  node.addEventListener("pointerdown", hold);
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", release);

  plotly.then(
    () => {
      ready = true;
      redraw();
    },
    () => showMessage(node, "The chart could not be loaded. Reload the page."),
  );

  return {
    show(newFigure) {
      figure = newFigure;
      redraw();
    },
    remove() {
      cancelAnimationFrame(frame);
      observer.disconnect();
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", release);
      if (ready) window.Plotly.purge(node);
      node.remove();
    },
  };
}

const CONFIG = {
  displaylogo: false,
  // Back to the automatic range, which includes what arrived meanwhile, not to that of the first drawing.
  doubleClick: "autosize",
  modeBarButtons: [["zoom2d", "pan2d", "autoScale2d", "toImage"]],
  toImageButtonOptions: { format: "png", scale: 2, filename: "torch-playground" },
};

function pageTheme(node) {
  const style = getComputedStyle(node);
  const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const text = value("text-color");
  const background = value("background-color");
  const axis = {
    gridcolor: value("border-color-light"),
    linecolor: value("border-color"),
    zeroline: false,
  };
  return {
    font: { family: value("font"), color: text, size: 13 },
    paper_bgcolor: background,
    plot_bgcolor: background,
    xaxis: axis,
    yaxis: axis,
    hoverlabel: { bgcolor: background, bordercolor: value("border-color"), font: { color: text } },
    modebar: { bgcolor: "transparent", color: value("gray-text-color"), activecolor: text },
  };
}

function showMessage(node, sentence) {
  const message = document.createElement("div");
  message.className = "live-chart-message";
  message.textContent = sentence;
  node.replaceChildren(message);
}

// @ts-check
/* global vegaEmbed */
// The source of brevviz/widgets/static/livechart.js: scripts/build_livechart.py puts Vega in front.

const REST = 80; // ms without a change: a selection is made
const ERRORS = 1; // Vega's level: a chart that has no rows yet is nothing to warn of
const LOCKED = "a chart loads nothing";

/** Nothing is fetched and no address followed, whatever a spec or its data say. */
const loader = {
  load: () => Promise.reject(new Error(LOCKED)),
  sanitize: () => Promise.reject(new Error(LOCKED)),
  http: () => Promise.reject(new Error(LOCKED)),
  file: () => Promise.reject(new Error(LOCKED)),
};

/**
 * Read colours of the stylesheet as Vega takes them: a variable's value may be any CSS expression,
 * and only a painted pixel says what it comes to.
 * @param {Element} node
 */
function reader(node) {
  const probe = document.createElement("span");
  const pencil = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    node.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    if (!pencil) return colour;
    pencil.clearRect(0, 0, 1, 1);
    pencil.fillStyle = colour;
    pencil.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pencil.getImageData(0, 0, 1, 1).data;
    return `rgba(${red},${green},${blue},${Math.round((100 * alpha) / 255) / 100})`;
  };
}

/** @param {Element} node */
function themeOf(node) {
  const style = getComputedStyle(node);
  const read = reader(node);
  const [ink, soft, line] = [read("--bv-ink"), read("--bv-soft"), read("--bv-line")];
  const words = { labelColor: soft, titleColor: ink, labelFontSize: 11, titleFontSize: 12 };
  return {
    background: "transparent",
    font: style.fontFamily,
    view: { stroke: null },
    axis: { ...words, labelSeparation: 10, gridColor: line, domainColor: line, tickColor: line, titleFontWeight: 500 },
    legend: { ...words, titleFontWeight: 500 },
    header: words,
    title: { color: ink, fontSize: 13, fontWeight: 600, anchor: "start" },
    text: { color: ink },
    rule: { color: soft },
    mark: { color: read("--bv-class-0") },
  };
}

/** The settings of `mine` in place of those of `base`, part by part. */
function over(/** @type {any} */ base, /** @type {any} */ mine) {
  const merged = { ...base };
  for (const [name, value] of Object.entries(mine)) {
    const both = [base[name], value].every((v) => v && typeof v === "object" && !Array.isArray(v));
    merged[name] = both ? over(base[name], value) : structuredClone(value);
  }
  return merged;
}

/** The spec with rows and looks; a single view is as wide as its place unless it says otherwise. */
function complete(/** @type {any} */ spec, /** @type {any[]} */ rows, /** @type {Element} */ node) {
  const single = "mark" in spec || "layer" in spec;
  return {
    ...(single ? { width: "container" } : {}),
    ...structuredClone(spec),
    datasets: { rows: structuredClone(rows) },
    config: over(themeOf(node), spec.config ?? {}),
  };
}

/** A tooltip of text, in place of Vega's, which makes markup of some values. */
class Tip {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.node = document.createElement("dl");
    this.node.className = "bv-tip";
    this.node.hidden = true;
    root.append(this.node);
  }

  /** @param {any} _handler @param {MouseEvent} event @param {any} _item @param {any} value */
  show(_handler, event, _item, value) {
    this.node.hidden = value === null || value === undefined || value === "";
    if (this.node.hidden) return;
    const pairs = typeof value === "object" ? Object.entries(value) : [["", value]];
    this.node.replaceChildren(
      ...pairs.flatMap(([name, words]) => {
        const [term, text] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        text.textContent = typeof words === "object" ? JSON.stringify(words) : String(words);
        return [term, text];
      }),
    );
    const frame = this.root.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const left = x + 14 + this.node.offsetWidth > frame.width ? x - 10 - this.node.offsetWidth : x + 14;
    this.node.style.left = `${Math.max(0, left)}px`;
    this.node.style.top = `${y + 14}px`;
  }
}

/** The fields and values of a selection, without Vega's own marks. @param {any} value */
function plain(value) {
  const fields = Object.entries(value ?? {}).filter(
    ([name, list]) => Array.isArray(list) && !name.startsWith("vl") && name !== "_vgsid_",
  );
  return Object.fromEntries(fields.map(([name, list]) => [name, [...list]]));
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "bv bv-chart";
  const host = document.createElement("div");
  host.className = "bv-chart-host";
  const problem = document.createElement("p");
  problem.className = "bv-problem";
  problem.setAttribute("role", "alert");
  root.append(host, problem);
  el.append(root);
  const tip = new Tip(root);
  /** @type {any} */
  let shown = null;
  let turn = 0;
  let timer = 0;
  let frame = 0;
  let sent = "{}";

  function drop() {
    shown?.finalize();
    shown = null;
  }

  function selected(/** @type {string} */ _name, /** @type {any} */ value) {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const now = plain(value);
      if (JSON.stringify(now) === sent) return;
      sent = JSON.stringify(now);
      model.send({ kind: "select", value: now });
    }, REST);
  }

  async function embed() {
    turn += 1;
    const mine = turn;
    const spec = model.get("spec");
    host.setAttribute("aria-label", model.get("label"));
    host.setAttribute("role", "figure");
    root.style.minHeight = model.get("height") ? `${model.get("height")}px` : "";
    drop();
    host.replaceChildren();
    problem.textContent = "";
    if (!Object.keys(spec).length) return;
    // Colours and room are those of the page: a view that is not in it yet has neither.
    while (mine === turn && !root.isConnected) await new Promise(window.requestAnimationFrame);
    if (mine !== turn) return;
    const rows = model.get("rows");
    try {
      const tooltip = tip.show.bind(tip);
      const options = { mode: "vega-lite", actions: false, renderer: "svg", loader, tooltip, ast: false, logLevel: ERRORS };
      const made = await vegaEmbed(host, complete(spec, rows, root), options);
      if (mine !== turn) {
        made.finalize();
        return;
      }
      shown = made;
      // Else the bars of up to 10,000 earlier rows stay in memory, and their nodes with them.
      shown.view.cleanThreshold = 0;
      const name = model.get("selection_name");
      if (name) shown.view.addSignalListener(name, selected);
      fit();
      if (model.get("rows") !== rows) fill();  // they came while the chart was being made
    } catch (error) {
      if (mine === turn) problem.textContent = `The chart cannot be drawn: ${error}`;
    }
  }

  /** A chart takes the browser far longer than numbers, and those that came with it go first. */
  function soon() {
    if (!frame) frame = requestAnimationFrame(() => (frame = requestAnimationFrame(fill)));
  }

  function fill() {
    frame = 0;
    if (!shown) return;
    // Other rows may have longer labels: the room for the axes is measured again.
    shown.view.data("rows", structuredClone(model.get("rows"))).resize().runAsync();
  }

  function fit() {
    const wide = (model.get("spec").width ?? "container") === "container";
    if (!shown || !wide || !host.clientWidth || !("width" in shown.view.getState().signals)) return;
    if (Math.abs(shown.view.signal("width") - host.clientWidth) < 1) return;
    shown.view.signal("width", host.clientWidth).runAsync();
  }

  /** @type {Record<string, () => void>} */
  const calls = {
    "change:spec": embed,
    "change:selection_name": embed,
    "change:label": embed,
    "change:height": embed,
    "change:rows": soon,
  };
  for (const [event, call] of Object.entries(calls)) model.on(event, call);
  const sizes = new ResizeObserver(fit);
  sizes.observe(host);
  const themes = new MutationObserver(embed);
  themes.observe(document.body, { attributeFilter: ["data-jp-theme-name"] });
  embed();
  return () => {
    turn += 1;
    window.clearTimeout(timer);
    cancelAnimationFrame(frame);
    sizes.disconnect();
    themes.disconnect();
    for (const [event, call] of Object.entries(calls)) model.off(event, call);
    drop();
  };
}

export const part = () => ({ render });

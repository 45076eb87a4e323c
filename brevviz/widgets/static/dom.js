// @ts-check
// What the widgets' modules share: elements made from text, never from markup.
// It imports nothing itself; assets.py says how the modules come together.

/**
 * What anywidget hands to `render`: the widget's traits, and a line to the kernel.
 * @typedef {{
 *   get(name: string): any,
 *   on(event: string, call: (...args: any[]) => void): void,
 *   off(event: string, call: (...args: any[]) => void): void,
 *   send(content: object): void,
 * }} Model
 */

// The same list as in escape.py: characters that hide, or change how others are read.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Show hidden characters as escapes.
 * @param {unknown} text
 */
export function visible(text) {
  return String(text).replace(
    HIDDEN,
    (hit) => `\\u${hit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Make an element. `class`, `text` and `on<event>` are what they say; null leaves out; any other
 * name is an attribute. Strings among the children become text.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) put(node, name, value);
  for (const child of children) if (child !== null) node.append(child);
  // Lab looks for a shortcut at the focused element before it looks at the root that shuts
  // shortcuts out, and its arrow keys (`:focus:not(:read-write)`) would take a slider's.
  if (FOCUSED.has(tag) || "tabindex" in attributes) node.setAttribute(SHUT, "true");
  return node;
}

const FOCUSED = new Set(["a", "button", "input", "select", "summary", "textarea"]);
const SHUT = "data-lm-suppress-shortcuts";

/**
 * @param {Element} node
 * @param {string} name
 * @param {any} value
 */
function put(node, name, value) {
  if (name === "text") node.textContent = value;
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (value !== null && value !== undefined && value !== false)
    node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Make an SVG element.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Node} children
 * @returns {any}
 */
export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) put(node, name, value);
  node.append(...children);
  return node;
}

/** @type {Record<string, string>} */
const SHAPES = {
  check: "M3 8.5l3.2 3.2L13 4.8",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3",
  different: "M3 6h10M3 10h10M10.5 3l-5 10",
  equal: "M3 6h10M3 10h10",
  lock: "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  plus: "M8 3v10M3 8h10",
  save: "M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13h10",
  stop: "M4.5 4.5h7v7h-7z",
  warn: "M8 2.5l6 10.5H2zM8 6.5v3M8 11.2v.3",
};

/**
 * A small drawing that goes with a word; screen readers skip it.
 * @param {string} name
 */
export function icon(name) {
  const path = draw("path", { d: SHAPES[name] });
  return draw("svg", { class: "bv-icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}

let lastId = 0;

/** A fresh id for labels and descriptions. */
export function freshId() {
  lastId += 1;
  return `bv-${lastId}-${Math.random().toString(36).slice(2, 8)}`;
}

/**
 * The root of a view: Lab's one-letter shortcuts do not reach into it.
 * @param {HTMLElement} el
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 */
export function rootIn(el, name, attributes = {}) {
  const root = make("div", {
    class: `bv bv-${name}`,
    "data-lm-suppress-shortcuts": "true",
    ...attributes,
  });
  el.append(root);
  return root;
}

/**
 * Call `then` when one of the traits changes, once for a batch; returns what ends that.
 * @param {Model} model
 * @param {string[]} names
 * @param {() => void} then
 */
export function follow(model, names, then) {
  let waiting = false;
  let over = false;
  const call = () => {
    if (waiting) return;
    waiting = true;
    // Traits of one message change one after the other: wait until all have.
    queueMicrotask(() => {
      waiting = false;
      if (!over) then();
    });
  };
  for (const name of names) model.on(`change:${name}`, call);
  return () => {
    over = true;
    for (const name of names) model.off(`change:${name}`, call);
  };
}

/**
 * Call `then` when a person is done with an input: on leaving it, and on Enter, which not every
 * browser takes as a change.
 * @param {HTMLElement} input
 * @param {() => void} then
 */
export function onDone(input, then) {
  input.addEventListener("change", then);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") then();
  });
}

/**
 * Listen to what the kernel sends; returns what ends that.
 * @param {Model} model
 * @param {(content: any, buffers: DataView[]) => void} then
 */
export function listen(model, then) {
  model.on("msg:custom", then);
  return () => model.off("msg:custom", then);
}

/**
 * A number for people: thousands grouped by a narrow no-break space, a fixed number of digits after the point.
 * @param {number} value
 * @param {number} [digits]
 */
export function figure(value, digits = 0) {
  if (!Number.isFinite(value)) return "–";
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const sign = value < 0 && Number(value.toFixed(digits)) !== 0 ? "\u2212" : "";
  return sign + grouped + (part ? `.${part}` : "");
}

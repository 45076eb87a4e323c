// @ts-check
import { Choice } from "./choice.js";
import { figure, follow, freshId, listen, make, visible } from "./dom.js";
import { Lines } from "./lines.js";
import { Windowed, framed } from "./windowed.js";

const REST = 60; // ms without a scroll event: the table has come to rest
const PACE = 200; // ms between two looks at a table that moves
const KEPT = 2000; // lines kept beside those on screen
const LEAST = 260; // px: the width of a column that takes what is left

/** @typedef {{name: string, label: string, kind?: string, width?: number, sortable?: boolean}} Column */
/** @typedef {{name: string, descending: boolean}} Sort */

/** @param {Column} column @param {any} value */
function fill(column, value) {
  if (value === null || value === undefined) return [];
  if (typeof value === "number") return [column.kind === "int" ? figure(value) : String(value)];
  const text = visible(value);
  const known = column.kind === "purpose" && ["train", "devel", "test"].includes(text);
  return known ? [make("span", { class: `bv-dot bv-is-${text}`, "aria-hidden": "true" }), text] : [text];
}

/** @param {Column} column */
const classOf = (column) => (column.kind === "int" ? "bv-line-cell bv-to-right" : "bv-line-cell");

/** @param {Column} column @param {Sort} sort @param {() => void} press */
function headOf(column, sort, press) {
  const sorted = sort.name === column.name;
  const way = sort.descending ? "descending" : "ascending";
  const label = visible(column.label);
  const button = make("button", { type: "button", class: "bv-line-sort", text: label, onclick: press });
  button.classList.toggle(`bv-${way}`, sorted);
  return make(
    "div",
    {
      role: "columnheader",
      class: classOf(column),
      "aria-sort": sorted ? way : column.sortable ? "none" : null,
    },
    column.sortable ? button : label,
  );
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const prefix = freshId();
  const head = make("div", { class: "bv-line-row bv-line-head", role: "row", "aria-rowindex": "1" });
  const top = make("div", { role: "rowgroup", class: "bv-line-top" }, head);
  const layer = make("div", { class: "bv-layer", role: "rowgroup" });
  const frame = framed(el, "long", { role: "grid", top, layer });
  const { root, box } = frame;
  const place = new Lines(box);
  /** @type {Map<number, any[]>} what came, the least recently asked for first */
  const kept = new Map();
  /** @type {Set<number>} lines of the list as it was before it was renewed */
  const stale = new Set();
  let looked = 0;
  /** @type {Windowed<{node: HTMLElement}>} */
  const list = new Windowed(model, frame, place, { more: 2, rest: REST, make: lineOf, mark, want, passing });
  const choice = new Choice(model, () => list.entries.forEach(mark));

  /** @returns {Column[]} */
  const columns = () => model.get("columns");

  /** @param {number} id */
  function lineOf(id) {
    const node = make("div", {
      class: "bv-line-row",
      role: "row",
      id: `${prefix}-${id}`,
      "data-id": id,
      "aria-rowindex": id + 2,
    });
    write({ node }, id);
    return { node };
  }

  /** @param {{node: HTMLElement}} line @param {number} id */
  function mark({ node }, id) {
    node.setAttribute("aria-selected", String(choice.chosen.has(id)));
    node.classList.toggle("bv-active", id === choice.active);
    if (id === choice.active) box.setAttribute("aria-activedescendant", node.id);
  }

  /** @param {{node: HTMLElement}} line @param {number} id */
  function write({ node }, id) {
    const values = kept.get(id);
    node.classList.toggle("bv-awaited", !values);
    const cells = columns().map((column, i) => {
      const words = values ? fill(column, values[i]) : [];
      const title = typeof values?.[i] === "string" ? visible(values[i]) : null;
      return make("div", { class: classOf(column), role: "gridcell", title }, ...words);
    });
    node.replaceChildren(...cells);
  }

  function layout() {
    list.dress();
    box.setAttribute("aria-rowcount", String(list.count + 1));
    box.setAttribute("aria-colcount", String(columns().length));
    if (list.hidden) return;
    place.measure(list.count);
    list.placed();
  }

  function heads() {
    const sort = model.get("sort");
    const template = columns().map((column) => (column.width ? `${column.width}px` : `minmax(${LEAST}px, 1fr)`));
    const least = columns().reduce((sum, column) => sum + (column.width ?? LEAST), 0);
    root.style.setProperty("--bv-line-columns", template.join(" "));
    root.style.setProperty("--bv-line-least", `${least}px`);
    const press = (/** @type {string} */ name) => () => model.send({ kind: "sort", name });
    head.replaceChildren(...columns().map((column) => headOf(column, sort, press(column.name))));
    list.entries.forEach(write);
  }

  function want() {
    if (list.count === 0) return false;
    const [from, to] = place.span(list.count, 10);
    let [first, last] = [from, to];
    const has = (/** @type {number} */ id) => kept.has(id) && !stale.has(id);
    while (first < to && has(first)) first += 1;
    while (last > first && has(last - 1)) last -= 1;
    if (first < last) model.send({ kind: "want", version: model.get("version"), first, last });
    for (const id of kept.keys()) {
      if (kept.size <= KEPT) break;
      if (id < from || id >= to) kept.delete(id);
    }
    return first < last;
  }

  function passing() {
    if (performance.now() - looked < PACE) return;
    looked = performance.now();
    list.ask();
  }

  /** @param {any} content */
  function heard(content) {
    if (content?.version !== model.get("version")) return;
    if (content.kind === "reveal") {
      choice.active = content.id;
      list.reveal(content.id);
      list.rest();
    }
    if (content.kind !== "rows") return;
    content.rows.forEach((/** @type {any[]} */ row, /** @type {number} */ i) => {
      const id = content.first + i;
      kept.delete(id);
      stale.delete(id);
      kept.set(id, row);
      const line = list.entries.get(id);
      if (line) write(line, id);
    });
  }

  function restart() {
    if (model.get("renewed")) {
      for (const id of kept.keys()) stale.add(id);
      choice.follow(false);
      list.ask();
      return;
    }
    kept.clear();
    stale.clear();
    list.clear();
    choice.follow(true);
    place.y = 0;
    box.scrollTop = 0;
    layout();
  }

  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.target === box) list.pressed(choice, event); // the head's buttons have keys of their own
  });
  box.addEventListener("click", (/** @type {MouseEvent} */ event) => list.clicked(choice, event));
  const sizes = new ResizeObserver(layout);
  sizes.observe(root);
  heads();
  layout();
  const ends = [
    listen(model, heard),
    follow(model, ["version", "count"], restart),
    follow(model, ["height", "label", "empty", "multiple"], layout),
    follow(model, ["columns", "sort"], heads),
    follow(model, ["selected"], () => choice.follow(false)),
  ];
  return () => {
    sizes.disconnect();
    list.end();
    ends.forEach((end) => end());
  };
}

export default { render };

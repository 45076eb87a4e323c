// @ts-check
import { Choice } from "./choice.js";
import { figure, follow, freshId, listen, make, rootIn, visible } from "./dom.js";
import { Lines } from "./lines.js";

const REST = 60; // ms without a scroll event: the table has come to rest
const PACE = 200; // ms between two looks at a table that moves
const AGAIN = 4000; // ms after which missing lines are asked for again
const KEPT = 2000; // lines kept beside those on screen
const LEAST = 260; // px: the width of a column that takes what is left

/** @typedef {{name: string, label: string, kind?: string, width?: number, sortable?: boolean}} Column */

/** @param {Column} column @param {any} value */
function fill(column, value) {
  if (value === null || value === undefined) return [];
  if (typeof value === "number") return [column.kind === "int" ? figure(value) : String(value)];
  const text = visible(value);
  const known = column.kind === "purpose" && ["train", "devel", "test"].includes(text);
  return known ? [make("span", { class: `bv-dot bv-is-${text}`, "aria-hidden": "true" }), text] : [text];
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const prefix = freshId();
  const root = rootIn(el, "long");
  const head = make("div", { class: "bv-line-row bv-line-head", role: "row", "aria-rowindex": "1" });
  const layer = make("div", { class: "bv-layer", role: "rowgroup" });
  const top = make("div", { role: "rowgroup", class: "bv-line-top" }, head);
  const box = make("div", { class: "bv-window", role: "grid", tabindex: "0" }, top, layer);
  const empty = make("p", { class: "bv-empty" });
  const foot = make("div", { class: "bv-foot", "aria-hidden": "true" });
  root.append(box, empty, foot);
  const place = new Lines(box);
  /** @type {Map<number, any[]>} what came, the least recently asked for first */
  const kept = new Map();
  /** @type {Set<number>} lines of the list as it was before it was renewed */
  const stale = new Set();
  /** @type {Map<number, HTMLElement>} */
  const lines = new Map();
  const choice = new Choice(model, () => lines.forEach(mark));
  const timers = { rest: 0, again: 0 };
  let looked = 0;
  let frame = 0;

  const count = () => model.get("count");
  /** @returns {Column[]} */
  const columns = () => model.get("columns");

  /** @param {HTMLElement} node @param {number} id */
  function mark(node, id) {
    node.setAttribute("aria-selected", String(choice.chosen.has(id)));
    node.classList.toggle("bv-active", id === choice.active);
    if (id === choice.active) box.setAttribute("aria-activedescendant", node.id);
  }

  /** @param {HTMLElement} node @param {number} id */
  function write(node, id) {
    const values = kept.get(id);
    node.classList.toggle("bv-awaited", !values);
    const cells = columns().map((column, i) => {
      const words = values ? fill(column, values[i]) : [];
      const text = typeof values?.[i] === "string" ? visible(values[i]) : null;
      const side = column.kind === "int" ? "bv-line-cell bv-to-right" : "bv-line-cell";
      return make("div", { class: side, role: "gridcell", title: text }, ...words);
    });
    node.replaceChildren(...cells);
  }

  function paint() {
    frame = 0;
    if (box.clientWidth === 0) return;
    const [from, to] = place.span(count(), 2);
    for (const [id, node] of lines)
      if (id < from || id >= to) {
        node.remove();
        lines.delete(id);
      }
    for (let id = from; id < to; id += 1) {
      let node = lines.get(id);
      if (!node) {
        node = /** @type {HTMLElement} */ (
          make("div", { class: "bv-line-row", role: "row", id: `${prefix}-${id}`, "data-id": id, "aria-rowindex": id + 2 })
        );
        write(node, id);
        lines.set(id, node);
        layer.append(node);
      }
      node.style.transform = place.at(id);
      mark(node, id);
    }
    const [first, last] = place.span(count(), 0);
    foot.textContent = count() ? `${figure(first + 1)}–${figure(last)} of ${figure(count())}` : "";
  }

  function layout() {
    box.style.height = `${model.get("height")}px`;
    box.hidden = count() === 0;
    empty.hidden = count() > 0;
    empty.textContent = visible(model.get("empty"));
    box.setAttribute("aria-label", visible(model.get("label")));
    box.setAttribute("aria-rowcount", String(count() + 1));
    box.setAttribute("aria-colcount", String(columns().length));
    box.setAttribute("aria-multiselectable", String(model.get("multiple")));
    if (box.clientWidth === 0) return;
    place.measure(count());
    layer.style.height = `${place.drawn}px`;
    paint();
    rest();
  }

  function heads() {
    const sort = model.get("sort");
    const template = columns().map((column) => (column.width ? `${column.width}px` : `minmax(${LEAST}px, 1fr)`));
    const least = columns().reduce((sum, column) => sum + (column.width ?? LEAST), 0);
    root.style.setProperty("--bv-line-columns", template.join(" "));
    root.style.setProperty("--bv-line-least", `${least}px`);
    head.replaceChildren(
      ...columns().map((column) => {
        const sorted = sort.name === column.name;
        const way = sort.descending ? "descending" : "ascending";
        const label = visible(column.label);
        const button = make("button", { type: "button", class: "bv-line-sort", text: label });
        button.addEventListener("click", () => model.send({ kind: "sort", name: column.name }));
        button.classList.toggle(`bv-${way}`, sorted);
        return make(
          "div",
          {
            role: "columnheader",
            class: column.kind === "int" ? "bv-line-cell bv-to-right" : "bv-line-cell",
            "aria-sort": sorted ? way : column.sortable ? "none" : null,
          },
          column.sortable ? button : label,
        );
      }),
    );
    lines.forEach(write);
  }

  function want() {
    if (box.clientWidth === 0 || count() === 0) return;
    const [from, to] = place.span(count(), 10);
    let [first, last] = [from, to];
    const has = (/** @type {number} */ id) => kept.has(id) && !stale.has(id);
    while (first < to && has(first)) first += 1;
    while (last > first && has(last - 1)) last -= 1;
    window.clearTimeout(timers.again);
    if (first < last) {
      model.send({ kind: "want", version: model.get("version"), first, last });
      timers.again = window.setTimeout(want, AGAIN);
    }
    for (const id of kept.keys()) {
      if (kept.size <= KEPT) break;
      if (id < from || id >= to) kept.delete(id);
    }
  }

  function rest() {
    window.clearTimeout(timers.rest);
    timers.rest = window.setTimeout(want, REST);
  }

  function scrolled() {
    place.read();
    if (!frame) frame = requestAnimationFrame(paint);
    rest();
    if (performance.now() - looked < PACE) return;
    looked = performance.now();
    want();
  }

  /** @param {any} content */
  function heard(content) {
    if (content?.version !== model.get("version")) return;
    if (content.kind === "reveal") {
      choice.active = content.id;
      place.reveal(content.id);
      paint();
      rest();
    }
    if (content.kind !== "rows") return;
    content.rows.forEach((/** @type {any[]} */ row, /** @type {number} */ i) => {
      const id = content.first + i;
      kept.delete(id);
      stale.delete(id);
      kept.set(id, row);
      const node = lines.get(id);
      if (node) write(node, id);
    });
  }

  function restart() {
    if (model.get("renewed")) {
      for (const id of kept.keys()) stale.add(id);
      choice.follow(false);
      want();
      return;
    }
    kept.clear();
    stale.clear();
    lines.forEach((node) => node.remove());
    lines.clear();
    choice.follow(true);
    place.y = 0;
    box.scrollTop = 0;
    layout();
  }

  box.addEventListener("scroll", scrolled, { passive: true });
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== box) return; // the head's buttons have keys of their own
    const page = Math.max(1, Math.floor(box.clientHeight / place.step) - 2);
    const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity };
    const shown = choice.pressed(event, steps, (id) => {
      place.reveal(id);
      paint();
    });
    if (shown) rest();
  });
  box.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const line = /** @type {Element} */ (event.target).closest("[data-id]");
    if (line instanceof HTMLElement) choice.pick(Number(line.dataset.id), event);
  });
  place.followWheel(scrolled);
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
    cancelAnimationFrame(frame);
    Object.values(timers).forEach(clearTimeout);
    ends.forEach((end) => end());
  };
}

export default { render };

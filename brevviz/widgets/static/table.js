// @ts-check
import { figure, follow, make, rootIn, visible } from "./dom.js";

/** @typedef {{name: string, label: string, kind?: string, align?: string, digits?: number, help?: string, max?: number}} Column */

const NUMBERS = new Set(["int", "float", "percent", "bar"]);

/** @param {Column} column */
const sideOf = (column) => column.align ?? (NUMBERS.has(column.kind ?? "") ? "right" : "left");

/** @param {Column} column @param {any} value */
function words(column, value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return visible(value);
  if (column.kind === "int") return figure(value, 0);
  if (column.kind === "float") return figure(value, column.digits ?? 2);
  if (column.kind === "percent" || column.kind === "bar")
    return `${figure(100 * value, column.digits ?? 1)}\u202f%`;
  return String(value);
}

/** @param {any} value the name of a purpose */
function purpose(value) {
  const known = ["train", "devel", "test"].includes(value) ? value : "none";
  return make(
    "span",
    { class: "bv-purpose" },
    make("span", { class: `bv-dot bv-is-${known}`, "aria-hidden": "true" }),
    visible(value),
  );
}

/** @param {any} value @param {number} full @param {string} text */
function bar(value, full, text) {
  const strip = make("span", { class: "bv-bar", "aria-hidden": "true" });
  const part = full > 0 ? Math.max(0, Math.min(1, value / full)) : 0;
  strip.style.setProperty("--bv-part", String(part));
  return make("span", { class: "bv-bar-cell" }, strip, make("span", { text }));
}

/** @param {Column} column @param {any} value @param {number} full */
function cell(column, value, full) {
  const node = make("td", { class: `bv-to-${sideOf(column)}` });
  const text = words(column, value);
  if (column.kind === "purpose" && text) node.append(purpose(value));
  else if (column.kind === "bar" && text) node.append(bar(value, full, text));
  else node.textContent = text;
  return node;
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "table");

  function build() {
    /** @type {Column[]} */
    const columns = model.get("columns");
    /** @type {any[][]} */
    const rows = model.get("rows");
    const flags = model.get("flags");
    const heads = columns.map((column) =>
      make("th", {
        scope: "col",
        class: `bv-to-${sideOf(column)}`,
        title: column.help ? visible(column.help) : null,
        text: visible(column.label),
      }),
    );
    const full = columns.map(
      (column, i) =>
        column.max ?? Math.max(0, ...rows.map((row) => (typeof row[i] === "number" ? row[i] : 0))),
    );
    const body = rows.map((row, r) =>
      make(
        "tr",
        { class: flags[r] ? `bv-row-${flags[r]}` : null },
        ...columns.map((column, i) => cell(column, row[i], full[i])),
      ),
    );
    const caption = model.get("caption");
    const table = make(
      "table",
      {},
      caption ? make("caption", { text: visible(caption) }) : null,
      make("thead", {}, make("tr", {}, ...heads)),
      make("tbody", {}, ...body),
    );
    const high = model.get("height");
    // A box that scrolls must be reachable by keyboard, and named.
    const box = make(
      "div",
      { class: "bv-scroll", tabindex: "0", role: "region", "aria-label": visible(caption || "Table") },
      table,
    );
    if (high > 0) box.style.maxHeight = `${high}px`;
    const top = root.firstElementChild?.scrollTop ?? 0;
    const left = root.firstElementChild?.scrollLeft ?? 0;
    const focused = root.firstElementChild === document.activeElement;
    root.replaceChildren(
      ...(rows.length ? [box] : [make("p", { class: "bv-empty", text: visible(model.get("empty")) })]),
    );
    box.scrollTo(left, top);
    if (focused) box.focus();
  }

  build();
  return follow(model, ["columns", "rows", "flags", "caption", "empty", "height"], build);
}

export default { render };

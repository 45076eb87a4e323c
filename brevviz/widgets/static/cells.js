// @ts-check
// What tables are made of: heads, cells by kind, the box that scrolls.
import { figure, make, visible } from "./dom.js";

/** @typedef {{name: string, label: string, kind?: string, align?: string, digits?: number, help?: string, max?: number, unit?: string}} Column */

const NUMBERS = new Set(["int", "float", "percent", "bar", "entry"]);

/** @param {Column} column */
export const sideOf = (column) => column.align ?? (NUMBERS.has(column.kind ?? "") ? "right" : "left");

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

/** @param {Column} column @param {any} value @param {number} full what fills a bar */
export function cell(column, value, full) {
  const node = make("td", { class: `bv-to-${sideOf(column)}` });
  const text = words(column, value);
  if (column.kind === "purpose" && text) node.append(purpose(value));
  else if (column.kind === "bar" && text) node.append(bar(value, full, text));
  else node.textContent = text;
  return node;
}

/** The row of heads. @param {Column[]} columns */
export const heads = (columns) =>
  make(
    "thead",
    {},
    make(
      "tr",
      {},
      ...columns.map((column) =>
        make("th", {
          scope: "col",
          class: `bv-to-${sideOf(column)}`,
          title: column.help ? visible(column.help) : null,
          text: visible(column.label),
        }),
      ),
    ),
  );

/** What fills the bars of each column. @param {Column[]} columns @param {any[][]} rows */
export const fullOf = (columns, rows) =>
  columns.map(
    (column, i) =>
      column.max ?? Math.max(0, ...rows.map((row) => (typeof row[i] === "number" ? row[i] : 0))),
  );

/**
 * A table in a box that scrolls, which must be reachable by keyboard, and named.
 * @param {string} caption
 * @param {number} high CSS pixels; 0: it never scrolls
 * @param {...HTMLElement} parts
 */
export function tableBox(caption, high, ...parts) {
  const title = caption ? make("caption", { text: visible(caption) }) : null;
  const table = make("table", {}, title, ...parts);
  const box = make(
    "div",
    { class: "bv-scroll", tabindex: "0", role: "region", "aria-label": visible(caption || "Table") },
    table,
  );
  if (high > 0) box.style.maxHeight = `${high}px`;
  return box;
}

/** What stands in place of the rows. @param {string} text */
export const nothing = (text) => make("p", { class: "bv-empty", text: visible(text) });

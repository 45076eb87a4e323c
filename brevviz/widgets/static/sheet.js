// @ts-check
import { cell, fullOf, heads, nothing, sideOf, tableBox } from "./cells.js";
import { Courier } from "./courier.js";
import { follow, freshId, listen, make, onDone, rootIn, visible } from "./dom.js";

/**
 * @typedef {import("./cells.js").Column} Column
 * @typedef {{name: string, text: string, label: string, hint?: string}} Value
 */

const AT_REST = 300; // ms: half a number, such as "0.", is not what somebody means

/** A cell to be filled in: its box, and what is wrong with it below. */
class Entry {
  /** @param {string} name @param {Column} column @param {(name: string, text: string) => void} enter */
  constructor(name, column, enter) {
    this.name = name;
    /** what stands in the box: entered here, or shown by the kernel */
    this.last = "";
    /** the kernel's text, when it was last looked at */
    this.known = "";
    this.box = make("input", {
      class: "bv-box bv-number",
      type: "text",
      inputmode: "decimal",
      maxlength: 64,
      spellcheck: "false",
      autocomplete: "off",
    });
    const unit = column.unit ? make("span", { class: "bv-unit", text: visible(column.unit) }) : null;
    this.problem = make("div", { class: "bv-problem", id: freshId(), role: "alert" });
    this.node = make("div", { class: "bv-entry" }, make("div", { class: "bv-row" }, this.box, unit), this.problem);
    this.enter = enter;
    this.timer = 0;
    this.box.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.flush(), AT_REST);
    });
    onDone(this.box, () => this.flush());
  }

  /** Enter what stands in the box, if it is new. */
  flush() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (this.box.value === this.last) return;
    this.last = this.box.value;
    this.enter(this.name, this.last);
  }

  /** @param {string} text */
  show(text) {
    this.last = this.known = text;
    if (this.box.value !== text) this.box.value = text;
  }

  /** @param {Value} value @param {string} problem */
  describe(value, problem) {
    this.box.placeholder = value.hint ?? "";
    this.box.setAttribute("aria-label", visible(value.label));
    if (this.problem.textContent !== problem) this.problem.textContent = problem;
    this.node.classList.toggle("bv-wrong", problem !== "");
    this.box.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) this.box.setAttribute("aria-describedby", this.problem.id);
    else this.box.removeAttribute("aria-describedby");
  }

  focused() {
    return this.box === document.activeElement;
  }
}

/** Enter and the arrows go up and down a column. @param {KeyboardEvent} event */
function walk(event) {
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const place = /** @type {any} */ (event.target).closest("td");
  if (step === undefined || !place) return;
  event.preventDefault();
  const rows = place.parentElement.parentElement.rows;
  const next = rows[place.parentElement.sectionRowIndex + step]?.cells[place.cellIndex];
  const box = next?.querySelector("input");
  box?.focus();
  box?.select();
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "table");
  const main = make("div");
  const problem = make("div", { class: "bv-problem", role: "alert" });
  const slow = make("div", { class: "bv-slow", role: "status" });
  root.append(main, problem, slow);
  const courier = new Courier(
    model,
    (late) => {
      slow.textContent = late ? "The kernel is busy; what you entered is on its way." : "";
    },
    () => fill(),
  );
  /** @type {Map<string, Entry>} */
  let entries = new Map();
  /** @type {any} */
  let body = null;
  let shape = "";

  /** @returns {Column[]} */
  const columns = () => model.get("columns");

  /** @returns {any[][]} */
  const rows = () => model.get("rows");

  /** Everything but the cells' contents; rebuilt only when one comes or goes, so that the focus stays. */
  function frame() {
    const names = rows().map((row) =>
      columns().map((column, i) => (column.kind === "entry" && row[i] ? row[i].name : "")),
    );
    const now = JSON.stringify([columns(), names, model.get("caption"), model.get("height")]);
    if (now === shape) return;
    shape = now;
    const focused = [...entries.values()].find((entry) => entry.focused());
    const kept = entries;
    entries = new Map();
    body = make("tbody", {}, ...names.map((row) => make("tr", {}, ...row.map((name, i) => place(name, i, kept)))));
    const box = tableBox(model.get("caption"), model.get("height"), heads(columns()), body);
    box.addEventListener("keydown", walk);
    main.replaceChildren(rows().length ? box : nothing(model.get("empty")));
    if (focused && entries.has(focused.name)) focused.box.focus();
  }

  /** @param {string} name @param {number} i @param {Map<string, Entry>} kept */
  function place(name, i, kept) {
    const column = columns()[i];
    const node = make("td", { class: `bv-to-${sideOf(column)}` });
    if (!name) return node;
    let entry = kept.get(name);
    if (!entry) {
      entry = new Entry(name, column, (of, text) => courier.send(of, text));
      entry.box.addEventListener("focusout", () => window.setTimeout(() => settle(name), 0));
    }
    entries.set(name, entry);
    node.append(entry.node);
    return node;
  }

  function fill() {
    frame();
    const full = fullOf(columns(), rows());
    const flags = model.get("flags");
    const problems = model.get("problems");
    rows().forEach((row, r) => {
      const line = body.rows[r];
      line.className = flags[r] ? `bv-row-${flags[r]}` : "";
      columns().forEach((column, i) => {
        const entry = column.kind === "entry" && row[i] ? entries.get(row[i].name) : undefined;
        if (!entry) return line.cells[i].replaceWith(cell(column, row[i], full[i]));
        entry.describe(row[i], problems[row[i].name] ? visible(problems[row[i].name]) : "");
        move(entry, row[i]);
      });
    });
    const said = visible(model.get("problem"));
    if (problem.textContent !== said) problem.textContent = said;
  }

  /** Move a box to the kernel's text, unless that would undo what is being entered. @param {Entry} entry @param {Value} value */
  function move(entry, value) {
    if (value.text === entry.known) return;
    const { name, text } = value;
    if (entry.timer || courier.queue.has(name) || (courier.busy(name) && entry.focused())) return;
    if (text === entry.last) entry.known = text;
    else entry.show(text);
  }

  /** A box that is left shows the kernel's text again, unless its problem is about what it holds. @param {string} name */
  function settle(name) {
    const entry = entries.get(name);
    if (!entry || entry.focused() || entry.timer || courier.busy(name) || model.get("problems")[name]) return;
    const value = rows().flat().find((other) => other?.name === name);
    if (value) entry.show(value.text);
  }

  fill();
  const traits = ["columns", "rows", "flags", "caption", "empty", "height", "problems", "problem"];
  const ends = [
    follow(model, traits, fill),
    listen(model, (content) => {
      if (content?.kind === "seen") courier.seen(content.turn);
    }),
  ];
  return () => {
    ends.forEach((end) => end());
    entries.forEach((entry) => window.clearTimeout(entry.timer));
    courier.close();
  };
}

export default { render };

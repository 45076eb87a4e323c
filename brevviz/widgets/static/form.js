// @ts-check
import { CONTROLS } from "./controls.js";
import { Courier } from "./courier.js";
import { follow, freshId, listen, make, rootIn, visible } from "./dom.js";
import { same } from "./field.js";

/** One field: label, control, help and problem, tied together for screen readers. */
class Row {
  /** @param {import("./field.js").Field} field @param {import("./field.js").Enter} enter */
  constructor(field, enter) {
    this.field = field;
    const id = freshId();
    this.control = CONTROLS[field.kind](field, id, enter);
    const label = make(this.control.group ? "span" : "label", {
      class: "bv-label",
      id: `${id}-label`,
      for: this.control.group ? null : id,
      text: visible(field.label),
    });
    if (this.control.group) this.control.node.setAttribute("aria-labelledby", `${id}-label`);
    this.help = field.help
      ? make("div", { class: "bv-help", id: `${id}-help`, text: visible(field.help) })
      : null;
    this.problem = make("div", { class: "bv-problem", id: `${id}-problem`, role: "alert" });
    this.node = make(
      "div",
      { class: `bv-field bv-kind-${field.kind}`, "data-name": field.name },
      label,
      this.control.node,
      this.help,
      this.problem,
    );
    if (field.line) this.shrink();
    this.describe("");
  }

  /** One line: the help is a tooltip, and read out. */
  shrink() {
    this.node.classList.add("bv-one-line");
    this.help?.classList.add("bv-hidden");
    if (this.field.help) this.node.title = visible(this.field.help);
  }

  /** Stand at the end of another row, whose label names both. @param {Row} row */
  join(row) {
    this.node.classList.add("bv-beside");
    const name = `${visible(row.field.label)}, ${visible(this.field.label)}`;
    this.node.querySelector(".bv-label").classList.add("bv-hidden");
    this.help?.classList.add("bv-hidden");
    if (this.field.help) this.control.node.title = visible(this.field.help);
    this.node.querySelectorAll("input, select").forEach((/** @type {Element} */ input) => {
      input.setAttribute("aria-label", name);
    });
    row.node.insertBefore(this.node, row.help ?? row.problem);
  }

  /** @param {string} problem */
  describe(problem) {
    if (this.problem.textContent !== problem) this.problem.textContent = problem;
    this.node.classList.toggle("bv-wrong", problem !== "");
    const by = [this.help?.id, problem ? this.problem.id : null].filter(Boolean).join(" ");
    this.inputs().forEach((/** @type {Element} */ input) => {
      if (by) input.setAttribute("aria-describedby", by);
      else input.removeAttribute("aria-describedby");
      if (problem && input.tagName !== "BUTTON") input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    });
  }

  /** @param {boolean} off */
  disable(off) {
    this.inputs().forEach((/** @type {any} */ input) => (input.disabled = off));
  }

  inputs() {
    return this.control.node.querySelectorAll("input, select, button");
  }

  focused() {
    return this.control.node.contains(document.activeElement);
  }
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "form", { role: "group" });
  const body = make("div", { class: "bv-groups" });
  const slow = make("div", { class: "bv-slow", role: "status" });
  root.append(body, slow);
  const courier = new Courier(
    model,
    (late) => {
      slow.textContent = late ? "The kernel is busy; what you entered is on its way." : "";
    },
    () => moved(),
  );
  /** @type {Map<string, Row>} */
  let rows = new Map();
  /** @type {Map<string, any>} what stands in each field: entered here, or shown by the kernel */
  const last = new Map();
  /** @type {Map<string, any>} the kernel's value of each field, when it was last looked at */
  const known = new Map();
  /** @type {Map<string, boolean>} whether a group that folds is open: as it was left */
  const open = new Map();

  function build() {
    const focused = [...rows.values()].find((row) => row.focused())?.field.name;
    rows = new Map();
    /** @type {Map<string, HTMLElement>} */
    const groups = new Map();
    body.replaceChildren();
    for (const field of /** @type {import("./field.js").Field[]} */ (model.get("fields"))) {
      const row = new Row(field, (value) => {
        if (last.has(field.name) && same(last.get(field.name), value)) return;
        last.set(field.name, value);
        courier.send(field.name, value);
      });
      row.node.addEventListener("focusout", () => window.setTimeout(() => settle(row), 0));
      const beside = rows.get(field.beside ?? "");
      rows.set(field.name, row);
      if (beside) {
        row.join(beside);
        head(beside.node.parentNode, visible(field.label));
      } else groupOf(field, groups).append(row.node);
    }
    last.clear();
    known.clear();
    for (const row of rows.values()) show(row);
    describe();
    rows.get(focused ?? "")?.control.focus();
  }

  /** @param {import("./field.js").Field} field @param {Map<string, HTMLElement>} groups */
  function groupOf(field, groups) {
    const name = field.group ?? "";
    let grid = groups.get(name);
    if (!grid) {
      grid = /** @type {HTMLElement} */ (make("div", { class: "bv-fields" }));
      groups.set(name, grid);
      body.append(typeof field.folded === "boolean" ? folding(name, field.folded, grid) : plain(name, grid));
    }
    return grid;
  }

  /** What stands beside the lines of a group is named once, above them. @param {Element} grid @param {string} text */
  function head(grid, text) {
    if (grid.firstElementChild?.classList.contains("bv-beside-head")) return;
    grid.prepend(make("div", { class: "bv-one-line bv-beside-head", "aria-hidden": "true" }, make("span", { text })));
  }

  /** @param {string} name @param {HTMLElement} grid */
  function plain(name, grid) {
    if (!name) return grid;
    return make("fieldset", { class: "bv-group" }, make("legend", { text: visible(name) }), grid);
  }

  /** @param {string} name @param {boolean} folded @param {HTMLElement} grid */
  function folding(name, folded, grid) {
    const head = make("summary", { text: visible(name) });
    const node = make("details", { class: "bv-group" }, head, grid);
    grid.setAttribute("role", "group");
    grid.setAttribute("aria-label", visible(name));
    node.open = open.get(name) ?? !folded;
    node.addEventListener("toggle", () => open.set(name, node.open));
    return node;
  }

  /** @param {Row} row */
  function show(row) {
    const value = model.get("values")[row.field.name];
    last.set(row.field.name, value);
    known.set(row.field.name, value);
    row.control.show(value);
  }

  /** Move a field to the kernel's value, unless that would undo what is being entered. */
  function moved() {
    const values = model.get("values");
    for (const [name, row] of rows) {
      // No news of this field: what stands in it may be wrong, and is being put right.
      if (same(values[name], known.get(name))) continue;
      // News from before what is on its way; looked at again when that is done with.
      if (courier.queue.has(name) || (courier.busy(name) && row.focused())) continue;
      if (same(values[name], last.get(name))) known.set(name, values[name]);
      else show(row);
    }
  }

  /** A field that is left shows the kernel's value again, unless its problem is about what it holds. @param {Row} row */
  function settle(row) {
    const name = row.field.name;
    if (rows.get(name) !== row || row.focused() || courier.busy(name)) return;
    if (!model.get("problems")[name]) show(row);
  }

  function describe() {
    const problems = model.get("problems");
    root.setAttribute("aria-label", model.get("label") || "Settings");
    const hidden = model.get("hidden");
    for (const [name, row] of rows) {
      row.describe(problems[name] ? visible(problems[name]) : "");
      row.disable(model.get("disabled"));
      row.node.hidden = hidden.includes(name) && !problems[name];
      // What is wrong is never folded away.
      const fold = row.node.closest("details");
      if (problems[name] && fold) fold.open = true;
    }
  }

  build();
  const ends = [
    follow(model, ["fields"], build),
    follow(model, ["values"], moved),
    follow(model, ["problems", "disabled", "hidden", "label"], describe),
    listen(model, (content) => {
      if (content?.kind !== "seen") return;
      courier.seen(content.turn);
    }),
  ];
  return () => {
    ends.forEach((end) => end());
    courier.close();
  };
}

export default { render };

// @ts-check
import { cell, fullOf, heads, nothing, tableBox } from "./cells.js";
import { follow, make, rootIn } from "./dom.js";

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "table");

  function build() {
    /** @type {import("./cells.js").Column[]} */
    const columns = model.get("columns");
    /** @type {any[][]} */
    const rows = model.get("rows");
    const flags = model.get("flags");
    const full = fullOf(columns, rows);
    const body = rows.map((row, r) =>
      make(
        "tr",
        { class: flags[r] ? `bv-row-${flags[r]}` : null },
        ...columns.map((column, i) => cell(column, row[i], full[i])),
      ),
    );
    const box = tableBox(
      model.get("caption"),
      model.get("height"),
      heads(columns),
      make("tbody", {}, ...body),
    );
    const top = root.firstElementChild?.scrollTop ?? 0;
    const left = root.firstElementChild?.scrollLeft ?? 0;
    const focused = root.firstElementChild === document.activeElement;
    root.replaceChildren(rows.length ? box : nothing(model.get("empty")));
    box.scrollTo(left, top);
    if (focused) box.focus();
  }

  build();
  return follow(model, ["columns", "rows", "flags", "caption", "empty", "height"], build);
}

export default { render };

// @ts-check
import { cell, fullOf, heads, nothing, tableBox } from "./cells.js";
import { follow, make, rootIn } from "./dom.js";

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "table");
  // Where it was scrolled to is heard of, not asked: asking lays the whole page out at once.
  const place = { left: 0, top: 0 };

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
    box.addEventListener("scroll", () => {
      place.left = box.scrollLeft;
      place.top = box.scrollTop;
    });
    const focused = root.firstElementChild === document.activeElement;
    root.replaceChildren(rows.length ? box : nothing(model.get("empty")));
    if (place.left || place.top) box.scrollTo(place.left, place.top);
    if (focused) box.focus();
  }

  build();
  return follow(model, ["columns", "rows", "flags", "caption", "empty", "height"], build);
}

export default { render };

// @ts-check
import { figure, follow, freshId, make, rootIn, visible } from "./dom.js";

/** @typedef {{path: string, label: string, count: number, depth: number, open: boolean | null}} Line */

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const prefix = freshId();
  const root = rootIn(el, "folders");
  const box = make("div", { class: "bv-folder-box", role: "tree", tabindex: "0" });
  root.append(box);
  let active = 0;

  /** @returns {Line[]} */
  const lines = () => model.get("lines");
  /** @param {string} kind @param {number} i */
  const send = (kind, i) => model.send({ kind, path: lines()[i].path });

  /** @param {Line} line @param {number} i */
  function item(line, i) {
    const fold = make("span", { class: "bv-fold", "aria-hidden": "true" });
    if (line.open !== null) fold.textContent = line.open ? "▾" : "▸";
    const node = make(
      "div",
      {
        class: "bv-folder",
        role: "treeitem",
        id: `${prefix}-${i}`,
        "aria-level": line.depth + 1,
        "aria-expanded": line.open === null ? null : String(line.open),
        "aria-selected": String(line.path === model.get("chosen")),
        title: visible(line.path || line.label),
      },
      fold,
      make("span", { class: "bv-folder-name", text: visible(line.label) }),
      make("span", { class: "bv-folder-count", text: figure(line.count) }),
    );
    node.style.paddingLeft = `${4 + 14 * line.depth}px`;
    node.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      active = i;
      send(event.target === fold && line.open !== null && line.depth > 0 ? "toggle" : "choose", i);
    });
    return node;
  }

  function mark() {
    box.querySelectorAll(".bv-folder").forEach((/** @type {any} */ node, /** @type {number} */ i) => {
      node.classList.toggle("bv-active", i === active);
      node.setAttribute("aria-selected", String(lines()[i]?.path === model.get("chosen")));
    });
    if (lines().length) box.setAttribute("aria-activedescendant", `${prefix}-${active}`);
  }

  function build() {
    const top = box.scrollTop;
    active = Math.min(active, Math.max(0, lines().length - 1));
    box.style.maxHeight = `${model.get("height")}px`;
    box.setAttribute("aria-label", visible(model.get("label")));
    box.replaceChildren(...lines().map(item));
    box.scrollTop = top;
    mark();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const all = lines();
    const line = all[active];
    if (!line) return;
    const last = all.length - 1;
    /** @type {Record<string, number>} */
    const to = { ArrowUp: Math.max(0, active - 1), ArrowDown: Math.min(last, active + 1), Home: 0, End: last };
    if (event.key in to) active = to[event.key];
    else if (event.key === "ArrowRight" && line.open === false) send("toggle", active);
    else if (event.key === "ArrowLeft" && line.open && line.depth > 0) send("toggle", active);
    else if (event.key === "ArrowLeft") {
      while (active > 0 && all[active].depth >= line.depth) active -= 1;
    } else if (event.key === "Enter" || event.key === " ") send("choose", active);
    else return;
    event.preventDefault();
    event.stopPropagation();
    mark();
    box.children[active]?.scrollIntoView({ block: "nearest" });
  }

  box.addEventListener("keydown", pressed);
  build();
  return follow(model, ["lines", "chosen", "label", "height"], build);
}

export default { render };

// @ts-check
import { Choice } from "./choice.js";
import { follow, freshId, listen, make } from "./dom.js";
import { Place } from "./place.js";
import { Shelf } from "./shelf.js";
import { Tile } from "./tile.js";
import { Windowed, framed } from "./windowed.js";

const REST = 90; // ms without a scroll event: the list has come to rest
const PACE = 250; // ms between two looks at a list that moves slowly
const KEPT = 800; // thumbnails kept beside those on screen

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const prefix = freshId();
  const layer = make("div", { class: "bv-layer" });
  const frame = framed(el, "gallery", { role: "listbox", top: null, layer });
  const { root, box } = frame;
  const place = new Place(box);
  const shelf = new Shelf();
  /** @type {Set<number>} thumbnails of the list as it was before it was renewed */
  const stale = new Set();
  let wanting = false;
  let looked = { at: 0, y: 0 };
  /** @type {Windowed<Tile>} */
  const list = new Windowed(model, frame, place, {
    more: 1,
    rest: REST,
    make: (id) => {
      const tile = new Tile(id, prefix);
      tile.fill(shelf.get(id));
      return tile;
    },
    mark,
    want,
    passing,
  });
  const choice = new Choice(model, () => list.entries.forEach(mark));

  /** @param {Tile} tile */
  function mark(tile) {
    const node = tile.node;
    node.style.width = `${place.cell}px`;
    tile.shot.style.height = `${place.cell}px`;
    node.setAttribute("aria-selected", String(choice.chosen.has(tile.id)));
    node.setAttribute("aria-setsize", String(list.count));
    node.setAttribute("aria-posinset", String(tile.id + 1));
    node.classList.toggle("bv-active", tile.id === choice.active);
    if (tile.id === choice.active) box.setAttribute("aria-activedescendant", node.id);
  }

  function layout() {
    list.dress();
    if (list.hidden) return;
    // A change of width keeps the first row in view where it was.
    const first = Math.floor(place.y / place.step) * place.columns;
    place.measure(list.count, model.get("size"));
    layer.style.height = `${place.drawn}px`;
    place.go(Math.floor(first / place.columns) * place.step);
    list.placed();
  }

  function want() {
    const [from, to] = place.span(list.count, 1);
    const middle = (from + to) / 2;
    const ids = [];
    for (let id = from; id < to; id += 1) if (!shelf.has(id) || stale.has(id)) ids.push(id);
    ids.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    // No wish at all takes back what was wanted and has not been begun.
    if (ids.length || wanting) model.send({ kind: "want", version: model.get("version"), ids });
    wanting = ids.length > 0;
    shelf.shrink(KEPT + to - from);
    return wanting;
  }

  /** While it moves slowly enough to be looked at, thumbnails come on the way. */
  function passing() {
    const now = performance.now();
    if (now - looked.at < PACE) return;
    if (Math.abs(place.y - looked.y) < box.clientHeight && now - looked.at < 4 * PACE) list.ask();
    looked = { at: now, y: place.y };
  }

  /** @param {any} content @param {DataView[]} buffers */
  function heard(content, buffers) {
    if (content?.version !== model.get("version")) return;
    if (content.kind === "reveal") {
      choice.active = content.id;
      list.reveal(content.id);
      list.rest();
    }
    if (content.kind !== "thumb" && content.kind !== "failed") return;
    const [from, to] = place.span(list.count, 8);
    if (content.id < from || content.id >= to) return; // another view's, or long scrolled by
    const url = content.kind === "thumb" ? URL.createObjectURL(new Blob([/** @type {any} */ (buffers[0])])) : "";
    const { label = "", purpose = "", caption = "", reason = "", sealed = false } = content;
    stale.delete(content.id);
    shelf.put(content.id, { url, label, purpose, caption, reason, sealed });
    list.entries.get(content.id)?.fill(shelf.get(content.id));
  }

  function restart() {
    wanting = false;
    if (model.get("renewed")) {
      for (const id of shelf.thumbs.keys()) stale.add(id);
      choice.follow(false);
      list.rest();
      return;
    }
    stale.clear();
    shelf.clear();
    list.clear();
    choice.follow(true);
    place.y = 0;
    layout();
  }

  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => list.pressed(choice, event));
  box.addEventListener("click", (/** @type {MouseEvent} */ event) => list.clicked(choice, event));
  const sizes = new ResizeObserver(layout);
  sizes.observe(root);
  layout();
  const ends = [
    listen(model, heard),
    follow(model, ["version", "count"], restart),
    follow(model, ["size", "height", "label", "empty", "multiple"], layout),
    follow(model, ["selected"], () => choice.follow(false)),
  ];
  return () => {
    sizes.disconnect();
    list.end();
    ends.forEach((end) => end());
    shelf.clear();
  };
}

export default { render };

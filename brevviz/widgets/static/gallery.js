// @ts-check
import { Choice } from "./choice.js";
import { figure, follow, freshId, listen, rootIn, make, visible } from "./dom.js";
import { Place } from "./place.js";
import { Shelf } from "./shelf.js";
import { Tile } from "./tile.js";

const REST = 90; // ms without a scroll event: the list has come to rest
const PACE = 250; // ms between two looks at a list that moves slowly
const AGAIN = 4000; // ms after which missing thumbnails are asked for again
const KEPT = 800; // thumbnails kept beside those on screen

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const prefix = freshId();
  const root = rootIn(el, "gallery");
  const layer = make("div", { class: "bv-layer" });
  const box = make("div", { class: "bv-window", role: "listbox", tabindex: "0" }, layer);
  const empty = make("p", { class: "bv-empty" });
  const foot = make("div", { class: "bv-foot", "aria-hidden": "true" });
  root.append(box, empty, foot);
  const place = new Place(box);
  const shelf = new Shelf();
  /** @type {Map<number, Tile>} */
  const tiles = new Map();
  const choice = new Choice(model, () => tiles.forEach(mark));
  let wanting = false;
  /** @type {Set<number>} thumbnails of the list as it was before it was renewed */
  const stale = new Set();
  const timers = { rest: 0, again: 0 };
  let looked = { at: 0, y: 0 };
  let frame = 0;

  const count = () => model.get("count");

  // ── drawing ───────────────────────────────────────────────────────────────────────────────

  function paint() {
    frame = 0;
    if (box.clientWidth === 0) return;
    const [from, to] = place.span(count(), 1);
    for (const [id, tile] of tiles)
      if (id < from || id >= to) {
        tile.node.remove();
        tiles.delete(id);
      }
    for (let id = from; id < to; id += 1) {
      let tile = tiles.get(id);
      if (!tile) {
        tile = new Tile(id, prefix);
        tile.fill(shelf.get(id));
        tiles.set(id, tile);
        layer.append(tile.node);
      }
      tile.node.style.transform = place.at(id);
      tile.node.style.width = `${place.cell}px`;
      tile.shot.style.height = `${place.cell}px`;
      mark(tile);
    }
    const [first, last] = place.span(count(), 0);
    foot.textContent = count()
      ? `${figure(first + 1)}–${figure(last)} of ${figure(count())}`
      : "";
  }

  const soon = () => {
    if (!frame) frame = requestAnimationFrame(paint);
  };

  /** @param {Tile} tile */
  function mark(tile) {
    const node = tile.node;
    node.setAttribute("aria-selected", String(choice.chosen.has(tile.id)));
    node.setAttribute("aria-setsize", String(count()));
    node.setAttribute("aria-posinset", String(tile.id + 1));
    node.classList.toggle("bv-active", tile.id === choice.active);
    if (tile.id === choice.active) box.setAttribute("aria-activedescendant", node.id);
  }

  function layout() {
    box.style.height = `${model.get("height")}px`;
    box.hidden = count() === 0;
    empty.hidden = count() > 0;
    empty.textContent = visible(model.get("empty"));
    box.setAttribute("aria-label", visible(model.get("label")));
    box.setAttribute("aria-multiselectable", String(model.get("multiple")));
    if (box.clientWidth === 0) return;
    // A change of width keeps the first row in view where it was.
    const first = Math.floor(place.y / place.step) * place.columns;
    place.measure(count(), model.get("size"));
    layer.style.height = `${place.drawn}px`;
    place.go(Math.floor(first / place.columns) * place.step);
    paint();
    rest();
  }

  // ── asking for thumbnails ─────────────────────────────────────────────────────────────────

  function want() {
    if (box.clientWidth === 0) return;
    const [from, to] = place.span(count(), 1);
    const middle = (from + to) / 2;
    const ids = [];
    for (let id = from; id < to; id += 1) if (!shelf.has(id) || stale.has(id)) ids.push(id);
    ids.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    if (ids.length || wanting) model.send({ kind: "want", version: model.get("version"), ids });
    wanting = ids.length > 0;
    window.clearTimeout(timers.again);
    if (wanting) timers.again = window.setTimeout(want, AGAIN);
    shelf.shrink(KEPT + to - from);
  }

  function rest() {
    window.clearTimeout(timers.rest);
    timers.rest = window.setTimeout(want, REST);
  }

  function scrolled() {
    place.read();
    soon();
    rest();
    // While it moves slowly enough to be looked at, thumbnails come on the way.
    const now = performance.now();
    if (now - looked.at < PACE) return;
    if (Math.abs(place.y - looked.y) < box.clientHeight && now - looked.at < 4 * PACE) want();
    looked = { at: now, y: place.y };
  }

  /** @param {any} content @param {DataView[]} buffers */
  function heard(content, buffers) {
    if (content?.version !== model.get("version")) return;
    if (content.kind === "reveal") {
      place.reveal(content.id);
      choice.active = content.id;
      soon();
      rest();
    }
    if (content.kind !== "thumb" && content.kind !== "failed") return;
    const [from, to] = place.span(count(), 8);
    if (content.id < from || content.id >= to) return; // another view's, or long scrolled by
    const url = content.kind === "thumb" ? URL.createObjectURL(new Blob([/** @type {any} */ (buffers[0])])) : "";
    const { label = "", purpose = "", caption = "", reason = "", sealed = false } = content;
    stale.delete(content.id);
    shelf.put(content.id, { url, label, purpose, caption, reason, sealed });
    tiles.get(content.id)?.fill(shelf.get(content.id));
  }

  function restart() {
    wanting = false;
    if (model.get("renewed")) {
      for (const id of shelf.thumbs.keys()) stale.add(id);
      choice.follow(false);
      rest();
      return;
    }
    stale.clear();
    shelf.clear();
    tiles.forEach((tile) => tile.node.remove());
    tiles.clear();
    choice.follow(true);
    place.y = 0;
    layout();
  }

  // ── choosing ──────────────────────────────────────────────────────────────────────────────

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const page = Math.max(1, Math.floor(box.clientHeight / place.step)) * place.columns;
    /** @type {Record<string, number>} */
    const steps = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -place.columns,
      ArrowDown: place.columns,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    };
    const shown = choice.pressed(event, steps, (id) => {
      place.reveal(id);
      paint();
    });
    if (shown) rest();
  }

  box.addEventListener("scroll", scrolled, { passive: true });
  box.addEventListener("keydown", pressed);
  box.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const tile = /** @type {Element} */ (event.target).closest(".bv-tile");
    if (tile instanceof HTMLElement) choice.pick(Number(tile.dataset.id), event);
  });
  place.followWheel(scrolled);
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
    cancelAnimationFrame(frame);
    Object.values(timers).forEach(clearTimeout);
    ends.forEach((end) => end());
    shelf.clear();
  };
}

export default { render };

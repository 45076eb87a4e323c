// @ts-check
// A list that is too long to be drawn whole: what is in view is drawn, and filled at rest.
import { figure, make, rootIn, visible } from "./dom.js";

const AGAIN = 4000; // ms after which what did not come is asked for again

/** @typedef {import("./dom.js").Model} Model */
/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./place.js").Place} Place */

/**
 * The elements of a long list: a box that scrolls, words when it is empty, and what is in view.
 * @param {HTMLElement} el
 * @param {string} kind
 * @param {{role: string, top: HTMLElement | null, layer: HTMLElement}} parts
 */
export function framed(el, kind, { role, top, layer }) {
  const root = rootIn(el, kind);
  const box = make("div", { class: "bv-window", role, tabindex: "0" }, top, layer);
  const empty = make("p", { class: "bv-empty" });
  const foot = make("div", { class: "bv-foot", "aria-hidden": "true" });
  root.append(box, empty, foot);
  return { root, box, layer, empty, foot };
}

/**
 * Draws the entries of a list that are in view, as it scrolls, and asks for what they show.
 * @template {{node: HTMLElement}} Entry
 */
export class Windowed {
  /**
   * @param {Model} model with `count`, `height`, `label`, `empty` and `multiple`
   * @param {ReturnType<typeof framed>} frame
   * @param {Place} place
   * @param {{
   *   more: number,
   *   rest: number,
   *   make: (id: number) => Entry,
   *   mark: (entry: Entry, id: number) => void,
   *   want: () => boolean,
   *   passing: () => void,
   * }} how rows drawn on each side of the view; ms without a scroll event after which it is at
   *   rest; makes an entry, and shows where it is and whether it is chosen; asks for what is
   *   missing, and says whether anything is; what a list does that goes on scrolling
   */
  constructor(model, frame, place, how) {
    this.model = model;
    this.frame = frame;
    this.place = place;
    this.how = how;
    /** @type {Map<number, Entry>} */
    this.entries = new Map();
    this.timers = { rest: 0, again: 0 };
    this.due = 0;
    this.want = () => this.ask();
    this.scrolled = () => {
      place.read();
      this.soon();
      this.rest();
      how.passing();
    };
    frame.box.addEventListener("scroll", this.scrolled, { passive: true });
    place.followWheel(this.scrolled);
  }

  get count() {
    return this.model.get("count");
  }

  /** A list that is on no page has no width: nothing is drawn in it, nor asked for. */
  get hidden() {
    return this.frame.box.clientWidth === 0;
  }

  /** Show what the traits say of the list as a whole. */
  dress() {
    const { box, empty } = this.frame;
    box.style.height = `${this.model.get("height")}px`;
    box.hidden = this.count === 0;
    empty.hidden = this.count > 0;
    empty.textContent = visible(this.model.get("empty"));
    box.setAttribute("aria-label", visible(this.model.get("label")));
    box.setAttribute("aria-multiselectable", String(this.model.get("multiple")));
  }

  /** The geometry was measured anew. */
  placed() {
    this.frame.layer.style.height = `${this.place.drawn}px`;
    this.paint();
    this.rest();
  }

  paint() {
    this.due = 0;
    if (this.hidden) return;
    const { entries, place, how } = this;
    const [from, to] = place.span(this.count, how.more);
    for (const [id, { node }] of entries)
      if (id < from || id >= to) {
        node.remove();
        entries.delete(id);
      }
    for (let id = from; id < to; id += 1) {
      let entry = entries.get(id);
      if (!entry) {
        entry = how.make(id);
        entries.set(id, entry);
        this.frame.layer.append(entry.node);
      }
      entry.node.style.transform = place.at(id);
      how.mark(entry, id);
    }
    const [first, last] = place.span(this.count, 0);
    this.frame.foot.textContent = this.count
      ? `${figure(first + 1)}–${figure(last)} of ${figure(this.count)}`
      : "";
  }

  soon() {
    if (!this.due) this.due = requestAnimationFrame(() => this.paint());
  }

  rest() {
    window.clearTimeout(this.timers.rest);
    this.timers.rest = window.setTimeout(this.want, this.how.rest);
  }

  ask() {
    window.clearTimeout(this.timers.again);
    if (!this.hidden && this.how.want()) this.timers.again = window.setTimeout(this.want, AGAIN);
  }

  /** Bring an entry into view. @param {number} id */
  reveal(id) {
    this.place.reveal(id);
    this.paint();
  }

  /**
   * A key was pressed in the box.
   * @param {Choice} choice
   * @param {KeyboardEvent} event
   */
  pressed(choice, event) {
    if (choice.pressed(event, this.place.steps, (id) => this.reveal(id))) this.rest();
  }

  /**
   * The entry that was clicked on is chosen.
   * @param {Choice} choice
   * @param {MouseEvent} event
   */
  clicked(choice, event) {
    const node = /** @type {Element} */ (event.target).closest("[data-id]");
    if (node instanceof HTMLElement) choice.pick(Number(node.dataset.id), event);
  }

  clear() {
    this.entries.forEach(({ node }) => node.remove());
    this.entries.clear();
  }

  end() {
    cancelAnimationFrame(this.due);
    Object.values(this.timers).forEach(clearTimeout);
  }
}

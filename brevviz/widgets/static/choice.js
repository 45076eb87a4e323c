// @ts-check
// Choosing in a long list: what is chosen, where the keys stand, and what a key or a click does.

const MOST = 2048; // what one message may choose

/** @typedef {{ctrlKey: boolean, metaKey: boolean, shiftKey: boolean}} Keys */

/** What is chosen in a list, by position. */
export class Choice {
  /**
   * @param {import("./dom.js").Model} model with `count`, `version`, `selected` and `multiple`
   * @param {() => void} mark shows what is chosen, and where the keys stand
   */
  constructor(model, mark) {
    this.model = model;
    this.mark = mark;
    this.active = 0;
    this.anchor = 0;
    /** @type {Set<number>} */
    this.chosen = new Set(model.get("selected"));
  }

  /** Another list is shown, or the kernel has chosen. @param {boolean} fresh */
  follow(fresh) {
    this.chosen = new Set(this.model.get("selected"));
    if (fresh) this.active = this.anchor = 0;
    else if (this.chosen.size === 1) this.active = this.anchor = [...this.chosen][0];
    this.mark();
  }

  /** @param {Iterable<number>} ids */
  choose(ids) {
    this.chosen = new Set(ids);
    this.mark();
    this.model.send({ kind: "select", version: this.model.get("version"), ids: [...this.chosen] });
  }

  /** @param {number} id @param {Keys} keys */
  pick(id, keys) {
    this.active = id;
    const many = this.model.get("multiple");
    if (many && keys.shiftKey) {
      const [low, high] = [Math.min(this.anchor, id), Math.max(this.anchor, id)];
      this.choose(Array.from({ length: Math.min(MOST, high - low + 1) }, (_, i) => low + i));
      return;
    }
    this.anchor = id;
    if (many && (keys.ctrlKey || keys.metaKey)) this.toggle(id);
    else this.choose([id]);
  }

  /** @param {number} id */
  toggle(id) {
    const next = new Set(this.chosen);
    if (!next.delete(id)) next.add(id);
    this.choose(next);
  }

  /**
   * Do what a key asks for; false when it asks for nothing.
   * @param {KeyboardEvent} event
   * @param {Record<string, number>} steps key → how far it goes
   * @param {(id: number) => void} reveal brings a position into view
   */
  pressed(event, steps, reveal) {
    const many = this.model.get("multiple");
    if (event.key in steps) {
      this.active = Math.max(0, Math.min(this.model.get("count") - 1, this.active + steps[event.key]));
      reveal(this.active);
      this.mark();
      // One choice follows the keys, as in any list; of many only with Shift.
      if (!many) this.choose([this.active]);
      else if (event.shiftKey) this.pick(this.active, event);
    } else if (many && event.key === "a" && (event.ctrlKey || event.metaKey))
      this.choose(Array.from({ length: Math.min(MOST, this.model.get("count")) }, (_, i) => i));
    else if (event.key === " " && many) this.toggle(this.active);
    else if (event.key === " " || event.key === "Enter") this.choose([this.active]);
    else if (event.key === "Escape" && this.chosen.size) this.choose([]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

// @ts-check
// The geometry of a long table: lines of one height below a head that stays in sight.
import { Place } from "./place.js";

const LINE = 28; // px
const HEAD = 30; // px

/** As `Place`, one column wide. */
export class Lines extends Place {
  /** @param {number} count */
  measure(count) {
    this.columns = 1;
    this.rows = count;
    this.step = LINE;
  }

  get total() {
    return this.rows * LINE + HEAD;
  }

  get page() {
    return Math.max(1, Math.floor((this.box.clientHeight - HEAD) / LINE) - 1);
  }

  /** Lines lie below one another: the keys to both sides go nowhere. */
  get steps() {
    const { ArrowLeft: _left, ArrowRight: _right, ...steps } = super.steps;
    return steps;
  }

  /** @param {number} id */
  reveal(id) {
    const room = this.box.clientHeight - HEAD;
    if (id * LINE < this.y) this.go(id * LINE);
    else if ((id + 1) * LINE > this.y + room) this.go((id + 1) * LINE - room);
  }

  /** @param {number} id */
  at(id) {
    return `translateY(${HEAD + id * LINE - this.y + this.box.scrollTop}px)`;
  }
}

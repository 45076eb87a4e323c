// @ts-check
// What a form enters, on its way to the kernel.

/**
 * Sends the newest value of each field, at most once a frame, and only when the kernel has dealt
 * with the one before: a slow kernel is never behind by more than one value.
 */
export class Courier {
  /**
   * @param {import("./dom.js").Model} model
   * @param {(slow: boolean) => void} tell called when the kernel takes long, and when it is back
   * @param {() => void} idle called when the kernel has dealt with all that was sent
   */
  constructor(model, tell, idle) {
    this.model = model;
    this.tell = tell;
    this.idle = idle;
    /** @type {Map<string, any>} */
    this.queue = new Map();
    // Several views of one form hear each other's answers: each counts from its own number.
    this.turn = Math.floor(Math.random() * 2 ** 31) * 2 ** 16;
    this.waiting = 0;
    this.frame = 0;
    this.timers = [0, 0];
  }

  /** @param {string} name @param {any} value */
  send(name, value) {
    this.queue.set(name, value);
    if (!this.frame && !this.waiting) this.frame = requestAnimationFrame(() => this.flush());
  }

  /** @param {string} name */
  busy(name) {
    return this.waiting > 0 || this.queue.has(name);
  }

  flush() {
    this.frame = 0;
    if (this.waiting || this.queue.size === 0) return;
    for (const [name, value] of this.queue) {
      this.turn += 1;
      this.model.send({ kind: "set", name, value, turn: this.turn });
    }
    this.queue.clear();
    this.waiting = this.turn;
    this.timers = [
      window.setTimeout(() => this.tell(true), 1000),
      // An answer can be lost (a restart, a reload): go on after a while.
      window.setTimeout(() => this.done(), 10000),
    ];
  }

  /** @param {number} turn */
  seen(turn) {
    if (turn === this.waiting) this.done();
  }

  done() {
    this.timers.forEach(clearTimeout);
    this.waiting = 0;
    this.tell(false);
    this.flush();
    if (!this.waiting) this.idle();
  }

  close() {
    this.timers.forEach(clearTimeout);
    cancelAnimationFrame(this.frame);
    this.queue.clear();
  }
}

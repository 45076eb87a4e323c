// @ts-check
// The geometry of a list that is too long to be drawn whole: a gallery, a table.

const GAP = 8; // px between tiles
const WORDS = 20; // px below a tile, for its label
const TALLEST = 8e6; // px: browsers draw nothing right in boxes beyond 16 to 33 million

/**
 * Where rows are while the list scrolls. A list taller than a browser can draw is scrolled by
 * proportion; `y` then keeps the true place, since a scroll bar's pixel is many of the list's.
 */
export class Place {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.y = 0;
    this.columns = 1;
    this.rows = 0;
    this.cell = 0;
    this.step = 1;
  }

  /** @param {number} count @param {number} size */
  measure(count, size) {
    const width = this.box.clientWidth - 2 * GAP;
    this.columns = Math.max(1, Math.round((width + GAP) / (size + GAP)));
    this.cell = Math.max(1, Math.floor((width - GAP * (this.columns - 1)) / this.columns));
    this.step = this.cell + WORDS + GAP;
    this.rows = Math.ceil(count / this.columns);
  }

  get total() {
    return this.rows * this.step + GAP;
  }

  get drawn() {
    return Math.min(this.total, TALLEST);
  }

  get furthest() {
    return Math.max(0, this.total - this.box.clientHeight);
  }

  get ratio() {
    const drawn = this.drawn - this.box.clientHeight;
    return this.total > TALLEST && drawn > 0 ? this.furthest / drawn : 1;
  }

  /** Rows that a page of keys goes. */
  get page() {
    return Math.max(1, Math.floor(this.box.clientHeight / this.step));
  }

  /** Key → how many entries it goes. @returns {Record<string, number>} */
  get steps() {
    const [row, page] = [this.columns, this.page * this.columns];
    return {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -row,
      ArrowDown: row,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    };
  }

  /** Follow the scroll bar, unless it only echoes where `go` put it. */
  read() {
    if (Math.abs(this.y / this.ratio - this.box.scrollTop) > 1.5)
      this.y = this.box.scrollTop * this.ratio;
    if (this.ratio === 1) this.y = this.box.scrollTop;
  }

  /** @param {number} y */
  go(y) {
    this.y = Math.max(0, Math.min(this.furthest, y));
    this.box.scrollTop = this.y / this.ratio;
  }

  /**
   * Turn the wheel's pixels into the list's where the scroll bar's are many of them.
   * @param {() => void} moved
   */
  followWheel(moved) {
    this.box.addEventListener(
      "wheel",
      (/** @type {WheelEvent} */ event) => {
        if (this.ratio === 1 || event.ctrlKey || event.deltaY === 0) return;
        event.preventDefault();
        this.go(this.y + event.deltaY * (event.deltaMode === 1 ? 40 : 1));
        moved();
      },
      { passive: false },
    );
  }

  /** @param {number} id */
  reveal(id) {
    const top = Math.floor(id / this.columns) * this.step;
    const height = this.box.clientHeight;
    if (top < this.y) this.go(top);
    else if (top + this.step + GAP > this.y + height) this.go(top + this.step + GAP - height);
  }

  /** The positions in view, and `more` rows on each side. @param {number} count @param {number} more */
  span(count, more) {
    const first = Math.max(0, Math.floor(this.y / this.step) - more);
    const last = Math.ceil((this.y + this.box.clientHeight) / this.step) + more;
    return [first * this.columns, Math.min(count, last * this.columns)];
  }

  /** @param {number} id */
  at(id) {
    const row = Math.floor(id / this.columns);
    const x = GAP + (id % this.columns) * (this.cell + GAP);
    const y = GAP + row * this.step - this.y + this.box.scrollTop;
    return `translate(${x}px, ${y}px)`;
  }
}

// @ts-check
// The thumbnails that a gallery keeps.

/** @typedef {{url: string, label: string, purpose: string, caption: string, reason: string, sealed: boolean}} Thumb */

/** Thumbnails that came, the least recently shown dropped first. */
export class Shelf {
  constructor() {
    /** @type {Map<number, Thumb>} */
    this.thumbs = new Map();
  }

  /** @param {number} id @param {Thumb} thumb */
  put(id, thumb) {
    this.drop(id);
    this.thumbs.set(id, thumb);
  }

  /** @param {number} id */
  get(id) {
    const thumb = this.thumbs.get(id);
    if (thumb) {
      this.thumbs.delete(id);
      this.thumbs.set(id, thumb);
    }
    return thumb;
  }

  /** @param {number} id */
  has(id) {
    return this.thumbs.has(id);
  }

  /** @param {number} id */
  drop(id) {
    const thumb = this.thumbs.get(id);
    if (thumb?.url) URL.revokeObjectURL(thumb.url);
    this.thumbs.delete(id);
  }

  /** @param {number} most */
  shrink(most) {
    for (const id of this.thumbs.keys()) {
      if (this.thumbs.size <= most) return;
      this.drop(id);
    }
  }

  clear() {
    for (const id of [...this.thumbs.keys()]) this.drop(id);
  }
}

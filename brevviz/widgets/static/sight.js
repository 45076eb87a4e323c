// @ts-check
// Where an image stands in its window: a scale and an offset, in CSS pixels.

const NEAREST = 64; // screen pixels for one of the image's

export class Sight {
  constructor() {
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.size = [1, 1];
    this.window = [1, 1];
    this.fitted = true;
  }

  /** Another image; `same`: the same in more or fewer pixels, at the same place. @param {number} width @param {number} height @param {boolean} same */
  image(width, height, same) {
    const times = width / this.size[0];
    this.size = [width, height];
    if (same) this.scale /= times;
    else this.fit();
  }

  /** @param {number} width @param {number} height */
  room(width, height) {
    const changed = width !== this.window[0] || height !== this.window[1];
    this.window = [width, height];
    if (changed && this.fitted) this.fit();
  }

  fit() {
    this.scale = Math.min(NEAREST, this.window[0] / this.size[0], this.window[1] / this.size[1]);
    this.fitted = true;
    this.hold();
  }

  /** @param {number} times @param {number} x @param {number} y what stays where it is */
  zoom(times, x, y) {
    const least = Math.min(1, this.window[0] / this.size[0], this.window[1] / this.size[1]) / 2;
    const scale = Math.max(least, Math.min(NEAREST, this.scale * times));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.fitted = false;
    this.hold();
  }

  /** @param {number} dx @param {number} dy */
  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.hold();
  }

  /** An image that is smaller than the window stands in its middle; a larger one fills it. */
  hold() {
    const inside = (/** @type {number} */ at, /** @type {number} */ room, /** @type {number} */ image) =>
      image <= room ? (room - image) / 2 : Math.max(room - image, Math.min(0, at));
    this.x = inside(this.x, this.window[0], this.size[0] * this.scale);
    this.y = inside(this.y, this.window[1], this.size[1] * this.scale);
  }

  /** The pixel of the image at a place of the window. @param {number} x @param {number} y */
  pixel(x, y) {
    return [Math.floor((x - this.x) / this.scale), Math.floor((y - this.y) / this.scale)];
  }
}

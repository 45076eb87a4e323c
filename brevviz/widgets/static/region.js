// @ts-check
// The geometry of a region of interest, in pixels of the image.

/** @typedef {[[number, number], [number, number]]} Roi */

export const LEAST = 2; // pixels: what a recipe allows

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/**
 * Move a region or one of its edges by (dx, dy), inside the image.
 * @param {Roi} roi @param {string} edge "" moves the whole
 * @param {number} dx @param {number} dy @param {number} width @param {number} height
 * @returns {Roi}
 */
export function moved([[x1, y1], [x2, y2]], edge, dx, dy, width, height) {
  if (edge === "") {
    const x = clamp(dx, -x1, width - x2);
    const y = clamp(dy, -y1, height - y2);
    return [[x1 + x, y1 + y], [x2 + x, y2 + y]];
  }
  return [
    [
      edge.includes("w") ? clamp(x1 + dx, 0, x2 - LEAST) : x1,
      edge.includes("n") ? clamp(y1 + dy, 0, y2 - LEAST) : y1,
    ],
    [
      edge.includes("e") ? clamp(x2 + dx, x1 + LEAST, width) : x2,
      edge.includes("s") ? clamp(y2 + dy, y1 + LEAST, height) : y2,
    ],
  ];
}

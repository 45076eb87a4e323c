// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAST, moved } from "../../../../brevviz/widgets/static/region.js";

const [WIDTH, HEIGHT] = [200, 100];
const EDGES = ["", "n", "ne", "e", "se", "s", "sw", "w", "nw"];
const ROI = /** @type {[[number, number], [number, number]]} */ ([
  [20, 30],
  [60, 50],
]);

test("however an edge is dragged, the region stays inside and keeps an area", () => {
  for (const edge of EDGES)
    for (let dx = -300; dx <= 300; dx += 25)
      for (let dy = -300; dy <= 300; dy += 25) {
        const [[x1, y1], [x2, y2]] = moved(ROI, edge, dx, dy, WIDTH, HEIGHT);
        assert.ok(x1 >= 0 && y1 >= 0 && x2 <= WIDTH && y2 <= HEIGHT);
        assert.ok(x2 - x1 >= LEAST && y2 - y1 >= LEAST);
      }
});

test("moving the whole keeps its size", () => {
  assert.deepEqual(moved(ROI, "", 1000, -1000, WIDTH, HEIGHT), [[160, 0], [200, 20]]);
});

test("an edge moves alone", () => {
  assert.deepEqual(moved(ROI, "n", 7, -5, WIDTH, HEIGHT), [[20, 25], [60, 50]]);
  assert.deepEqual(moved(ROI, "e", 7, -5, WIDTH, HEIGHT), [[20, 30], [67, 50]]);
  assert.deepEqual(moved(ROI, "nw", -2, 3, WIDTH, HEIGHT), [[18, 33], [60, 50]]);
});

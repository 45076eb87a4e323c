// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Place } from "../../../../brevviz/widgets/static/place.js";
import { Shelf } from "../../../../brevviz/widgets/static/shelf.js";

/** A box as a browser has one: scrollTop is kept within what there is to scroll. */
function boxOf(width, height) {
  let top = 0;
  const box = { clientWidth: width, clientHeight: height, drawn: 0 };
  Object.defineProperty(box, "scrollTop", {
    get: () => top,
    set: (value) => (top = Math.max(0, Math.min(box.drawn - height, Math.round(value)))),
  });
  return box;
}

function placeOf(count, width = 800, height = 420) {
  const box = boxOf(width, height);
  const place = new Place(/** @type {any} */ (box));
  place.measure(count, 112);
  box.drawn = place.drawn;
  return place;
}

/** @param {Place} place @param {number} count */
const inView = (place, count) => place.span(count, 0);

for (const count of [1, 7, 1000, 20_000, 1_000_000, 10_000_000]) {
  test(`each of ${count} images can be brought into view`, () => {
    const place = placeOf(count);
    for (const id of [0, count - 1, Math.floor(count / 2), Math.floor(count / 3)]) {
      place.reveal(id);
      const [first, last] = inView(place, count);
      assert.ok(first <= id && id < last, `${id} is not within ${first}..${last}`);
      const row = Math.floor(id / place.columns) * place.step - place.y;
      assert.ok(row >= -1 && row + place.step <= place.box.clientHeight + 1);
    }
  });

  test(`the scroll bar reaches both ends of ${count}`, () => {
    const place = placeOf(count);
    place.box.scrollTop = 1e12;
    place.read();
    assert.equal(inView(place, count)[1], count);
    place.box.scrollTop = 0;
    place.read();
    assert.equal(inView(place, count)[0], 0);
  });

  test(`${count} images are never drawn taller than browsers can`, () => {
    assert.ok(placeOf(count).drawn <= 8e6);
  });
}

test("a wheel moves a very long list by its own pixels", () => {
  const place = placeOf(10_000_000);
  place.go(5_000_000);
  for (let i = 0; i < 10; i += 1) {
    place.go(place.y + 100);
    place.read();
  }
  assert.equal(place.y, 5_001_000);
});

test("tiles lie side by side and fill the width", () => {
  const place = placeOf(100, 480);
  assert.ok(place.columns >= 3);
  const width = 2 * 8 + place.columns * place.cell + (place.columns - 1) * 8;
  assert.ok(width <= 480 && width > 480 - place.columns);
});

test("the shelf drops what was shown longest ago, and gives its memory back", () => {
  const dropped = [];
  globalThis.URL.revokeObjectURL = (url) => dropped.push(url);
  const shelf = new Shelf();
  const thumb = (id) => ({ url: `blob:${id}`, label: "", purpose: "", caption: "", reason: "" });
  for (let id = 0; id < 5; id += 1) shelf.put(id, thumb(id));
  shelf.get(0);
  shelf.shrink(3);
  assert.deepEqual(dropped, ["blob:1", "blob:2"]);
  shelf.put(0, thumb("new"));
  assert.deepEqual(dropped, ["blob:1", "blob:2", "blob:0"]);
  shelf.clear();
  assert.equal(shelf.thumbs.size, 0);
  assert.equal(dropped.length, 6);
});

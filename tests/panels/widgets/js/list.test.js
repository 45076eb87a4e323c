// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Choice } from "../../../../brevviz/widgets/static/choice.js";
import { Lines } from "../../../../brevviz/widgets/static/lines.js";
import { Sight } from "../../../../brevviz/widgets/static/sight.js";

const HEAD = 30;
const LINE = 28;

/** @param {number} count @param {number} [height] */
function linesOf(count, height = 420) {
  let top = 0;
  const box = { clientWidth: 800, clientHeight: height, drawn: 0 };
  Object.defineProperty(box, "scrollTop", {
    get: () => top,
    set: (value) => (top = Math.max(0, Math.min(box.drawn - height, Math.round(value)))),
  });
  const lines = new Lines(/** @type {any} */ (box));
  lines.measure(count);
  box.drawn = lines.drawn;
  return lines;
}

for (const count of [1, 30, 20_000, 1_000_000, 10_000_000]) {
  test(`each of ${count} lines can be brought into view, below the head`, () => {
    const lines = linesOf(count);
    for (const part of [0, 0.3, 0.77, 1]) {
      const id = Math.round(part * (count - 1));
      lines.reveal(id);
      const top = HEAD + id * LINE - lines.y;
      assert.ok(top >= HEAD - 1 && top + LINE <= 420 + 1, `${id} stands at ${top}`);
      const [first, last] = lines.span(count, 2);
      assert.ok(first <= id && id < last);
      assert.ok(last - first < 30);
    }
  });
}

/** @param {Record<string, any>} traits */
function choiceOf(traits) {
  /** @type {any[]} */
  const sent = [];
  const values = { count: 10, version: 3, selected: [], multiple: true, ...traits };
  const model = { get: (/** @type {string} */ name) => values[name], send: (/** @type {any} */ m) => sent.push(m.ids) };
  return { choice: new Choice(/** @type {any} */ (model), () => {}), sent, values };
}

/** @param {string} key @param {object} [more] */
const keyOf = (key, more) =>
  /** @type {any} */ ({ key, shiftKey: false, ctrlKey: false, metaKey: false, preventDefault() {}, stopPropagation() {}, ...more });

test("Shift chooses all between, Ctrl one more, Escape none", () => {
  const { choice, sent } = choiceOf({});
  const plain = { ctrlKey: false, metaKey: false, shiftKey: false };
  choice.pick(2, plain);
  choice.pick(5, { ...plain, shiftKey: true });
  choice.pick(8, { ...plain, ctrlKey: true });
  choice.pick(3, { ...plain, ctrlKey: true });
  assert.deepEqual(sent, [[2], [2, 3, 4, 5], [2, 3, 4, 5, 8], [2, 4, 5, 8]]);
  choice.pressed(keyOf("Escape"), {}, () => {});
  assert.deepEqual(sent.at(-1), []);
});

test("keys move and stay in the list; of one choice the choice follows", () => {
  const { choice, sent } = choiceOf({ multiple: false });
  choice.pressed(keyOf("ArrowDown"), { ArrowDown: 4 }, () => {});
  choice.pressed(keyOf("End"), { End: Infinity }, () => {});
  choice.pressed(keyOf("ArrowDown"), { ArrowDown: 4 }, () => {});
  assert.deepEqual(sent, [[4], [9], [9]]);
  const many = choiceOf({});
  many.choice.pressed(keyOf("ArrowDown"), { ArrowDown: 4 }, () => {});
  assert.deepEqual(many.sent, []);
  many.choice.pressed(keyOf(" "), {}, () => {});
  many.choice.pressed(keyOf("a", { ctrlKey: true }), {}, () => {});
  assert.deepEqual(many.sent, [[4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  assert.equal(many.choice.pressed(keyOf("x"), {}, () => {}), false);
});

test("a choice of the kernel moves the keys there; another list starts anew", () => {
  const { choice, values } = choiceOf({});
  values.selected = [7];
  choice.follow(false);
  assert.deepEqual([choice.active, [...choice.chosen]], [7, [7]]);
  values.selected = [];
  choice.follow(true);
  assert.deepEqual([choice.active, choice.chosen.size], [0, 0]);
});

test("what is under the pointer stays there while zooming", () => {
  const sight = new Sight();
  sight.image(1000, 500, false);
  sight.room(400, 400);
  sight.fit();
  assert.deepEqual([sight.scale, sight.x, sight.y], [0.4, 0, 100]);
  const before = sight.pixel(120, 200);
  sight.zoom(4, 120, 200);
  const after = sight.pixel(120, 200);
  assert.ok(Math.abs(before[0] - after[0]) <= 1 && Math.abs(before[1] - after[1]) <= 1);
});

test("an image cannot be lost from sight, nor grow without end", () => {
  const sight = new Sight();
  sight.image(100, 100, false);
  sight.room(300, 200);
  sight.fit();
  sight.zoom(10, 0, 0);
  sight.move(1e6, -1e6);
  assert.deepEqual([sight.x, sight.y], [0, 200 - 100 * sight.scale]);
  for (let i = 0; i < 50; i += 1) sight.zoom(10, 10, 10);
  assert.equal(sight.scale, 64);
  for (let i = 0; i < 50; i += 1) sight.zoom(0.1, 10, 10);
  assert.ok(sight.scale >= 0.5);
});

test("the same image in all its pixels stays where it is", () => {
  const sight = new Sight();
  sight.image(100, 50, false);
  sight.room(300, 200);
  sight.zoom(8, 150, 100);
  const [x, y] = sight.pixel(150, 100);
  sight.image(1000, 500, true);
  const [fx, fy] = sight.pixel(150, 100);
  assert.ok(Math.abs(fx / 10 - x) <= 1 && Math.abs(fy / 10 - y) <= 1);
});

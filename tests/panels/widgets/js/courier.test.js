// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Courier } from "../../../../brevviz/widgets/static/courier.js";

function office() {
  const frames = [];
  globalThis.requestAnimationFrame = (call) => frames.push(call);
  globalThis.cancelAnimationFrame = () => {};
  globalThis.window = /** @type {any} */ ({ setTimeout: () => 0 });
  const sent = [];
  const slow = [];
  const rests = [];
  const courier = new Courier({ send: (content) => sent.push(content) }, (late) => slow.push(late), () => rests.push(sent.length));
  const frame = () => frames.splice(0).forEach((call) => call());
  return { courier, frame, rests, sent, slow };
}

test("of many values within a frame the newest is sent", () => {
  const { courier, frame, sent } = office();
  for (let value = 0; value < 60; value += 1) courier.send("ratio", value);
  assert.equal(sent.length, 0);
  frame();
  assert.deepEqual(sent.map((s) => [s.name, s.value]), [["ratio", 59]]);
});

test("the next value waits until the kernel has dealt with the last", () => {
  const { courier, frame, rests, sent } = office();
  courier.send("ratio", 1);
  frame();
  for (let value = 2; value < 50; value += 1) {
    courier.send("ratio", value);
    frame();
  }
  assert.equal(sent.length, 1);
  assert.ok(courier.busy("ratio"));
  courier.seen(sent[0].turn);
  assert.deepEqual(sent.map((s) => s.value), [1, 49]);
  courier.seen(sent[1].turn);
  assert.ok(!courier.busy("ratio"));
  assert.deepEqual(rests, [2]);
});

test("another view's answer is not taken for its own", () => {
  const { courier, frame, sent } = office();
  courier.send("ratio", 1);
  frame();
  courier.seen(sent[0].turn + 1);
  assert.ok(courier.busy("ratio"));
});

test("several fields travel together", () => {
  const { courier, frame, sent } = office();
  courier.send("a", 1);
  courier.send("b", 2);
  frame();
  assert.deepEqual(sent.map((s) => s.name), ["a", "b"]);
  courier.seen(sent[1].turn);
  assert.ok(!courier.busy("a"));
});

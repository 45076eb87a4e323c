// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { attend } from "../../../../brevviz/widgets/static/attend.js";

/** A model as anywidget makes it, whose messages wait for `ready`; and what it does. */
function given(ready, comm = true) {
  const heard = [];
  const sent = [];
  const line = { on_msg: (call) => (line.call = call), send: (content) => sent.push(content), call: null };
  class WidgetModel {
    async _handle_comm_msg(message) {
      heard.push([this === real, message.content.data.method]);
    }
  }
  class AnyModel extends WidgetModel {
    async _handle_comm_msg(message) {
      await ready;
      return super._handle_comm_msg(message);
    }
  }
  const real = new AnyModel();
  real.comm = comm ? line : undefined;
  const manager = { get_model: async (id) => (id === "a" ? real : Promise.reject(new Error(id))) };
  return { heard, line, sent, model: { get: () => "a", widget_manager: manager } };
}

test("a model in time is left as it is", async () => {
  const { heard, line, sent, model } = given(Promise.resolve());
  await attend(model);
  assert.deepEqual(heard, [[true, "nothing"]]);
  assert.deepEqual([line.call, sent], [null, []]);
});

test("a model that was given up hears again, and what it missed", async () => {
  const { heard, line, sent, model } = given(Promise.reject(new Error("too late")));
  await attend(model);
  assert.deepEqual(sent, [{ method: "request_state" }]);
  await line.call({ content: { data: { method: "update" } } });
  assert.deepEqual(heard, [[true, "update"]]);
});

test("a model from a saved notebook has no kernel to hear", async () => {
  const { sent, model } = given(new Promise(() => {}), false);
  await attend(model);
  assert.deepEqual(sent, []);
});

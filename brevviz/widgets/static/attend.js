// @ts-check
// anywidget gives the module of a widget two seconds. One that comes later is drawn all the same, but
// whatever the kernel says to it is dropped, for good: "[anywidget] Failed to initialize model". On a
// busy machine, when a page is loaded again, this left parts of the app standing still.

const NOTHING = { content: { data: { method: "nothing" } } };

/** The handlers of the kernel's messages, from the model's own class to the first. @param {any} real */
function handlers(real) {
  const found = [];
  for (let kind = real; kind; kind = Object.getPrototypeOf(kind))
    if (Object.hasOwn(kind, "_handle_comm_msg")) found.push(kind._handle_comm_msg);
  return found;
}

/**
 * See that a widget hears its kernel: when anywidget has given it up, ipywidgets' own handler takes
 * over, and the kernel is asked for what was missed.
 * @param {any} model
 */
export async function attend(model) {
  const real = await model.widget_manager.get_model(model.get("_own"));
  const [guarded, plain] = handlers(real);
  if (!plain || !real.comm) return;
  try {
    await guarded.call(real, NOTHING);
  } catch {
    real.comm.on_msg(plain.bind(real));
    real.comm.send({ method: "request_state" }, {});
  }
}

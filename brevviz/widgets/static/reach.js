// @ts-check
// A widget whose kernel has ended or was restarted is still on the page.
import { make } from "./dom.js";

const GONE = "The kernel that this belongs to is gone. Run the cell again.";

/**
 * What is given to `render`, with a model that says so where it can no longer reach its kernel.
 * @param {{model: import("./dom.js").Model, el: HTMLElement}} context
 */
export function reaching(context) {
  const { model, el } = context;
  const gone = make("div", { class: "bv bv-problem", role: "alert", text: GONE });
  /** @param {[content: object]} message */
  const send = (...message) => {
    try {
      model.send(...message);
    } catch {
      el.prepend(gone);
    }
  };
  return { ...context, model: { ...model, send } };
}

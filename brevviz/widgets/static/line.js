// @ts-check
import { follow, rootIn, visible } from "./dom.js";

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "line");

  function build() {
    root.textContent = visible(model.get("text"));
    root.hidden = !root.textContent;
  }

  build();
  return follow(model, ["text"], build);
}

export default { render };

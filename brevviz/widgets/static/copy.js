// @ts-check
import { copyText } from "./clipboard.js";
import { follow, icon, make, rootIn, visible } from "./dom.js";

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "copy");
  const text = make("code", { class: "bv-copied" });
  const said = make("span", { class: "bv-said", role: "status" });
  const button = make("button", { type: "button", class: "bv-button", onclick: copy }, icon("copy"), "Copy");
  root.append(text, button, said);
  let timer = 0;

  async function copy() {
    try {
      await copyText(model.get("text"), root);
      said.textContent = "Copied";
    } catch (error) {
      said.textContent = `Not copied: ${error instanceof Error ? error.message : error}`;
    }
    button.focus();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (said.textContent = ""), 4000);
  }

  function build() {
    text.textContent = visible(model.get("text"));
    button.setAttribute("aria-label", `Copy ${visible(model.get("label")).toLowerCase()}`);
    root.hidden = !model.get("text");
  }

  build();
  const end = follow(model, ["text", "label"], build);
  return () => {
    window.clearTimeout(timer);
    end();
  };
}

export default { render };

// @ts-check
import { follow, freshId, make, rootIn, visible } from "./dom.js";

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "actions", { role: "group" });
  const id = freshId();

  function build() {
    const focused = [...root.querySelectorAll("button")].findIndex(
      (button) => button === document.activeElement,
    );
    const label = model.get("label");
    const buttons = model.get("buttons").map((/** @type {any} */ button) =>
      make("button", {
        type: "button",
        class: `bv-button ${button.tone ? `bv-tone-${button.tone}` : ""}`,
        title: button.help ? visible(button.help) : null,
        disabled: button.disabled === true,
        "aria-pressed": typeof button.pressed === "boolean" ? String(button.pressed) : null,
        text: visible(button.label),
        onclick: () => model.send({ kind: "press", name: button.name }),
      }),
    );
    root.replaceChildren(
      ...(label ? [make("span", { class: "bv-label", id, text: visible(label) })] : []),
      ...buttons,
    );
    if (label) root.setAttribute("aria-labelledby", id);
    else root.removeAttribute("aria-labelledby");
    buttons[focused]?.focus();
  }

  build();
  return follow(model, ["label", "buttons"], build);
}

export default { render };

// @ts-check
import { follow, freshId, make, rootIn, visible } from "./dom.js";

/** @typedef {{name: string, label: string, tone?: string, help?: string, disabled?: boolean, pressed?: boolean}} Button */

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "actions", { role: "group" });
  const id = freshId();
  const title = make("span", { class: "bv-label", id });
  // A button stays itself while it changes: a click whose press and release fall on two elements
  // is none, and the focus goes with an element that goes.
  /** @type {Map<string, any>} */
  let nodes = new Map();

  /** @param {string} name */
  const fresh = (name) =>
    make("button", { type: "button", onclick: () => model.send({ kind: "press", name }) });

  /** @param {any} node @param {Button} button */
  function dress(node, button) {
    node.className = `bv-button ${button.tone ? `bv-tone-${button.tone}` : ""}`;
    node.title = button.help ? visible(button.help) : "";
    node.disabled = button.disabled === true;
    if (typeof button.pressed === "boolean") node.setAttribute("aria-pressed", String(button.pressed));
    else node.removeAttribute("aria-pressed");
    const label = visible(button.label);
    if (node.textContent !== label) node.textContent = label;
  }

  function build() {
    const label = model.get("label");
    title.textContent = visible(label);
    if (label) root.setAttribute("aria-labelledby", id);
    else root.removeAttribute("aria-labelledby");
    /** @type {Button[]} */
    const buttons = model.get("buttons");
    nodes = new Map(buttons.map(({ name }) => [name, nodes.get(name) ?? fresh(name)]));
    for (const button of buttons) dress(nodes.get(button.name), button);
    const order = [...(label ? [title] : []), ...nodes.values()];
    const stands = order.length === root.children.length && order.every((node, i) => node === root.children[i]);
    if (stands) return;
    const focused = [...nodes.values()].find((node) => node === document.activeElement);
    root.replaceChildren(...order);
    focused?.focus();
  }

  build();
  return follow(model, ["label", "buttons"], build);
}

export default { render };

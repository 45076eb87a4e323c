// @ts-check
import { copyText } from "./clipboard.js";
import { follow, freshId, icon, make, rootIn, visible } from "./dom.js";

/** @typedef {{label: string, name: string, mime: string, text: string}} Entry */

/** @param {Entry} entry */
function saveFile(entry) {
  const url = URL.createObjectURL(new Blob([entry.text], { type: entry.mime }));
  const link = make("a", { href: url, download: entry.name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken the data when the click is over, but reads the address a little later.
  window.setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "save");
  const id = freshId();
  const tabs = make("div", { class: "bv-tabs", role: "tablist" });
  const said = make("span", { class: "bv-said", role: "status" });
  const copy = make("button", { type: "button", class: "bv-button", onclick: onCopy }, icon("copy"), "Copy");
  const save = make(
    "button",
    { type: "button", class: "bv-button bv-tone-primary", onclick: onSave },
    icon("save"),
    "Save as\u2026",
  );
  const pre = make("pre", { class: "bv-text", id: `${id}-text`, tabindex: "0", role: "tabpanel" });
  const empty = make("p", { class: "bv-empty" });
  const buttons = make("div", { class: "bv-row" }, said, copy, save);
  const bar = make("div", { class: "bv-save-bar" }, tabs, buttons);
  root.append(bar, pre, empty);
  let chosen = 0;
  let timer = 0;

  /** @returns {Entry[]} */
  const texts = () => model.get("texts");

  /** @param {string} text */
  function say(text) {
    said.textContent = text;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (said.textContent = ""), 4000);
  }

  async function onCopy() {
    try {
      await copyText(texts()[chosen].text, root);
      say("Copied");
    } catch (error) {
      say(`Not copied: ${error instanceof Error ? error.message : error}`);
    }
    copy.focus();
  }

  function onSave() {
    saveFile(texts()[chosen]);
    say(`Saved as ${texts()[chosen].name}`);
  }

  /** @param {number} number */
  function choose(number) {
    chosen = number;
    build();
    tabs.children[number]?.focus();
  }

  tabs.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const most = texts().length;
    const next = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: most - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose((next + most) % most);
  });

  function build() {
    const all = texts();
    chosen = Math.min(chosen, Math.max(0, all.length - 1));
    tabs.setAttribute("aria-label", visible(model.get("label")));
    tabs.replaceChildren(
      ...all.map((entry, number) =>
        make("button", {
          type: "button",
          role: "tab",
          class: "bv-tab",
          id: `${id}-tab-${number}`,
          "aria-selected": String(number === chosen),
          "aria-controls": pre.id,
          tabindex: number === chosen ? "0" : "-1",
          text: visible(entry.label),
          onclick: () => choose(number),
        }),
      ),
    );
    bar.hidden = pre.hidden = all.length === 0;
    empty.hidden = all.length > 0;
    empty.textContent = visible(model.get("empty"));
    if (all.length === 0) return;
    pre.style.maxHeight = `${model.get("height")}px`;
    pre.setAttribute("aria-labelledby", `${id}-tab-${chosen}`);
    // What is copied and saved is the text itself; only the picture of it shows escapes.
    const shown = all[chosen].text.split("\n").map(visible).join("\n");
    if (pre.textContent !== shown) pre.textContent = shown;
  }

  build();
  const end = follow(model, ["texts", "label", "height", "empty"], build);
  return () => {
    window.clearTimeout(timer);
    end();
  };
}

export default { render };

// @ts-check
import { follow, icon, make, rootIn, visible } from "./dom.js";

/** @param {any[]} line [path, start, end, item, odd], counted in code points */
function pathOf([path, start, end]) {
  const node = make("span", { class: "bv-path" });
  if (typeof start !== "number" || typeof end !== "number") {
    node.textContent = visible(path);
    return node;
  }
  const letters = Array.from(path);
  const part = (/** @type {number} */ from, /** @type {number | undefined} */ to) =>
    visible(letters.slice(from, to).join(""));
  node.append(part(0, start), make("mark", { text: part(start, end) }), part(end, undefined));
  return node;
}

/** @param {any[]} line @param {(path: string) => void} choose */
function lineOf(line, choose) {
  const [path, start, , item, odd] = line;
  // Columns give a key that stands nowhere in the path.
  const matched = typeof start === "number" || Boolean(item);
  const key = matched
    ? make("button", {
        type: "button",
        class: "bv-key",
        title: "Show the images of this item in Samples",
        text: visible(item ?? ""),
        onclick: () => choose(path),
      })
    : make("span", { class: "bv-key bv-none" }, "no match");
  const why = odd
    ? make("span", { class: "bv-odd" }, icon("warn"), visible(odd))
    : null;
  return make("li", { class: odd ? "bv-is-odd" : null }, pathOf(line), key, why);
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "bench");
  const counters = make("dl", { class: "bv-counters" });
  const list = make("ul", { class: "bv-lines" });
  const box = make("div", { class: "bv-scroll", tabindex: "0", role: "region" }, list);
  const empty = make("p", { class: "bv-empty" });
  root.append(counters, box, empty);

  function count() {
    counters.replaceChildren(
      ...model.get("counters").map((/** @type {string[]} */ [value, label, flag]) =>
        make(
          "div",
          { class: flag ? `bv-counter bv-counter-${flag}` : "bv-counter" },
          make("dt", { text: visible(label) }),
          make("dd", { text: visible(value) }),
        ),
      ),
    );
    counters.hidden = counters.childElementCount === 0;
  }

  function build() {
    const lines = model.get("lines");
    box.setAttribute("aria-label", visible(model.get("caption")));
    box.style.maxHeight = model.get("height") > 0 ? `${model.get("height")}px` : "";
    box.hidden = lines.length === 0;
    empty.hidden = lines.length > 0;
    empty.textContent = visible(model.get("empty"));
    const choose = (/** @type {string} */ path) => model.send({ kind: "choose", path });
    list.replaceChildren(...lines.map((/** @type {any[]} */ line) => lineOf(line, choose)));
  }

  count();
  build();
  const ends = [
    follow(model, ["counters"], count),
    follow(model, ["lines", "caption", "empty", "height"], build),
  ];
  return () => ends.forEach((end) => end());
}

export default { render };

// @ts-check
// The controls of a form: one for each kind of field.
import { freshId, make, onDone, visible } from "./dom.js";
import { onEntry, same, unitOf } from "./field.js";
import { numberControl, pairControl, rangeControl } from "./numbers.js";

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function textControl(field, id, enter) {
  const box = make("input", {
    id,
    class: field.kind === "pattern" ? "bv-box bv-code" : "bv-box",
    type: "text",
    maxlength: field.longest ?? (field.kind === "pattern" ? 500 : 4096),
    placeholder: field.placeholder,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
  });
  onEntry(box, field, () => enter(box.value === "" && field.optional ? null : box.value));
  return {
    node: make("div", { class: "bv-row" }, box, unitOf(field)),
    show: (value) => (box.value = value ?? ""),
    focus: () => box.focus(),
  };
}

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function flagControl(field, id, enter) {
  const box = make("input", { id, class: "bv-switch", type: "checkbox", role: "switch" });
  box.addEventListener("change", () => enter(box.checked));
  return {
    node: make("div", { class: "bv-row" }, box),
    show: (value) => (box.checked = value === true),
    focus: () => box.focus(),
  };
}

/** @param {any} option */
const valueOf = (option) =>
  option !== null && typeof option === "object" ? option.value : option;

/** @param {any} option */
const labelOf = (option) =>
  visible(option !== null && typeof option === "object" ? option.label : (option ?? "none"));

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function choiceControl(field, id, enter) {
  const options = field.options ?? [];
  const letters = options.reduce((sum, option) => sum + labelOf(option).length, 0);
  return options.length <= 4 && letters <= 30
    ? segments(field, options, enter)
    : dropdown(options, id, enter);
}

/** @param {import("./field.js").Field} field @param {any[]} options @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function segments(field, options, enter) {
  const group = freshId();
  const radios = options.map((option) => {
    const radio = make("input", { type: "radio", name: group, class: "bv-hidden" });
    radio.addEventListener("change", () => enter(valueOf(option)));
    return radio;
  });
  const labels = options.map((option, i) =>
    make("label", { class: "bv-segment" }, radios[i], make("span", { text: labelOf(option) })),
  );
  return {
    node: make("div", { class: "bv-segments", role: "radiogroup" }, ...labels),
    show: (value) =>
      radios.forEach((radio, i) => (radio.checked = same(valueOf(options[i]), value))),
    focus: () => (radios.find((radio) => radio.checked) ?? radios[0]).focus(),
    group: true,
  };
}

/** @param {any[]} options @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function dropdown(options, id, enter) {
  const box = make("select", { id, class: "bv-box bv-select" });
  options.forEach((option, i) => box.append(make("option", { value: i, text: labelOf(option) })));
  box.addEventListener("change", () => enter(valueOf(options[Number(box.value)])));
  return {
    node: make("div", { class: "bv-row" }, box),
    show: (value) => (box.selectedIndex = options.findIndex((o) => same(valueOf(o), value))),
    focus: () => box.focus(),
  };
}

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function tagsControl(field, id, enter) {
  return field.options?.length ? tagButtons(field, enter) : tagEntry(field, id, enter);
}

/** @param {import("./field.js").Field} field @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function tagButtons(field, enter) {
  /** @type {any[]} */
  let chosen = [];
  const options = field.options ?? [];
  const node = make("div", { class: "bv-tags", role: "group" });
  const buttons = options.map((option) =>
    make("button", { type: "button", class: "bv-tag", text: labelOf(option) }),
  );
  const show = (/** @type {any} */ value) => {
    chosen = Array.isArray(value) ? value : [];
    buttons.forEach((button, i) =>
      button.setAttribute("aria-pressed", String(chosen.includes(valueOf(options[i])))),
    );
  };
  buttons.forEach((button, i) =>
    button.addEventListener("click", () => {
      const value = valueOf(options[i]);
      show(chosen.includes(value) ? chosen.filter((c) => c !== value) : [...chosen, value]);
      enter(chosen);
    }),
  );
  node.append(...buttons);
  return { node, show, focus: () => buttons[0].focus(), group: true };
}

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
function tagEntry(field, id, enter) {
  /** @type {string[]} */
  let tags = [];
  const box = make("input", {
    id,
    class: "bv-box bv-plain",
    type: "text",
    maxlength: 256,
    placeholder: field.placeholder ?? "type, then Enter",
    spellcheck: "false",
    autocomplete: "off",
  });
  const node = make("div", { class: "bv-tags bv-tag-entry" }, box);
  const show = (/** @type {any} */ value) => {
    tags = Array.isArray(value) ? value : [];
    node.querySelectorAll(".bv-tag").forEach((/** @type {Element} */ tag) => tag.remove());
    for (const tag of tags) {
      const drop = make("button", {
        type: "button",
        class: "bv-drop",
        "aria-label": `remove ${visible(tag)}`,
        text: "×",
        onclick: () => {
          change(tags.filter((other) => other !== tag));
          box.focus();
        },
      });
      box.before(make("span", { class: "bv-tag" }, visible(tag), drop));
    }
  };
  const change = (/** @type {string[]} */ next) => {
    show(next);
    enter(next);
  };
  const add = () => {
    const tag = box.value.trim();
    box.value = "";
    if (tag && !tags.includes(tag)) change([...tags, tag]);
  };
  onDone(box, add);
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Backspace" && box.value === "" && tags.length) change(tags.slice(0, -1));
  });
  return { node, show, focus: () => box.focus() };
}

/** @type {Record<string, (field: Field, id: string, enter: Enter) => Control>} */
export const CONTROLS = {
  choice: choiceControl,
  flag: flagControl,
  number: numberControl,
  pair: pairControl,
  pattern: textControl,
  range: rangeControl,
  tags: tagsControl,
  text: textControl,
};

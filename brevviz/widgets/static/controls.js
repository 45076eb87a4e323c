// @ts-check
// The controls of a form: one for each kind of field.
import { freshId, make, onDone, visible } from "./dom.js";

/**
 * @typedef {{
 *   name: string, label: string, kind: string, min?: number, max?: number, step?: number,
 *   options?: any[], unit?: string, help?: string, placeholder?: string, group?: string,
 *   optional?: boolean, longest?: number, ends?: string[], lazy?: boolean,
 * }} Field
 * @typedef {{node: HTMLElement, show(value: any): void, focus(): void, group?: boolean}} Control
 * @typedef {(value: any, final?: boolean) => void} Enter
 */

/** Whether two JSON values are equal. @param {any} a @param {any} b */
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/**
 * The number in a box; undefined when there is none yet, null when it may be left empty.
 * @param {HTMLInputElement} box
 * @param {Field} field
 */
function numberIn(box, field) {
  if (box.value === "" && !box.validity.badInput) return field.optional ? null : undefined;
  return Number.isFinite(box.valueAsNumber) ? box.valueAsNumber : undefined;
}

/** @param {any} value */
const numberText = (value) =>
  typeof value === "number" ? String(Number(value.toPrecision(12))) : "";

/**
 * A box for a number, with its unit behind.
 * @param {Field} field
 * @param {Record<string, any>} attributes
 */
function numberBox(field, attributes) {
  return make("input", {
    class: "bv-box bv-number",
    type: "number",
    min: field.min,
    max: field.max,
    step: field.step ?? "any",
    placeholder: field.placeholder,
    autocomplete: "off",
    ...attributes,
  });
}

/** @param {Field} field */
const unitOf = (field) =>
  field.unit ? make("span", { class: "bv-unit", text: visible(field.unit) }) : null;

/**
 * Live inputs enter at each change; lazy ones when the person is done.
 * @param {HTMLElement} input
 * @param {Field} field
 * @param {() => void} enter
 */
function onEntry(input, field, enter) {
  if (!field.lazy) input.addEventListener("input", enter);
  onDone(input, enter);
}

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
function numberControl(field, id, enter) {
  const box = numberBox(field, { id });
  onEntry(box, field, () => {
    const value = numberIn(box, field);
    if (value !== undefined) enter(value);
  });
  return {
    node: make("div", { class: "bv-row" }, box, unitOf(field)),
    show: (value) => (box.value = numberText(value)),
    focus: () => box.focus(),
  };
}

/** @param {any} value @param {Field} field */
function share(value, field) {
  const [low, high] = [field.min ?? 0, field.max ?? 1];
  const part = (Number(value) - low) / (high - low || 1);
  return `${100 * Math.min(1, Math.max(0, part))}%`;
}

/** @param {Field} field @param {Record<string, any>} attributes */
function slider(field, attributes) {
  return make("input", {
    class: "bv-slider",
    type: "range",
    min: field.min,
    max: field.max,
    step: field.step ?? "any",
    ...attributes,
  });
}

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
function rangeControl(field, id, enter) {
  const handle = slider(field, { id });
  const box = numberBox(field, { "aria-label": `${field.label}, as a number` });
  const show = (/** @type {any} */ value, /** @type {any} */ source) => {
    if (source !== handle) handle.value = String(value ?? field.min);
    if (source !== box) box.value = numberText(value);
    handle.style.setProperty("--bv-fill", share(value ?? field.min, field));
    const unit = field.unit ? ` ${field.unit}` : "";
    handle.setAttribute("aria-valuetext", numberText(value) + unit);
  };
  handle.addEventListener("input", () => show(handle.valueAsNumber, handle));
  onEntry(handle, field, () => enter(handle.valueAsNumber));
  box.addEventListener("input", () => {
    const value = numberIn(box, field);
    if (value !== undefined) show(value, box);
  });
  onEntry(box, field, () => {
    const value = numberIn(box, field);
    if (value !== undefined) enter(value);
  });
  return {
    node: make("div", { class: "bv-row" }, handle, box, unitOf(field)),
    show: (value) => show(value, null),
    focus: () => handle.focus(),
  };
}

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
function pairControl(field, id, enter) {
  const ends = field.ends ?? ["from", "to"];
  const bounded = field.min !== undefined && field.max !== undefined;
  const names = ends.map((end) => `${field.label}, ${end}`);
  const boxes = names.map((name) => numberBox(field, { "aria-label": name }));
  const handles = bounded ? names.map((name) => slider(field, { "aria-label": name })) : [];
  const track = bounded ? make("div", { class: "bv-track" }, ...handles) : null;
  const fill = (/** @type {number[]} */ pair) => {
    track?.style.setProperty("--bv-from", share(pair[0], field));
    track?.style.setProperty("--bv-to", share(pair[1], field));
  };
  const show = (/** @type {any} */ pair) => {
    const both = Array.isArray(pair) ? pair : [null, null];
    boxes.forEach((box, i) => (box.value = numberText(both[i])));
    handles.forEach((handle, i) => (handle.value = String(both[i] ?? field.min)));
    fill(both);
  };
  handles.forEach((handle, i) => {
    const moved = () => {
      // A thumb stops at the other one.
      const other = handles[1 - i].valueAsNumber;
      const value = handle.valueAsNumber;
      if (i === 0 ? value > other : value < other) handle.value = String(other);
      boxes[i].value = numberText(handle.valueAsNumber);
      fill(handles.map((h) => h.valueAsNumber));
    };
    handle.addEventListener("input", moved);
    onEntry(handle, field, () => enter(handles.map((h) => h.valueAsNumber)));
  });
  const entered = () => {
    const pair = boxes.map((box) => numberIn(box, { ...field, optional: false }));
    const empty = boxes.every((box) => box.value === "" && !box.validity.badInput);
    if (empty && field.optional) enter(null);
    if (pair.includes(undefined)) return;
    handles.forEach((handle, i) => (handle.value = String(pair[i])));
    fill(/** @type {number[]} */ (pair));
    enter(pair);
  };
  boxes.forEach((box) => onEntry(box, field, entered));
  const between = make("span", { class: "bv-unit", "aria-hidden": "true", text: field.ends ? "×" : "–" });
  const node = make(
    "div",
    { class: "bv-row bv-pair", role: "group" },
    track,
    make("span", { class: "bv-boxes" }, boxes[0], between, boxes[1], unitOf(field)),
  );
  return { node, show, focus: () => boxes[0].focus(), group: true };
}

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
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

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
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

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
function choiceControl(field, id, enter) {
  const options = field.options ?? [];
  const letters = options.reduce((sum, option) => sum + labelOf(option).length, 0);
  return options.length <= 4 && letters <= 30
    ? segments(field, options, enter)
    : dropdown(options, id, enter);
}

/** @param {Field} field @param {any[]} options @param {Enter} enter @returns {Control} */
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

/** @param {any[]} options @param {string} id @param {Enter} enter @returns {Control} */
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

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
function tagsControl(field, id, enter) {
  return field.options?.length ? tagButtons(field, enter) : tagEntry(field, id, enter);
}

/** @param {Field} field @param {Enter} enter @returns {Control} */
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

/** @param {Field} field @param {string} id @param {Enter} enter @returns {Control} */
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

// @ts-check
// Controls for numbers: a box, a slider with a box, a pair.
import { make } from "./dom.js";
import { onEntry, unitOf } from "./field.js";

/**
 * The number in a box; undefined when there is none yet, null when it may be left empty.
 * @param {HTMLInputElement} box
 * @param {import("./field.js").Field} field
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
 * @param {import("./field.js").Field} field
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

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
export function numberControl(field, id, enter) {
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

/** @param {any} value @param {import("./field.js").Field} field */
function share(value, field) {
  const [low, high] = [field.min ?? 0, field.max ?? 1];
  const part = (Number(value) - low) / (high - low || 1);
  return `${100 * Math.min(1, Math.max(0, part))}%`;
}

/** @param {import("./field.js").Field} field @param {Record<string, any>} attributes */
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

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
export function rangeControl(field, id, enter) {
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

/** @param {import("./field.js").Field} field @param {string} id @param {import("./field.js").Enter} enter @returns {import("./field.js").Control} */
export function pairControl(field, id, enter) {
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
  const between = make("span", { class: "bv-unit", "aria-hidden": "true", text: ends[0] === "from" ? "–" : "," });
  const node = make(
    "div",
    { class: "bv-row bv-pair", role: "group" },
    track,
    make("span", { class: "bv-boxes" }, boxes[0], between, boxes[1], unitOf(field)),
  );
  return { node, show, focus: () => boxes[0].focus(), group: true };
}

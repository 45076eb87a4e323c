// @ts-check
// What a form's field is, and what the controls of all kinds share.
import { make, onDone, visible } from "./dom.js";

/**
 * @typedef {{
 *   name: string, label: string, kind: string, min?: number, max?: number, step?: number,
 *   options?: any[], unit?: string, help?: string, placeholder?: string, group?: string,
 *   optional?: boolean, longest?: number, ends?: string[], lazy?: boolean,
 *   beside?: string, folded?: boolean, line?: boolean,
 * }} Field
 * @typedef {{node: HTMLElement, show(value: any): void, focus(): void, group?: boolean}} Control
 * @typedef {(value: any, final?: boolean) => void} Enter
 */

/** Whether two JSON values are equal. @param {any} a @param {any} b */
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** @param {Field} field */
export const unitOf = (field) =>
  field.unit ? make("span", { class: "bv-unit", text: visible(field.unit) }) : null;

/**
 * Live inputs enter at each change; lazy ones when the person is done.
 * @param {HTMLElement} input
 * @param {Field} field
 * @param {() => void} enter
 */
export function onEntry(input, field, enter) {
  if (!field.lazy) input.addEventListener("input", enter);
  onDone(input, enter);
}

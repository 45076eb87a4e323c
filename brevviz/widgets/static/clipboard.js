// @ts-check
// Copying a text.
import { make } from "./dom.js";

/** @param {string} text @param {HTMLElement} beside */
export async function copyText(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard on a page that is not https, nor in some frames: the old way works there.
    const box = make("textarea", { class: "bv-hidden", "aria-hidden": "true" });
    box.value = text;
    beside.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    if (!copied) throw new Error("the browser does not let this page copy");
  }
}

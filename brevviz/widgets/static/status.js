// @ts-check
import { follow, icon, make, rootIn, visible } from "./dom.js";

const HEARD_EVERY = 1500; // ms: a screen reader is not told each percent
const SOON = 300; // ms: work that is over by then would only make the line flicker

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "status");
  const spinner = make("span", { class: "bv-spinner", "aria-hidden": "true" });
  const text = make("span", { class: "bv-status-text", "aria-hidden": "true" });
  const heard = make("span", { class: "bv-hidden", role: "status", "aria-live": "polite" });
  const done = make("div", { class: "bv-done" });
  const meter = make("div", { class: "bv-meter", role: "progressbar", "aria-label": "Progress" }, done);
  const percent = make("span", { class: "bv-percent", "aria-hidden": "true" });
  const stop = make(
    "button",
    { type: "button", class: "bv-button", onclick: () => model.send({ kind: "cancel" }) },
    icon("stop"),
    "Stop",
  );
  const line = make("div", { class: "bv-status-line" }, spinner, text, heard, meter, percent, stop);
  const error = make("div", { class: "bv-error", role: "alert" });
  root.append(line, error);
  let timer = 0;
  let waiting = 0;
  let shown = "";

  function say() {
    timer = 0;
    const now = text.textContent;
    if (heard.textContent !== now) heard.textContent = now;
  }

  /** What begins is drawn once it lasts; everything else at once. */
  function change() {
    const begins = model.get("busy") && !root.classList.contains("bv-busy");
    if (begins && !waiting) waiting = window.setTimeout(update, SOON);
    if (!begins) update();
  }

  function update() {
    window.clearTimeout(waiting);
    waiting = 0;
    const busy = model.get("busy");
    const part = model.get("progress");
    root.classList.toggle("bv-busy", busy);
    root.setAttribute("aria-busy", String(busy));
    text.textContent = visible(model.get("text"));
    text.title = text.textContent;
    if (!timer) timer = window.setTimeout(say, busy && heard.textContent ? HEARD_EVERY : 50);
    stop.hidden = !(busy && model.get("cancellable"));
    meter.hidden = !busy;
    percent.hidden = !busy || part === null;
    meter.classList.toggle("bv-unknown", part === null);
    if (part === null) {
      meter.removeAttribute("aria-valuenow");
      done.style.width = "";
      return;
    }
    percent.textContent = `${Math.floor(100 * part)}\u202f%`;
    meter.setAttribute("aria-valuenow", String(Math.floor(100 * part)));
    done.style.width = `${100 * part}%`;
  }

  function fail() {
    const message = model.get("error");
    const details = model.get("details");
    const key = JSON.stringify([message, details]);
    if (key === shown) return;
    shown = key;
    error.replaceChildren();
    if (!message) return;
    const close = make(
      "button",
      {
        type: "button",
        class: "bv-button bv-quiet",
        "aria-label": "Dismiss this message",
        onclick: () => model.send({ kind: "dismiss" }),
      },
      icon("close"),
    );
    const words = make("p", { text: visible(message) });
    const fold = details
      ? make("details", {}, make("summary", { text: "Details" }), make("pre", { tabindex: "0", text: details }))
      : null;
    error.append(
      make("div", { class: "bv-error-box" }, icon("warn"), make("div", { class: "bv-grow" }, words, fold), close),
    );
  }

  update();
  fail();
  const ends = [
    follow(model, ["text", "progress", "busy", "cancellable"], change),
    follow(model, ["error", "details"], fail),
  ];
  return () => {
    [timer, waiting].forEach(clearTimeout);
    ends.forEach((end) => end());
  };
}

export default { render };

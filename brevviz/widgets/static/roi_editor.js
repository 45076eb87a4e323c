// @ts-check
import { Courier } from "./courier.js";
import { draw, follow, icon, listen, make, onDone, rootIn, visible } from "./dom.js";
import { LEAST, clamp, moved } from "./region.js";

/** @typedef {import("./region.js").Roi} Roi */
/** @typedef {{number: number, edge: string, from: [number, number], roi: Roi}} Drag */

const EDGES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const MOST = 16; // regions

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "roi", { role: "group", "aria-label": "Regions of interest" });
  const picture = make("img", { alt: "", draggable: "false" });
  const overlay = draw("svg", { class: "bv-overlay", preserveAspectRatio: "none" });
  const stage = make("div", { class: "bv-stage" }, picture, overlay);
  const add = make("button", { type: "button", class: "bv-button", onclick: onAdd }, icon("plus"), "Add a region");
  const list = make("div", { class: "bv-roi-list" });
  const problem = make("div", { class: "bv-problem", role: "alert" });
  const empty = make("p", { class: "bv-empty" });
  const hint = make("p", {
    class: "bv-help",
    text: "Drag on the image to draw. Arrow keys move a region by 1 pixel, with Shift by 10, with Alt its lower right corner; Delete removes it.",
  });
  root.append(empty, stage, problem, make("div", { class: "bv-row" }, add), list, hint);
  /** @type {Roi[]} */
  let rois = [];
  /** @type {Drag | null} */
  let drag = null;
  let url = "";

  const width = () => model.get("image_size")[1];
  const height = () => model.get("image_size")[0];

  // What the kernel shows while something is on its way to it is older than what is drawn here.
  let missed = false;
  const courier = new Courier(
    model,
    () => {},
    () => missed && read(),
  );

  function tell() {
    courier.send("rois", rois);
  }

  /** @param {number} number @param {Roi} roi */
  function put(number, roi) {
    rois = rois.map((old, i) => (i === number ? roi : old));
    place();
  }

  /** @param {number} number */
  function remove(number) {
    rois = rois.filter((_, i) => i !== number);
    build();
    tell();
    (overlay.querySelector("g") ?? add).focus();
  }

  function onAdd() {
    if (rois.length >= MOST) return;
    const [w, h] = [width(), height()];
    // The regions of a recipe are stacked, so all are as wide as the first.
    const wide = rois.length ? rois[0][1][0] - rois[0][0][0] : Math.max(LEAST, Math.round(w / 2));
    const high = Math.max(LEAST, Math.round(h / 2));
    const [x, y] = [Math.floor((w - wide) / 2), Math.floor((h - high) / 2)];
    rois = [...rois, [[x, y], [x + wide, y + high]]];
    build();
    tell();
    overlay.querySelectorAll("g")[rois.length - 1].focus();
  }

  // ── drawing ───────────────────────────────────────────────────────────────────────────────

  function build() {
    overlay.setAttribute("viewBox", `0 0 ${width()} ${height()}`);
    overlay.replaceChildren(
      ...rois.map((_, number) => {
        const handles = EDGES.map((edge) => draw("rect", { class: `bv-handle bv-${edge}`, "data-edge": edge }));
        return draw(
          "g",
          { tabindex: "0", role: "button", "aria-roledescription": "region", "data-number": number },
          draw("rect", { class: "bv-shade" }),
          draw("rect", { class: "bv-region", "data-edge": "" }),
          draw("text", { class: "bv-number-tag", "aria-hidden": "true" }),
          ...handles,
        );
      }),
    );
    list.replaceChildren(...rois.map((_, number) => line(number)));
    add.disabled = rois.length >= MOST || !width();
    place();
  }

  /** @param {number} number */
  function line(number) {
    const boxes = ["left", "top", "right", "bottom"].map((side, i) => {
      const box = make("input", {
        class: "bv-box bv-number",
        type: "number",
        step: 1,
        min: 0,
        "aria-label": `Region ${number + 1}, ${side}`,
      });
      onDone(box, () => {
        const flat = rois[number].flat();
        if (Number.isInteger(box.valueAsNumber)) flat[i] = box.valueAsNumber;
        const [x1, y1, x2, y2] = flat;
        const right = clamp(x2, LEAST, width());
        const low = clamp(y2, LEAST, height());
        put(number, [[clamp(x1, 0, right - LEAST), clamp(y1, 0, low - LEAST)], [right, low]]);
        tell();
      });
      return box;
    });
    const drop = make(
      "button",
      { type: "button", class: "bv-button bv-quiet", "aria-label": `Remove region ${number + 1}`, onclick: () => remove(number) },
      icon("close"),
    );
    const size = make("span", { class: "bv-unit" });
    return make("div", { class: "bv-row bv-roi-line" }, make("span", { class: "bv-tag", text: String(number + 1) }), ...boxes, size, drop);
  }

  /** Put shapes and figures where the regions are; handles keep their size on screen. */
  function place() {
    const scale = width() / (stage.clientWidth || 1);
    const side = 10 * scale;
    overlay.style.setProperty("--bv-stroke", `${1.5 * scale}px`);
    rois.forEach(([[x1, y1], [x2, y2]], number) => {
      const group = overlay.querySelectorAll("g")[number];
      const [w, h] = [x2 - x1, y2 - y1];
      group.setAttribute("aria-label", `Region ${number + 1}: ${w} by ${h} pixels at ${x1}, ${y1}`);
      const [shade, region, tag, ...handles] = group.children;
      for (const shape of [shade, region]) set(shape, x1, y1, w, h);
      tag.textContent = String(number + 1);
      tag.setAttribute("x", String(x1 + 6 * scale));
      tag.setAttribute("y", String(y1 + 17 * scale));
      tag.setAttribute("font-size", String(13 * scale));
      handles.forEach((handle, i) => {
        const x = EDGES[i].includes("w") ? x1 : EDGES[i].includes("e") ? x2 : x1 + w / 2;
        const y = EDGES[i].includes("n") ? y1 : EDGES[i].includes("s") ? y2 : y1 + h / 2;
        set(handle, x - side / 2, y - side / 2, side, side);
      });
      const boxes = list.children[number].querySelectorAll("input");
      [x1, y1, x2, y2].forEach((value, i) => {
        if (boxes[i] !== document.activeElement || drag) boxes[i].value = String(value);
      });
      list.children[number].querySelector(".bv-unit").textContent = `${w} × ${h} px`;
    });
  }

  /** @param {Element} shape @param {number} x @param {number} y @param {number} w @param {number} h */
  function set(shape, x, y, w, h) {
    Object.entries({ x, y, width: w, height: h }).forEach(([name, value]) =>
      shape.setAttribute(name, String(value)),
    );
  }

  // ── mouse, pen and touch ──────────────────────────────────────────────────────────────────

  /** @param {PointerEvent} event @returns {[number, number]} */
  function pixel(event) {
    const frame = overlay.getBoundingClientRect();
    const x = Math.round(((event.clientX - frame.left) / frame.width) * width());
    const y = Math.round(((event.clientY - frame.top) / frame.height) * height());
    return [clamp(x, 0, width()), clamp(y, 0, height())];
  }

  overlay.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !width()) return;
    const target = /** @type {Element} */ (event.target);
    const group = target.closest("g");
    const from = pixel(event);
    overlay.setPointerCapture(event.pointerId);
    if (group) {
      const number = Number(group.getAttribute("data-number"));
      drag = { number, edge: target.getAttribute("data-edge") ?? "", from, roi: rois[number] };
    } else if (rois.length < MOST) {
      const x = Math.min(from[0], width() - LEAST);
      const y = Math.min(from[1], height() - LEAST);
      const roi = /** @type {Roi} */ ([[x, y], [x + LEAST, y + LEAST]]);
      rois = [...rois, roi];
      build();
      drag = { number: rois.length - 1, edge: "se", from: [x + LEAST, y + LEAST], roi };
    }
    if (drag) overlay.querySelectorAll("g")[drag.number].focus();
    event.preventDefault();
  });
  overlay.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!drag) return;
    const [x, y] = pixel(event);
    put(drag.number, moved(drag.roi, drag.edge, x - drag.from[0], y - drag.from[1], width(), height()));
  });
  overlay.addEventListener("pointerup", () => {
    if (drag && JSON.stringify(rois) !== JSON.stringify(model.get("rois"))) tell();
    drag = null;
  });
  overlay.addEventListener("pointercancel", () => {
    drag = null;
    read();
  });

  overlay.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const group = /** @type {Element} */ (event.target).closest("g");
    if (!group) return;
    const number = Number(group.getAttribute("data-number"));
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") remove(number);
    else if (way) {
      const step = event.shiftKey ? 10 : 1;
      const edge = event.altKey ? "se" : "";
      put(number, moved(rois[number], edge, way[0] * step, way[1] * step, width(), height()));
      tell();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // ── what the kernel shows ─────────────────────────────────────────────────────────────────

  function read() {
    missed = drag !== null || courier.busy("rois");
    if (missed) return;
    const next = model.get("rois");
    const count = rois.length;
    const rebuilt = overlay.getAttribute("viewBox") !== `0 0 ${width()} ${height()}`;
    rois = next;
    if (count !== next.length || rebuilt) build();
    else place();
  }

  function load() {
    const bytes = model.get("picture");
    const old = url;
    url = bytes?.byteLength ? URL.createObjectURL(new Blob([bytes])) : "";
    if (url) picture.src = url;
    else picture.removeAttribute("src");
    if (old) URL.revokeObjectURL(old);
    const some = Boolean(url && width());
    stage.hidden = hint.hidden = add.hidden = list.hidden = !some;
    stage.style.aspectRatio = `${width()} / ${height()}`;
    stage.style.setProperty("--bv-wide", String(width() / (height() || 1)));
    empty.hidden = some;
    empty.textContent = visible(model.get("empty"));
    read();
  }

  const complain = () => (problem.textContent = visible(model.get("problem")));
  const sizes = new ResizeObserver(place);
  sizes.observe(stage);
  build();
  load();
  complain();
  const ends = [
    follow(model, ["picture", "image_size", "empty"], load),
    follow(model, ["rois"], read),
    follow(model, ["problem"], complain),
    listen(model, (content) => {
      if (content?.kind === "seen") courier.seen(content.turn);
    }),
  ];
  return () => {
    sizes.disconnect();
    courier.close();
    ends.forEach((end) => end());
    if (url) URL.revokeObjectURL(url);
  };
}

export default { render };

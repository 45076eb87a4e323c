// @ts-check
import { draw, figure, follow, make, rootIn, visible } from "./dom.js";
import { Sight } from "./sight.js";

const CHANNELS = ["red", "green", "blue"];

/**
 * A histogram: one line a channel, on a square-root scale, so that few pixels are seen beside many.
 * @param {number[][]} channels
 */
function histogram(channels) {
  const most = Math.max(1, ...channels.flat());
  const paths = channels.map((counts, c) => {
    const points = counts.map((n, x) => `${x},${(48 - 46 * Math.sqrt(n / most)).toFixed(1)}`);
    const name = channels.length === 1 ? "grey" : CHANNELS[c];
    return draw("polyline", { class: `bv-level bv-level-${name}`, points: points.join(" ") });
  });
  const words = channels.map((counts, c) => {
    const all = counts.reduce((sum, n) => sum + n, 0) || 1;
    const mean = counts.reduce((sum, n, level) => sum + n * level, 0) / all;
    return `${channels.length === 1 ? "grey" : CHANNELS[c]} mean ${figure(mean, 1)}`;
  });
  return draw(
    "svg",
    { class: "bv-histogram", viewBox: "0 0 255 49", preserveAspectRatio: "none", role: "img", "aria-label": `Histogram: ${words.join(", ")}` },
    ...paths,
  );
}

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "view");
  const canvas = make("canvas", { class: "bv-canvas", tabindex: "0", role: "img" });
  const said = make("div", { class: "bv-pixel", role: "status" });
  const buttons = make("div", { class: "bv-view-bar", role: "group", "aria-label": "Zoom" });
  const below = make("div", { class: "bv-view-below" });
  const empty = make("p", { class: "bv-empty" });
  root.append(canvas, said, buttons, below, empty);
  const context = canvas.getContext("2d");
  const store = document.createElement("canvas");
  const pixels = store.getContext("2d", { willReadFrequently: true });
  const sight = new Sight();
  /** @type {ImageBitmap | null} */
  let image = null;
  let shown = ""; // whose image stands there: the label may be ahead of it
  let turn = 0;
  let frame = 0;
  let fresh = false; // nothing was said of this image yet: where it stands is known once painted
  /** @type {{x: number, y: number} | null} */
  let grip = null;

  function paint() {
    frame = 0;
    const dense = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * dense));
    canvas.height = Math.max(1, Math.round(canvas.clientHeight * dense));
    if (!image || !context) return;
    sight.room(canvas.clientWidth, canvas.clientHeight);
    context.imageSmoothingEnabled = sight.scale < 2;
    context.setTransform(dense * sight.scale, 0, 0, dense * sight.scale, dense * sight.x, dense * sight.y);
    context.drawImage(image, 0, 0);
    if (fresh) middle();
    fresh = false;
  }

  const soon = () => {
    if (!frame) frame = requestAnimationFrame(paint);
  };

  /** Say what stands at a place of the window. @param {number} x @param {number} y */
  function say(x, y) {
    if (!image || !pixels) return;
    const [px, py] = sight.pixel(x, y);
    if (!(px >= 0 && py >= 0 && px < image.width && py < image.height)) {
      said.textContent = `× ${figure(sight.scale, 2)}`;
      return;
    }
    const [r, g, b] = pixels.getImageData(px, py, 1, 1).data;
    const times = model.get("size")[1] / image.width;
    const at = times > 1 ? [Math.floor(px * times), Math.floor(py * times)] : [px, py];
    const value = r === g && g === b && model.get("histogram").length === 1 ? `${r}` : `${r}, ${g}, ${b}`;
    said.textContent = `x ${at[0]}, y ${at[1]}: ${value}${times > 1 ? " (mean)" : ""}   × ${figure(sight.scale, 2)}`;
  }

  const middle = () => say(canvas.clientWidth / 2, canvas.clientHeight / 2);

  async function load() {
    turn += 1;
    const mine = turn;
    const bytes = model.get("picture");
    const label = model.get("label");
    let next = null;
    if (bytes?.byteLength)
      try {
        // Pixel values as they are in the file: no colour profile of the screen in between.
        next = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: "none" });
      } catch {
        empty.textContent = "The browser cannot show this picture.";
      }
    if (mine !== turn) {
      next?.close();
      return;
    }
    const same = image && next && label === shown;
    shown = label;
    image?.close();
    image = next;
    fresh = true;
    if (image && pixels) {
      [store.width, store.height] = [image.width, image.height];
      pixels.drawImage(image, 0, 0);
      sight.image(image.width, image.height, Boolean(same));
    }
    describe();
    soon();
  }

  function describe() {
    const none = image === null;
    canvas.hidden = said.hidden = buttons.hidden = below.hidden = none;
    empty.hidden = !none;
    if (none && model.get("empty")) empty.textContent = visible(model.get("empty"));
    canvas.style.height = `${model.get("height")}px`;
    root.setAttribute("aria-busy", String(model.get("busy")));
    root.classList.toggle("bv-busy", model.get("busy"));
    if (!image) return;
    const [height, width] = model.get("size");
    const name = visible(model.get("label"));
    canvas.setAttribute("aria-label", `${name}, ${width} × ${height} pixels. Arrow keys move, + and - zoom, 0 fits.`);
    const smaller = image.width < width;
    full.hidden = !smaller;
    below.replaceChildren(...(model.get("histogram").length ? [histogram(model.get("histogram"))] : []));
  }

  /** @param {number} times @param {number} [x] @param {number} [y] */
  function zoom(times, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    sight.zoom(times, x, y);
    soon();
    say(x, y);
  }

  /** @param {string} text @param {string} name @param {() => void} then */
  const button = (text, name, then) =>
    make("button", { type: "button", class: "bv-button", "aria-label": name, title: name, text, onclick: then });
  const full = button("All pixels", "Read the image in full size", () => model.send({ kind: "full" }));
  const fit = () => {
    sight.fit();
    soon();
    middle();
  };
  buttons.append(
    button("+", "Zoom in", () => zoom(1.5)),
    button("\u2212", "Zoom out", () => zoom(1 / 1.5)),
    button("Fit", "Fit the image into the window", fit),
    button("1 : 1", "One pixel of the image a pixel of the screen", () => zoom(1 / sight.scale)),
    full,
  );

  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (grip) {
      sight.move(event.offsetX - grip.x, event.offsetY - grip.y);
      grip = { x: event.offsetX, y: event.offsetY };
      soon();
    }
    say(event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    canvas.setPointerCapture(event.pointerId);
    grip = { x: event.offsetX, y: event.offsetY };
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (grip = null));
  canvas.addEventListener(
    "wheel",
    (/** @type {WheelEvent} */ event) => {
      // The page scrolls on over an image that nobody has taken hold of.
      if (document.activeElement !== canvas && !event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const far = event.shiftKey ? 200 : 40;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => sight.move(far, 0),
      ArrowRight: () => sight.move(-far, 0),
      ArrowUp: () => sight.move(0, far),
      ArrowDown: () => sight.move(0, -far),
      "+": () => zoom(1.5),
      "=": () => zoom(1.5),
      "-": () => zoom(1 / 1.5),
      0: fit,
      1: () => zoom(1 / sight.scale),
    };
    if (!(event.key in acts) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
    soon();
    middle();
  });

  const sizes = new ResizeObserver(soon);
  sizes.observe(canvas);
  describe();
  load();
  const ends = [
    follow(model, ["picture", "size", "histogram", "label"], load),
    follow(model, ["busy", "height", "empty"], describe),
  ];
  return () => {
    turn += 1;
    sizes.disconnect();
    cancelAnimationFrame(frame);
    ends.forEach((end) => end());
    image?.close();
  };
}

export default { render };

// @ts-check
import { follow, icon, make, rootIn, visible } from "./dom.js";

/** @typedef {{button: any, shot: any, mark: any, digest: any}} Tile */

const MARKS = /** @type {Record<string, string>} */ ({ equal: "equal", different: "different" });

/** @param {{model: import("./dom.js").Model, el: HTMLElement}} context */
function render({ model, el }) {
  const root = rootIn(el, "grid");
  const box = make("div", { class: "bv-scroll" });
  const empty = make("p", { class: "bv-empty" });
  const dialog = make("dialog", { class: "bv bv-zoom", "data-lm-suppress-shortcuts": "true" });
  root.append(box, empty, dialog);
  /** @type {Tile[][]} */
  let tiles = [];
  let url = "";
  let turn = 0;
  let size = { width: 1, height: 1 };

  /** Show a new picture when it has been decoded, so that nothing flickers; the newest wins. */
  async function load() {
    turn += 1;
    const mine = turn;
    const bytes = model.get("picture");
    const [rows, columns] = model.get("shape");
    if (!bytes?.byteLength || !rows || !columns) {
      show("", 0, 0);
      return;
    }
    const fresh = URL.createObjectURL(new Blob([bytes]));
    const image = new Image();
    image.src = fresh;
    try {
      await image.decode();
    } catch {
      URL.revokeObjectURL(fresh);
      if (mine === turn) show("", 0, 0, "The browser cannot show this picture.");
      return;
    }
    if (mine !== turn) {
      URL.revokeObjectURL(fresh);
      return;
    }
    size = { width: image.naturalWidth / columns, height: image.naturalHeight / rows };
    show(fresh, rows, columns);
  }

  /** @param {string} fresh @param {number} rows @param {number} columns @param {string} [why] */
  function show(fresh, rows, columns, why) {
    const old = url;
    url = fresh;
    if (tiles.length !== rows || (tiles[0]?.length ?? 0) !== columns) build(rows, columns);
    box.style.setProperty("--bv-sheet", url ? `url(${url})` : "none");
    box.style.setProperty("--bv-columns", String(columns));
    box.style.setProperty("--bv-aspect", `${size.width} / ${size.height}`);
    box.hidden = !url;
    empty.hidden = Boolean(url);
    empty.textContent = visible(why ?? model.get("empty"));
    describe();
    if (old) URL.revokeObjectURL(old);
  }

  /** @param {number} rows @param {number} columns */
  function build(rows, columns) {
    const heads = Array.from({ length: columns }, () => make("th", { scope: "col" }));
    tiles = Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_, c) => tileAt(r, c, rows, columns)),
    );
    const lines = tiles.map((row) =>
      make("tr", {}, make("th", { scope: "row" }), ...row.map((tile) => make("td", {}, tile.button))),
    );
    box.replaceChildren(
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, make("td", {}), ...heads)),
        make("tbody", {}, ...lines),
      ),
    );
    if (tiles[0]?.[0]) tiles[0][0].button.tabIndex = 0;
  }

  /** @param {number} r @param {number} c @param {number} rows @param {number} columns @returns {Tile} */
  function tileAt(r, c, rows, columns) {
    const shot = make("span", { class: "bv-shot" });
    const x = columns > 1 ? (100 * c) / (columns - 1) : 0;
    const y = rows > 1 ? (100 * r) / (rows - 1) : 0;
    shot.style.backgroundPosition = `${x}% ${y}%`;
    shot.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
    const mark = make("span", { class: "bv-mark" });
    const digest = make("span", { class: "bv-digest" });
    const under = make("span", { class: "bv-under" }, mark, digest);
    const button = make("button", { type: "button", class: "bv-cell", tabindex: "-1" }, shot, under);
    button.addEventListener("click", () => zoom(r, c));
    button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => walk(event, r, c));
    return { button, shot, mark, digest };
  }

  /** @param {KeyboardEvent} event @param {number} r @param {number} c */
  function walk(event, r, c) {
    const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const next = way && tiles[r + way[0]]?.[c + way[1]];
    if (!next) return;
    event.preventDefault();
    tiles[r][c].button.tabIndex = -1;
    next.button.tabIndex = 0;
    next.button.focus();
  }

  /** @param {number} r @param {number} c */
  function nameOf(r, c) {
    const row = model.get("row_labels")[r] ?? `row ${r + 1}`;
    const column = model.get("column_labels")[c] ?? `image ${c + 1}`;
    return `${visible(row)}, ${visible(column)}`;
  }

  function describe() {
    const [rowLabels, columnLabels] = [model.get("row_labels"), model.get("column_labels")];
    const [marks, digests] = [model.get("marks"), model.get("digests")];
    box.classList.toggle("bv-bare", !rowLabels.some(Boolean));
    box.querySelectorAll("thead th").forEach((/** @type {any} */ head, /** @type {number} */ c) => {
      head.textContent = visible(columnLabels[c] ?? "");
      head.title = head.textContent;
    });
    box.querySelectorAll("tbody th").forEach((/** @type {any} */ head, /** @type {number} */ r) => {
      head.textContent = visible(rowLabels[r] ?? "");
    });
    tiles.forEach((row, r) => {
      const some = [marks[r], digests[r]].some((list) => list?.some(Boolean));
      row.forEach((tile, c) => {
        const mark = MARKS[marks[r]?.[c] ?? ""] ?? "";
        tile.mark.className = mark ? `bv-mark bv-mark-${mark}` : "bv-mark";
        tile.mark.replaceChildren(...(mark ? [icon(mark), mark] : []));
        tile.digest.textContent = visible(digests[r]?.[c] ?? "");
        tile.button.lastElementChild.hidden = !some;
        tile.shot.classList.toggle("bv-pixels", size.width * 2 <= model.get("tile"));
        const words = [nameOf(r, c), mark, tile.digest.textContent && `digest ${tile.digest.textContent}`];
        tile.button.setAttribute("aria-label", words.filter(Boolean).join(", "));
      });
    });
  }

  function adjust() {
    box.style.setProperty("--bv-tile", `${model.get("tile")}px`);
    root.setAttribute("aria-busy", String(model.get("busy")));
    root.classList.toggle("bv-busy", model.get("busy"));
  }

  /** @param {number} r @param {number} c */
  function zoom(r, c) {
    const tile = tiles[r][c];
    const room = Math.min(window.innerWidth * 0.85, window.innerHeight * 0.75);
    const times = Math.max(1, Math.floor(room / Math.max(size.width, size.height)));
    const shot = make("div", { class: "bv-shot bv-pixels", role: "img", "aria-label": nameOf(r, c) });
    shot.style.cssText = tile.shot.style.cssText;
    shot.style.backgroundImage = `url(${url})`;
    shot.style.width = `${size.width * times}px`;
    shot.style.height = `${size.height * times}px`;
    const close = make(
      "button",
      { type: "button", class: "bv-button bv-quiet", "aria-label": "Close", onclick: () => dialog.close() },
      icon("close"),
    );
    const words = `${nameOf(r, c)} · ${Math.round(size.width)} × ${Math.round(size.height)} px, × ${times}`;
    dialog.setAttribute("aria-label", nameOf(r, c));
    dialog.replaceChildren(make("div", { class: "bv-zoom-bar" }, make("span", { text: words }), close), shot);
    dialog.showModal();
  }

  dialog.addEventListener("click", (/** @type {Event} */ event) => {
    if (event.target === dialog) dialog.close();
  });

  adjust();
  load();
  const ends = [
    follow(model, ["picture", "shape", "row_labels", "column_labels", "marks", "digests"], load),
    follow(model, ["tile", "busy"], adjust),
    follow(model, ["empty"], load),
  ];
  return () => {
    turn += 1;
    ends.forEach((end) => end());
    if (dialog.open) dialog.close();
    if (url) URL.revokeObjectURL(url);
  };
}

export default { render };

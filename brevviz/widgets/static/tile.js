// @ts-check
import { icon, make, visible } from "./dom.js";

const END = 9; // letters at the end of a name that are always in sight: a number and ".bmp"

/** One tile on screen. */
export class Tile {
  /** @param {number} id @param {string} prefix */
  constructor(id, prefix) {
    this.id = id;
    this.shot = make("div", { class: "bv-thumb" });
    this.words = make("div", { class: "bv-thumb-label" });
    this.node = make(
      "div",
      { class: "bv-tile", role: "option", id: `${prefix}-${id}`, "data-id": id },
      this.shot,
      make("span", { class: "bv-tick", "aria-hidden": "true" }, icon("check")),
      this.words,
    );
    this.fill(undefined);
  }

  /** @param {import("./shelf.js").Thumb | undefined} thumb */
  fill(thumb) {
    const node = this.node;
    node.classList.toggle("bv-awaited", !thumb);
    node.classList.toggle("bv-failed", Boolean(thumb?.reason) && !thumb?.sealed);
    node.classList.toggle("bv-sealed", Boolean(thumb?.sealed));
    node.classList.toggle("bv-out", thumb?.purpose === "excluded");
    const label = thumb ? visible(thumb.label) : "";
    const words = [`${this.id + 1}`, label, thumb?.purpose, thumb?.reason, thumb?.caption];
    node.setAttribute("aria-label", words.filter(Boolean).map(visible).join(", "));
    node.title = thumb ? [thumb.reason, thumb.caption || thumb.label].filter(Boolean).map(visible).join("\n") : "";
    const known = ["train", "devel", "test"].includes(thumb?.purpose ?? "");
    const dot = known ? make("span", { class: `bv-dot bv-is-${thumb?.purpose}` }) : null;
    // Whole characters: a pair of surrogates must not be parted.
    const letters = [...label];
    this.words.replaceChildren(
      ...(dot ? [dot] : []),
      make("span", { class: "bv-name-start", text: letters.slice(0, -END).join("") }),
      make("span", { class: "bv-name-end", text: letters.slice(-END).join("") }),
    );
    if (!thumb) this.shot.replaceChildren();
    else if (thumb.reason)
      this.shot.replaceChildren(icon(thumb.sealed ? "lock" : "warn"), make("span", { text: visible(thumb.reason) }));
    else this.shot.replaceChildren(make("img", { src: thumb.url, alt: "", draggable: "false" }));
  }
}

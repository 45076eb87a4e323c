// @ts-check
// All that travels with each widget. The rest is in libraries, which a kernel sends once and a page
// imports once, for all widgets, views and notebooks that have the same (library.py).
const PART = "part.js";

/** What this page has imported: digest → module. @type {Map<string, Promise<any>>} */
const shelf = (/** @type {any} */ (globalThis)[Symbol.for("brevviz")] ??= new Map());

/** @param {any} library */
async function unpack(library) {
  const packed = Uint8Array.from(atob(library.get("packed")), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).text();
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return import(url).finally(() => URL.revokeObjectURL(url));
}

/** @param {any} manager @param {string} id */
async function load(manager, id) {
  // After a reload all models come at once, in any order.
  for (let turn = 0; turn < 300 && manager.has_model?.(id) === false; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const library = await manager.get_model(id);
  const digest = library.get("digest");
  if (!shelf.has(digest))
    shelf.set(digest, unpack(library).catch((error) => (shelf.delete(digest), Promise.reject(error))));
  return shelf.get(digest);
}

/** @param {any} model */
const libraries = (model) =>
  Promise.all(model.get("_libraries").map((/** @type {string} */ id) => load(model.widget_manager, id)));

export default {
  // It is not waited for: what takes anywidget more than two seconds, it gives up (attend.js).
  initialize({ model }) {
    libraries(model).then(([app]) => app.attend(model)).catch(() => {}); // render says so
  },
  async render(context) {
    try {
      const [app, ...others] = await libraries(context.model);
      return (others.at(-1) ?? app).part(PART).render(app.reaching(context));
    } catch (error) {
      context.el.textContent = `This part of the app did not come (${error}). Reload the page, or run the cell again.`;
    }
  },
};

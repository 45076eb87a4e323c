// @ts-check
// The app's stylesheet in the page.

const ID = "brevviz-style";

/** Put the stylesheet into the page; that of another version, from another kernel, makes room. @param {string} text */
export function dress(text) {
  const style = document.getElementById(ID) ?? document.createElement("style");
  style.id = ID;
  style.textContent = text;
  if (!style.isConnected) document.head.append(style);
}

// Keys: j and k move in a list, Enter opens, e edits, / and Ctrl-K search, ? lists the keys. An element with data-key="x"
// is used by the key x; its label or text is its explanation. data-keys='[["m", "moves"]]' explains keys of a script.

import { element } from "./dom.js";
import { open } from "./dialogs.js";

const ROWS = "[data-rows] > [data-row]";
const FIXED = [
  ["j", "next row"],
  ["k", "previous row"],
  ["Enter", "open the row"],
  ["/ or Ctrl-K", "search"],
  ["?", "these keys"],
];

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}

function move(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.querySelector("a, button")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  const box = document.querySelector("[data-search]");
  box?.focus();
  box?.select();
}

// In a list, a key such as e is meant for the focused row.
function withKey(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const row = document.activeElement?.closest("[data-row]");
  return row?.querySelector(selector) ?? document.querySelector(selector);
}

function use(found) {
  if (found.matches("details")) {
    found.open = true;
    found.querySelector("input, select, textarea")?.focus();
  } else if (found.matches("input, select, textarea")) found.focus();
  else found.click();
}

function explanation(found) {
  return found.getAttribute("aria-label") ?? found.querySelector("summary")?.textContent.trim() ?? found.textContent.trim();
}

function showHelp() {
  const own = new Map([...document.querySelectorAll("[data-key]")].map((each) => [each.dataset.key, explanation(each)]));
  const others = [...document.querySelectorAll("[data-keys]")].flatMap((each) => JSON.parse(each.dataset.keys));
  const lines = [...FIXED, ...others, ...own].flatMap(([key, text]) => [
    element("dt", {}, element("kbd", {}, key)),
    element("dd", {}, text),
  ]);
  open("Keys", [element("dl", { class: "facts" }, ...lines)], [["", "Close", "primary"]]);
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key !== "k") return;
    search();
  } else if (isTyping(event.target)) return;
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") search();
  else if (event.key === "?") showHelp();
  else {
    const found = event.key.length === 1 ? withKey(event.key) : null;
    if (!found) return;
    use(found);
  }
  event.preventDefault();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}

// Adjustment grid: reasons of adjustments and weights appear on hover and focus, and arrow keys move between them.

import { startLinked } from "./linked.js";

const REASONS = ".why > summary";
let tip = null;
let shown = null;

function hide() {
  tip?.remove();
  tip = null;
  shown = null;
}

// The grid scrolls when a focused reason is not in view: the text stays with it.
function place() {
  if (!tip) return;
  const box = shown.getBoundingClientRect();
  const left = Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, window.innerWidth - tip.offsetWidth - 8);
  const below = box.bottom + 6 + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${Math.max(left, 8)}px`;
  tip.style.top = `${below ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`;
}

function show(summary) {
  if (summary === shown) return;
  hide();
  const details = summary.parentElement;
  if (details.open) return;
  tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "tooltip");
  tip.append(...[...details.children].slice(1).map((each) => each.cloneNode(true)));
  document.body.append(tip);
  shown = summary;
  place();
}

function compOf(summary) {
  return summary.closest("td").dataset.id;
}

function neighbor(grid, summary, key) {
  const row = summary.closest("tr");
  const inRow = [...row.querySelectorAll(REASONS)];
  if (key === "ArrowRight") return inRow[inRow.indexOf(summary) + 1];
  if (key === "ArrowLeft") return inRow[inRow.indexOf(summary) - 1];
  if (key === "Home") return inRow[0];
  if (key === "End") return inRow.at(-1);
  const rows = [...grid.querySelectorAll("tbody tr")];
  const others = key === "ArrowDown" ? rows.slice(rows.indexOf(row) + 1) : rows.slice(0, rows.indexOf(row)).reverse();
  const same = others.map((each) => [...each.querySelectorAll(REASONS)].find((found) => compOf(found) === compOf(summary)));
  return same.find(Boolean);
}

function moveTo(grid, summary) {
  grid.querySelectorAll(`${REASONS}[tabindex="0"]`).forEach((each) => { each.tabIndex = -1; });
  summary.tabIndex = 0;
}

function onKey(grid, event) {
  if (event.key === "Escape") hide();
  const summary = event.target.closest(REASONS);
  if (!summary || !/^(Arrow|Home|End)/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = neighbor(grid, summary, event.key);
  event.preventDefault();
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function start(grid) {
  if (grid.dataset.started) return;
  grid.dataset.started = "true";
  const reasons = [...grid.querySelectorAll(REASONS)];
  reasons.forEach((each, at) => { each.tabIndex = at === 0 ? 0 : -1; });
  grid.addEventListener("pointerover", (event) => {
    const summary = event.target.closest(REASONS);
    if (summary && event.pointerType === "mouse") show(summary);
    else if (shown !== document.activeElement) hide();
  });
  grid.addEventListener("pointerleave", () => { if (shown !== document.activeElement) hide(); });
  grid.addEventListener("focusin", (event) => {
    const summary = event.target.closest(REASONS);
    if (!summary) return;
    moveTo(grid, summary);
    if (summary.matches(":focus-visible")) show(summary);
  });
  grid.addEventListener("focusout", hide);
  grid.addEventListener("toggle", hide, true);
  grid.closest(".table-frame").addEventListener("scroll", place);
  window.addEventListener("scroll", place, { passive: true });
  grid.addEventListener("keydown", (event) => onKey(grid, event));
  startLinked();
}

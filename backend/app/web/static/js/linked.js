// Everything about one comparable sale (the cells of its column, its row, its dots) is highlighted together. The map does
// so with its marker.

const IDS = "[data-id^=comp-]";
let current = "";

function mark(id) {
  if (id === current) return;
  for (const each of document.querySelectorAll(`${IDS}.linked`)) each.classList.remove("linked");
  current = id;
  if (id) for (const each of document.querySelectorAll(`[data-id="${CSS.escape(id)}"]`)) each.classList.add("linked");
}

function onPoint(event) {
  mark(event.target.closest?.(IDS)?.dataset.id ?? "");
}

let started = false;

export function startLinked() {
  if (started) return;
  started = true;
  document.addEventListener("mouseover", onPoint);
  document.addEventListener("focusin", onPoint);
}

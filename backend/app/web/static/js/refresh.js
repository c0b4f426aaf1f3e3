// Reads a part of the page again after a change. Focus, scroll position and the changed row stay.

import { element } from "./dom.js";

function pathOf(focused) {
  if (!focused || focused === document.body) return null;
  const row = focused.closest("[data-id]");
  const form = focused.closest("form[data-path]");
  const within = form ? `form[data-path="${CSS.escape(form.dataset.path)}"] ` : "";
  const own = focused.name ? `[name="${CSS.escape(focused.name)}"]` : focused.dataset.focus ? `[data-focus="${CSS.escape(focused.dataset.focus)}"]` : form ? "button" : "a, button";
  return { row: row ? `[data-id="${CSS.escape(row.dataset.id)}"]` : null, own: within + own };
}

function refocus(target, path) {
  if (path === null || target.contains(document.activeElement)) return;
  const scope = path.row ? document.querySelector(path.row) : target;
  const found = scope?.querySelector(path.own) ?? (scope?.matches(path.own) ? scope : null);
  const summary = found?.closest("details:not([open])")?.querySelector("summary");
  for (const each of [found, summary, document.querySelector("main")]) {
    each?.focus({ preventScroll: true });
    if (each && document.activeElement === each) return;
  }
}

// A changed row may no longer match the filter. It stays, marked, until the next load.
function keepRow(row, index, target) {
  if (row === null || target.querySelector(`[data-id="${CSS.escape(row.dataset.id)}"]`)) return;
  const rows = target.querySelector("[data-rows]");
  if (rows === null) return;
  row.classList.add("left-filter");
  row.querySelector("td")?.append(element("span", { class: "muted" }, " (no longer matches the filter)"));
  rows.insertBefore(row, rows.children[index] ?? null);
}

export async function refresh(source, selector) {
  const old = document.querySelector(selector);
  if (old === null) return;
  const path = pathOf(document.activeElement);
  const row = source.closest?.("[data-row]") ?? null;
  const index = row ? [...row.parentElement.children].indexOf(row) : -1;
  const scroll = [window.scrollX, window.scrollY];
  await window.htmx.ajax("GET", window.location.href, { target: old, select: selector, swap: "outerHTML show:none" });
  const target = document.querySelector(selector);
  keepRow(row, index, target);
  window.scrollTo(...scroll);
  refocus(target, path);
}

// Fields for the id of a record, such as data-picker="partner": suggest records by name while someone types.
//
// The field shows a name; its form sends the id of the chosen record. An id can also be typed or pasted. data-title is the
// name of the record that is chosen already.

import { element } from "./dom.js";

const WAIT_MS = 150;
let numbers = 0;

async function suggestions(kind, text) {
  const query = new URLSearchParams({ q: text, kind, limit: "20" });
  const answer = await fetch(`/core/search?${query}`, { headers: { accept: "application/json" } });
  return answer.ok ? (await answer.json()).items : [];
}

function labelOf(hit) {
  return hit.subtitle ? `${hit.title} · ${hit.subtitle}` : hit.title;
}

export function start(input) {
  if (input.dataset.started) return;
  input.dataset.started = "true";
  const kind = input.dataset.picker;
  // Not of the type hidden, whose default value follows each change, so that no change would be noticed.
  const label = input.labels?.[0]?.textContent.trim() ?? kind;
  const chosen = element("input", { hidden: "", name: input.name, value: input.defaultValue, "aria-label": label });
  chosen.value = input.value;
  const list = element("datalist", { id: `picker-${(numbers += 1)}` });
  const ids = new Map();
  let timer = 0;
  if (input.dataset.title && input.value === input.defaultValue) input.value = input.dataset.title;
  input.removeAttribute("name");
  input.setAttribute("list", list.id);
  input.after(chosen, list);

  const show = async (text) => {
    const hits = await suggestions(kind, text).catch(() => []);
    for (const hit of hits) ids.set(labelOf(hit), hit.id);
    list.replaceChildren(...hits.map((hit) => element("option", { value: labelOf(hit) })));
  };

  input.addEventListener("input", () => {
    const text = input.value.trim();
    chosen.value = ids.get(text) ?? (/^[a-z]+_\S+$/.test(text) ? text : "");
    input.setCustomValidity(chosen.value || !text ? "" : "Choose one from the list.");
    clearTimeout(timer);
    if (text && !chosen.value) timer = setTimeout(() => show(text), WAIT_MS);
  });
}

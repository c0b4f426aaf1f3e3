// Fields for the id of a record, such as data-picker="partner": suggest records by name while someone types.
//
// The field shows a name; its form sends the id of the chosen record. An id can also be typed or pasted: whose it is, or that
// no record has it, is said below the field. data-title is the name of the record that is chosen already. With data-any-id,
// ids of other programs are taken too.

import { element } from "./dom.js";
import { labelOf } from "./controls.js";
import { checked } from "./session.js";

const WAIT_MS = 150;
const PATHS = { deal: "/core/deals/", partner: "/core/jv/partners/", property: "/core/property/properties/" };
const ID = /^[a-z]+_\S+$/;
const ANY_ID = /^(?=\S*[\d_])\S+$/;
let numbers = 0;

async function suggestions(kind, text) {
  const query = new URLSearchParams({ q: text, kind, limit: "20" });
  const answer = checked(await fetch(`/core/search?${query}`, { headers: { accept: "application/json" } }));
  return answer.ok ? (await answer.json()).items : [];
}

async function whose(kind, id) {
  const answer = checked(await fetch(PATHS[kind] + encodeURIComponent(id), { headers: { accept: "application/json" } }));
  if (answer.ok) {
    const record = await answer.json();
    return record.name ?? record.address ?? "";
  }
  return answer.status === 404 ? `No ${kind} has the id ${id}.` : "";
}

function titleOf(hit) {
  return hit.subtitle ? `${hit.title} · ${hit.subtitle}` : hit.title;
}

// Titles with their ids. Records with the same title and subtitle are told apart by their ids.
function titled(hits) {
  const shown = hits.map(titleOf);
  return hits.map((hit, at) => [shown.indexOf(shown[at]) === shown.lastIndexOf(shown[at]) ? shown[at] : `${shown[at]} · ${hit.id}`, hit.id]);
}

function parts(input) {
  const number = (numbers += 1);
  const label = labelOf(input);
  // Not of the type hidden, whose default value follows each change, so that no change would be noticed.
  const chosen = element("input", { hidden: "", name: input.name, value: input.defaultValue, "data-label": label });
  chosen.value = input.value;
  const list = element("datalist", { id: `picker-${number}` });
  const note = element("span", { id: `picked-${number}`, class: "picked", role: "status" });
  for (const [name, value] of [["list", list.id], ["aria-label", label], ["aria-describedby", note.id]]) input.setAttribute(name, value);
  input.removeAttribute("name");
  input.after(chosen, list, note);
  return { chosen, list, note };
}

export function start(input) {
  if (input.dataset.started) return;
  input.dataset.started = "true";
  const { picker: kind, title, anyId } = input.dataset;
  const isId = anyId === undefined ? ID : ANY_ID;
  const { chosen, list, note } = parts(input);
  const ids = new Map();
  let timer = 0;

  const suggest = async (text) => {
    const hits = await suggestions(kind, text).catch(() => []);
    for (const hit of hits) ids.delete(titleOf(hit));
    for (const [shown, id] of titled(hits)) ids.set(shown, id);
    list.replaceChildren(...titled(hits).map(([value]) => element("option", { value })));
  };
  const explain = async (text) => {
    const found = await whose(kind, text).catch(() => "");
    if (input.value.trim() === text) note.textContent = found;
  };

  if (title && input.value === input.defaultValue) input.value = title;
  else if (chosen.value) explain(chosen.value);
  input.addEventListener("input", () => {
    const text = input.value.trim();
    chosen.value = ids.get(text) ?? (isId.test(text) ? text : "");
    input.setCustomValidity(chosen.value || !text ? "" : "Choose one from the list.");
    clearTimeout(timer);
    note.textContent = "";
    if (!text || ids.has(text)) return;
    timer = setTimeout(() => {
      suggest(text);
      if (chosen.value) explain(text);
    }, WAIT_MS);
  });
}

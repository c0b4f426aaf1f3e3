// Two people have changed the same record: shows both versions field by field, and saves what is chosen.

import { announce, element } from "./dom.js";
import { changedControls, controlsOf, labelOf, openedText, originalText, shownText, textOf } from "./controls.js";
import { open } from "./dialogs.js";
import { forget } from "./drafts.js";
import { refresh } from "./refresh.js";
import { showNotice } from "./errors.js";
import { checked } from "./session.js";

export async function currentVersion(path) {
  const answer = checked(await fetch(path, { headers: { accept: "application/json" } }));
  return answer.ok ? { etag: answer.headers.get("etag"), record: await answer.json() } : null;
}

function choice(name, value, text, checked) {
  const radio = element("input", { type: "radio", name, value });
  radio.checked = checked;
  return element("label", { class: "choice" }, radio, element("span", {}, text === "" ? "(empty)" : text));
}

function row(control, theirs, isMine) {
  const mine = isMine ? choice(control.name, "mine", textOf(control), true) : "";
  const other = isMine ? choice(control.name, "theirs", theirs, false) : theirs || "(empty)";
  const cells = [openedText(control) || "(empty)", mine, other].map((each) => element("td", {}, each));
  return element("tr", {}, element("th", { scope: "row" }, labelOf(control)), ...cells);
}

function table(rows) {
  const titles = ["Field", "When you opened it", "Yours", "On file now"].map((text) => element("th", { scope: "col" }, text));
  const head = element("thead", {}, element("tr", {}, ...titles));
  return element("div", { class: "table-frame" }, element("table", { class: "table" }, head, element("tbody", {}, ...rows)));
}

export async function resolveConflict(form, values, save) {
  const current = await currentVersion(form.dataset.path);
  if (current === null) {
    showNotice(form, ["Someone has changed this record, and it could not be read again. Your text is kept; try again."], "error");
    return;
  }
  const mine = new Set(changedControls(form));
  const theirs = new Map(controlsOf(form).map((each) => [each, shownText(each, current.record[each.name])]));
  const shown = controlsOf(form).filter((each) => mine.has(each) || theirs.get(each) !== originalText(each));
  const rows = shown.map((each) => row(each, theirs.get(each), mine.has(each)));
  const question = element("p", {}, "Someone has changed this record since you opened it. Choose what to keep of each field.");
  const content = table(rows);
  const chosen = await open("Two versions", [question, content], [["", "Cancel"], ["save", "Save my choices", "primary"]]);
  if (chosen !== "save") return;
  form.dataset.etag = current.etag;
  const kept = Object.entries(values).filter(([name]) => content.querySelector(`input[name="${CSS.escape(name)}"]:checked`)?.value !== "theirs");
  if (kept.length) await save(Object.fromEntries(kept));
  else {
    forget(form);
    await refresh(form, form.dataset.refresh ?? "main");
    announce("The version on file was kept");
  }
}

// Unsaved text of a form, kept in this browser with the ETag of the version that was edited.
//
// It is kept per person: several people may sign in with one browser, and nobody gets the text of another. Forms with a
// password have no data-draft.

import { element } from "./dom.js";
import { changedControls, controlsOf, openedText, originalText, setText, textOf } from "./controls.js";

const PREFIX = `valhalla:draft:${document.body.dataset.person ?? ""}:`;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function stored(form) {
  try {
    return parsed(localStorage.getItem(PREFIX + form.dataset.draft));
  } catch {
    return null;
  }
}

// The text that a form of this page has stored or restored last. Another tab may have stored its own since.
const latest = new WeakMap();

export function forget(form) {
  const key = PREFIX + form.dataset.draft;
  const own = latest.get(form) ?? localStorage.getItem(key);
  if (form.dataset.draft && localStorage.getItem(key) === own) localStorage.removeItem(key);
  latest.delete(form);
  form.querySelector(":scope > .restored")?.remove();
}

// Of a form that is kept for another try, the controls with data-kept are part of the text: with the same source_key, the try
// is not a second change. `again` is false if the change has been made, and more was typed meanwhile.
export function keepDraft(form, again = true) {
  if (!form.dataset.draft) return;
  const isKept = (control) => control.dataset.kept !== undefined;
  const changed = changedControls(form).filter((each) => !isKept(each));
  if (!changed.length) {
    forget(form);
    return;
  }
  if (again) changed.push(...controlsOf(form).filter(isKept));
  const texts = Object.fromEntries(changed.map((each) => [each.name, textOf(each)]));
  const { path, etag = "" } = form.dataset;
  const opened = Object.fromEntries(changed.map((each) => [each.name, openedText(each)]));
  const draft = { path, etag, texts, opened, at: new Date().toISOString() };
  latest.set(form, JSON.stringify(draft));
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, latest.get(form));
  } catch {
    // A full or forbidden storage must not stop anyone from typing.
  }
}

// The forms with unsaved text whose record an action at the path changes, such as /core/comms/drafts/ID/mark_sent.
export function unsavedForms(path) {
  return [...document.querySelectorAll('form[data-write="PATCH"][data-draft]')].filter(
    (form) => `${path}/`.startsWith(`${form.dataset.path}/`) && changedControls(form).length,
  );
}

function allStored() {
  try {
    return Object.entries(localStorage).filter(([key]) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

export function draftCount() {
  return allStored().length;
}

export function discardDrafts() {
  for (const [key] of allStored()) localStorage.removeItem(key);
}

// After an own change of the record at the path, whose version was `before`: what this page shows of it, and all text that
// is edited since `before`, also of other pages, belong to the version `after`. Text of any other version stays as it is, and
// so does text of the fields that the change has written: saving it would overwrite them unseen.
export function adoptVersion(path, before, after, written, saved = null) {
  if (!before || !after || before === after) return;
  const fields = new Set(written);
  for (const source of document.querySelectorAll("[data-write][data-etag]")) {
    if ((source.dataset.changes ?? source.dataset.path) !== path || source.dataset.etag !== before) continue;
    const typed = source !== saved && source.matches("form") ? changedControls(source) : [];
    if (source.dataset.write === "PATCH" && typed.some((each) => fields.has(each.name))) continue;
    source.dataset.etag = after;
    if (typed.length) keepDraft(source);
  }
  for (const [key, text] of allStored()) {
    const draft = parsed(text);
    if (draft?.path !== path || draft.etag !== before || Object.keys(draft.texts).some((name) => fields.has(name))) continue;
    localStorage.setItem(key, JSON.stringify({ ...draft, etag: after }));
  }
}

// Another tab has adopted a version for text that this one has typed: the same text at the same time, with another version.
window.addEventListener("storage", ({ key, newValue }) => {
  const draft = parsed(newValue);
  for (const form of document.querySelectorAll('form[data-write="PATCH"][data-draft]')) {
    const typed = parsed(latest.get(form) ?? null);
    if (key !== PREFIX + form.dataset.draft || !draft?.etag || !typed || typed.at !== draft.at) continue;
    form.dataset.etag = draft.etag;
    latest.set(form, newValue);
  }
});

export function restoreDraft(form) {
  const draft = form.dataset.draft ? stored(form) : null;
  if (!draft?.texts) return;
  const restored = controlsOf(form).filter((each) => draft.texts[each.name] !== undefined && draft.texts[each.name] !== originalText(each));
  if (!restored.length) {
    forget(form);
    return;
  }
  latest.set(form, localStorage.getItem(PREFIX + form.dataset.draft));
  // The text of an action, such as a reference, is no edit of a version: the action is about what the page shows.
  if (draft.etag && form.dataset.write === "PATCH") form.dataset.etag = draft.etag;
  for (const each of restored) {
    setText(each, draft.texts[each.name]);
    each.dataset.opened = draft.opened?.[each.name] ?? originalText(each);
  }
  form.closest("details:not([data-menu])")?.setAttribute("open", "");
  const discard = element("button", { type: "button" }, "Discard it");
  const when = new Date(draft.at).toLocaleString();
  const notice = element("div", { class: "notice restored", role: "status" }, `Unsaved text of ${when} was restored. `, discard);
  discard.addEventListener("click", () => {
    forget(form);
    window.location.reload();
  });
  form.prepend(notice);
}

// Unsaved text of a form, kept in this browser with the ETag of the version that was edited.

import { element } from "./dom.js";
import { changedControls, controlsOf, originalText, setText, textOf } from "./controls.js";

const PREFIX = "valhalla:draft:";

function stored(form) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + form.dataset.draft));
  } catch {
    return null;
  }
}

export function forget(form) {
  if (form.dataset.draft) localStorage.removeItem(PREFIX + form.dataset.draft);
  form.querySelector(":scope > .restored")?.remove();
}

export function keepDraft(form) {
  if (!form.dataset.draft) return;
  const texts = Object.fromEntries(changedControls(form).map((each) => [each.name, textOf(each)]));
  if (!Object.keys(texts).length) {
    forget(form);
    return;
  }
  const draft = { etag: form.dataset.etag ?? "", texts, at: new Date().toISOString() };
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage must not stop anyone from typing.
  }
}

export function restoreDraft(form) {
  const draft = form.dataset.draft ? stored(form) : null;
  if (!draft?.texts) return;
  const restored = controlsOf(form).filter((each) => draft.texts[each.name] !== undefined && draft.texts[each.name] !== originalText(each));
  if (!restored.length) {
    forget(form);
    return;
  }
  if (draft.etag) form.dataset.etag = draft.etag;
  restored.forEach((each) => setText(each, draft.texts[each.name]));
  form.closest("details")?.setAttribute("open", "");
  const discard = element("button", { type: "button" }, "Discard it");
  const when = new Date(draft.at).toLocaleString();
  const notice = element("div", { class: "notice restored", role: "status" }, `Unsaved text of ${when} was restored. `, discard);
  discard.addEventListener("click", () => {
    forget(form);
    window.location.reload();
  });
  form.prepend(notice);
}

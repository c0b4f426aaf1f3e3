// Forms and buttons that change records through the operations under /core.
//
// <form data-write="PATCH" data-path="/core/deals/ID" data-etag='"…"' data-draft="deal:ID" data-done="Deal saved">
// <button data-write="POST" data-path="…" data-body='{"status":"ready"}' data-confirm="Really?" data-done="Marked ready">
//
// data-etag is the version that the page shows: the change is refused if the record has another one meanwhile. A POST whose
// answer is another record than the one that it changes, such as a valuation that writes to a deal, names the path of the
// latter in data-changes, those of its fields that may change in data-changes-fields, and data-etag is its version.
//
// data-query: the values are parameters of the query, as of mark_sent. data-type of a control: text, number, integer,
// list (commas), boolean, json, time (of the reader's zone). A control called place.region is the field region of place.
// data-ask="reason" asks for this field first; data-confirm is the question. After success: data-go navigates ({id} is the id in the answer, {location} an address), otherwise data-refresh
// (default: main) names the element to read again.
//
// data-unkeyed: the operation takes no Idempotency-Key, because its answer may not be stored. data-secret="link": nor does
// this one, whose answer has a secret in this field, which is shown once; secret.js has the other attributes.

import { announce } from "./dom.js";
import { clearErrors, inWords, numbersAreClear, showErrors, showNotice } from "./errors.js";
import { currentVersion, resolveConflict } from "./conflict.js";
import { changedControls, controlsOf, textsOf, valueOf } from "./controls.js";
import { adoptVersion, forget, keepDraft, restoreDraft, unsavedForms } from "./drafts.js";
import { refresh } from "./refresh.js";
import { ask, askText } from "./dialogs.js";
import { needsRecentSignIn, showSignedOut, showSignInAgain } from "./session.js";

const UNREACHABLE = "The server cannot be reached.";
const keys = new WeakMap();
let busy = new WeakSet();

window.addEventListener("pageshow", () => {
  busy = new WeakSet();
});

// A repeated submission of the same body and version has the same key, so that it is carried out once.
function idempotencyKey(source, body) {
  const known = keys.get(source);
  const { etag } = source.dataset;
  if (known?.body === body && known.etag === etag) return known.key;
  const key = crypto.randomUUID();
  keys.set(source, { body, etag, key });
  return key;
}

export async function send(source, values) {
  const { write, etag } = source.dataset;
  const inQuery = source.dataset.query !== undefined;
  const path = inQuery ? `${source.dataset.path}?${new URLSearchParams(values)}` : source.dataset.path;
  const body = inQuery ? "{}" : JSON.stringify(values);
  const headers = { accept: "application/json" };
  if (Object.keys(values).length || write !== "DELETE") headers["content-type"] = "application/json";
  if (etag) headers["if-match"] = etag;
  const keyed = write !== "DELETE" && source.dataset.unkeyed === undefined && source.dataset.secret === undefined;
  if (keyed) headers["idempotency-key"] = idempotencyKey(source, body);
  const answer = await fetch(path, { method: write, headers, body: write === "DELETE" ? undefined : body });
  if (answer.status < 500) keys.delete(source);
  return answer;
}

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { detail: `the server answered ${answer.status}` };
  }
}

// The change was conditional on data-etag, so it has followed that version. An answer that is another record has the time of
// the change: if the changed record still has that time, nobody has changed it since.
async function adoptOwnChange(source, etag, answered, values) {
  const { path, changes, changesFields = "", etag: before } = source.dataset;
  if (!before) return;
  if (!changes) {
    adoptVersion(path, before, etag, Object.keys(values), source);
    return;
  }
  // A valuation that was not to be written into the deal has not changed it.
  if (answered.to_deal === false) return;
  const current = await currentVersion(changes).catch(() => null);
  if (!current || current.record.updated_at !== answered.updated_at) return;
  adoptVersion(changes, before, current.etag, changesFields.split(" "), source);
}

async function succeed(source, record) {
  const { go, done = "Saved", refresh: target = "main" } = source.dataset;
  const event = new CustomEvent("valhalla:written", { bubbles: true, detail: record });
  source.dispatchEvent(event);
  const form = source.matches("form") ? source : null;
  const warnings = (record.warnings ?? []).map((each) => (form ? inWords(form, each) : each));
  if (go) {
    if (warnings.length) sessionStorage.setItem("valhalla:warnings", JSON.stringify(warnings));
    window.location = go === "{location}" ? record.location : go.replace("{id}", encodeURIComponent(record.id ?? ""));
    return;
  }
  if (source.dataset.secret) {
    const { showSecret } = await import("./secret.js");
    await showSecret(source, record);
    form?.reset();
  }
  if (target !== "none") {
    try {
      await refresh(source, target);
    } catch {
      showNotice(document.querySelector("main"), [`${done}. The page could not be read again; reload it.`], "warning");
    }
  }
  announce([done, ...warnings].join(". "));
  if (warnings.length) showNotice(document.querySelector("main"), warnings, "warning");
}

// An action is refused because the record has changed: the page shows what it would act on, before anyone repeats it.
async function showVersionOnFile(source) {
  const { refresh: target = "main" } = source.dataset;
  const shown = target !== "none" && (await refresh(source, target).then(() => true, () => false));
  const next = shown ? "It is shown as it is on file; check it, and try again." : "Reload the page, check it, and try again.";
  showNotice(document.querySelector("main"), [`Someone has changed this record since you opened the page. ${next}`], "error");
}

// The values of controls such as place.region as one object.
function nested(pairs) {
  const found = {};
  for (const [name, value] of pairs) {
    const [outer, inner] = name.split(".");
    if (inner === undefined) found[name] = value;
    else found[outer] = { ...found[outer], [inner]: value };
  }
  return found;
}

export function valuesOf(form) {
  if (form.dataset.write === "PATCH") return Object.fromEntries(changedControls(form).map((each) => [each.name, valueOf(each)]));
  const filled = controlsOf(form).map((each) => [each.name, valueOf(each)]);
  const fixed = JSON.parse(form.dataset.body ?? "{}");
  return { ...fixed, ...nested(filled.filter(([, value]) => value !== null && value?.length !== 0)) };
}

// One change at a time: a second click is ignored until the page shows the result of the first.
export async function submit(source, values) {
  if (busy.has(source)) return false;
  busy.add(source);
  let leaving = false;
  try {
    const done = await attempt(source, values);
    leaving = done && source.dataset.go !== undefined;
    return done;
  } finally {
    if (!leaving) busy.delete(source);
  }
}

async function attempt(source, values) {
  const form = source.matches("form") ? source : null;
  if (form) clearErrors(form);
  const place = form ?? source.closest("[data-notices]") ?? document.querySelector("main");
  source.setAttribute("aria-busy", "true");
  const buttons = form ? [...form.querySelectorAll("button:not([type=button])")] : [source];
  const focused = document.activeElement;
  const sent = form ? textsOf(form) : "";
  const enable = () => buttons.forEach((button) => { button.disabled = false; });
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const answer = await send(source, values);
    if (answer.ok) {
      enable();
      if (document.activeElement === document.body) focused.focus({ preventScroll: true });
      forget(source);
      const record = await answer.json().catch(() => ({}));
      await adoptOwnChange(source, answer.headers.get("etag"), record, values);
      // What was typed while the server answered comes back with the page as it is read again.
      if (form && !form.dataset.go && textsOf(form) !== sent) keepDraft(form, false);
      await succeed(source, record);
      return true;
    }
    const problem = await problemOf(answer);
    if (form) keepDraft(form);
    if (answer.status === 412 && form?.dataset.write === "PATCH") await resolveConflict(form, values, (rest) => attempt(form, rest));
    else if (answer.status === 412) await showVersionOnFile(source);
    else if (answer.status === 401) showSignedOut(place, form?.dataset.draft !== undefined);
    else if (needsRecentSignIn(answer, problem)) showSignInAgain(place);
    else if (answer.status === 400 && form) showErrors(form, problem);
    else showNotice(place, [form ? inWords(form, problem.detail) : problem.detail], "error");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (form) keepDraft(form);
    showNotice(place, [`${UNREACHABLE} ${form?.dataset.draft ? "Your text is kept in this browser; try again." : "Try again."}`], "error");
  } finally {
    source.removeAttribute("aria-busy");
    enable();
  }
  source.dispatchEvent(new CustomEvent("valhalla:refused", { bubbles: true }));
  return false;
}

// An action on a record, such as marking it sent, does not use the text that somebody typed and has not saved.
async function mayIgnoreUnsavedText(source, action) {
  const others = unsavedForms(source.dataset.path).filter((form) => form !== source);
  if (!others.length) return true;
  return ask(`This page has text that is not saved. ${action} without it?`, action);
}

function startForm(form) {
  restoreDraft(form);
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!numbersAreClear(form)) return;
    const values = valuesOf(form);
    if (form.dataset.write === "PATCH") {
      if (Object.keys(values).length) submit(form, values);
      else announce("Nothing has changed");
    } else if (await mayIgnoreUnsavedText(form, event.submitter?.textContent.trim() || "Continue")) submit(form, values);
  });
}

function startButton(button) {
  button.addEventListener("click", async () => {
    const { confirm: question, ask: field } = button.dataset;
    const action = button.textContent.trim();
    if (!(await mayIgnoreUnsavedText(button, action))) return;
    const given = field ? await askText(question, action) : question ? await ask(question, action) : true;
    if (given) await submit(button, { ...JSON.parse(button.dataset.body ?? "{}"), ...(field && { [field]: given }) });
  });
}

function showKeptWarnings() {
  const kept = sessionStorage.getItem("valhalla:warnings");
  if (kept === null) return;
  sessionStorage.removeItem("valhalla:warnings");
  showNotice(document.querySelector("main"), JSON.parse(kept), "warning");
}

export function startWrites(root) {
  const found = [...root.querySelectorAll("[data-write]")];
  if (root.matches("[data-write]")) found.push(root);
  for (const each of found) {
    if (each.dataset.started) continue;
    each.dataset.started = "true";
    if (each.matches("form")) startForm(each);
    else startButton(each);
  }
  if (root === document.body) showKeptWarnings();
}


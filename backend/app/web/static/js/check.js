// What would happen to a message that is sent: the decision of the gate with its rules, and the size of the text.
//
// data-check of the form is the path; data-check-button asks, and data-decision shows the answer until the form changes.

import { clearErrors, showErrors, showNotice } from "./errors.js";
import { element } from "./dom.js";
import { localize } from "./locale.js";
import { showSignedOut } from "./session.js";
import { valuesOf } from "./write.js";

const DECISIONS = {
  send: "It would be sent.",
  wait: "It would wait.",
  ask: "A person must decide: it would be held.",
  refuse: "It may not be sent.",
};

function sentence({ decision, until }) {
  if (decision !== "wait" || !until) return [DECISIONS[decision]];
  return ["It would wait until ", element("time", { datetime: until }, until), "."];
}

function rule({ outcome, rule: name, sentence: why, source }) {
  const words = `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
  return element("li", {}, element("span", { class: "pill", "data-status": outcome }, outcome), ` ${words}. `, element("span", { class: "muted" }, `${name}: ${source}`));
}

function size({ characters, segments, encoding, is_estimate: isEstimate, cost, currency }) {
  const parts = [`${characters} ${characters === 1 ? "character" : "characters"}`];
  if (segments !== null) parts.push(`${isEstimate ? "about " : ""}${segments} ${segments === 1 ? "segment" : "segments"} (${encoding})`);
  if (cost !== null) parts.push(`${currency} ${cost}`);
  return `${parts.join(", ")}.`;
}

function show(place, found) {
  const reasons = found.reasons.length ? [element("ul", {}, ...found.reasons.map(rule))] : [];
  place.dataset.shown = found.decision;
  place.replaceChildren(element("p", {}, element("strong", {}, ...sentence(found))), ...reasons, element("p", { class: "muted" }, size(found)));
  localize(place);
}

async function check(form, place) {
  clearErrors(form);
  const answer = await fetch(form.dataset.check, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(valuesOf(form)),
  });
  const found = await answer.json().catch(() => ({ detail: `the server answered ${answer.status}` }));
  if (answer.ok) show(place, found);
  else if (answer.status === 401) showSignedOut(form, true);
  else showErrors(form, found);
}

export function start(form) {
  if (form.dataset.checkStarted) return;
  form.dataset.checkStarted = "true";
  const place = form.querySelector("[data-decision]");
  const clear = () => {
    delete place.dataset.shown;
    place.replaceChildren();
  };
  form.addEventListener("input", clear);
  form.querySelector("[data-check-button]").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    clear();
    if (!form.reportValidity()) return;
    button.disabled = true;
    try {
      await check(form, place);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      showNotice(form, ["The server cannot be reached. Try again."], "error");
    } finally {
      button.disabled = false;
    }
  });
}

// Buttons that store a proposal: data-propose computes it, and data-path stores it.

import { ask } from "./dialogs.js";
import { showNotice } from "./errors.js";
import { showSignedOut } from "./session.js";
import { submit } from "./write.js";

async function proposed(button, place) {
  const answer = await fetch(button.dataset.propose, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: "{}",
  });
  const found = await answer.json().catch(() => ({ detail: `the server answered ${answer.status}` }));
  if (answer.status === 401) {
    showSignedOut(place);
    return null;
  }
  if (!answer.ok) {
    showNotice(place, [found.detail], "error");
    return null;
  }
  const notes = (found.notes ?? []).filter((note) => !note.startsWith("nothing is stored"));
  const known = Object.values(found.proposal ?? {}).some((value) => typeof value === "number");
  if (!known) showNotice(place, notes.length ? notes : ["Too little is known for a proposal."], "warning");
  return known ? { proposal: found.proposal, notes } : null;
}

async function propose(button) {
  const { question } = button.dataset;
  if (question && !(await ask(question, "Replace"))) return;
  const place = button.closest("[data-notices]") ?? document.querySelector("main");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    const found = await proposed(button, place);
    if (found === null) return;
    button.dataset.write = "POST";
    const stored = await submit(button, found.proposal);
    if (stored && found.notes.length) showNotice(document.querySelector("main"), found.notes, "warning");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showNotice(place, ["The server cannot be reached. Try again."], "error");
  } finally {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

export function start(button) {
  if (button.dataset.started) return;
  button.dataset.started = "true";
  button.addEventListener("click", () => propose(button));
}

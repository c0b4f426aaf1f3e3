// The session of the reader: what a page says when it has ended, and signing out.
//
// <button data-sign-out="/core/access/sign_out"> signs out, also at a provider of single sign-on. Text that is not saved
// belongs to the person who typed it, so it is deleted from this browser then, after a question.

import { element } from "./dom.js";
import { ask } from "./dialogs.js";
import { discardDrafts, draftCount } from "./drafts.js";
import { showNotice } from "./errors.js";

const RECENT = /recent sign-in/;

// The sign-in page, which leads back to this one.
export function signInAddress() {
  const { pathname, search } = window.location;
  return `/app/sign-in?next=${encodeURIComponent(pathname + search)}`;
}

function showLink(place, before, after, link = element("a", { href: signInAddress() }, "Sign in again")) {
  place.querySelectorAll(":scope > .notice.sign-in-again").forEach((each) => each.remove());
  const notice = element("div", { class: "notice error sign-in-again", role: "alert" }, element("p", {}, before, link, after));
  place.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

// A form of the page keeps its text as a draft, which comes back with the page.
export function showSignedOut(place, keepsText = false) {
  showLink(place, "You have been signed out. ", keepsText ? " to continue here. What you typed is kept in this browser." : " to continue here.");
}

export function showSignInAgain(place) {
  const { pathname, search } = window.location;
  const address = `/app/sign-in/confirm?next=${encodeURIComponent(pathname + search)}`;
  showLink(place, "This needs a recent sign-in. ", ", and try again: it leads back here.", element("a", { href: address }, "Confirm that it is you"));
}

export function needsRecentSignIn(answer, problem) {
  return answer.status === 403 && RECENT.test(problem.detail ?? "");
}

// Returns the answer of the server. If the session has ended, the page says so.
export function checked(answer) {
  if (answer.status === 401) showSignedOut(document.querySelector("main"));
  return answer;
}

async function signOut(button) {
  const count = draftCount();
  const what = count === 1 ? "one form" : `${count} forms`;
  if (count && !(await ask(`This browser has text of ${what} that you have not saved. Sign out and delete it?`, "Sign out"))) return;
  let next = "/app/sign-in";
  try {
    const answer = await fetch(button.dataset.signOut, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: "{}",
    });
    if (!answer.ok && answer.status !== 401) throw new TypeError(`the server answered ${answer.status}`);
    if (answer.ok) next = (await answer.json()).redirect ?? next;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showNotice(document.querySelector("main"), ["You are still signed in, because the server cannot be reached. Try again."], "error");
    return;
  }
  discardDrafts();
  window.sessionStorage.clear();
  window.location = next;
}

export function start(button) {
  if (button.dataset.started) return;
  button.dataset.started = "true";
  button.addEventListener("click", () => signOut(button));
}

// Forms that sign somebody in: by password, or by the link of an invitation or of a new password.
//
// <form data-sign-in="PATH" data-next="/app"> posts its fields, and goes to the next page, or to that of the second factor.
// With data-link="PATH", the fragment of the address is the secret of a link, which PATH explains. It is removed from the
// address at once, so that it does not stay in the history. A link that is not valid has the sign-in page instead. A button
// with data-provider="PATH" in the form signs in at a provider with that secret.

import { clearErrors, showErrors, showNotice } from "./errors.js";

const NEXT_STEP = { factor: "/app/sign-in/factor", enroll: "/app/sign-in/enroll" };
const INCOMPLETE = "Open the link again as it was sent: this page needs all of it, with what is after the #.";
const UNREACHABLE = "The server cannot be reached. Try again.";

export async function post(path, values) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(values),
  });
  const found = await answer.json().catch(() => ({ detail: `the server answered ${answer.status}` }));
  return { ok: answer.ok, status: answer.status, found };
}

// A message of the server as a sentence.
export function sentence(detail) {
  return `${detail[0].toUpperCase()}${detail.slice(1)}.`;
}

function valuesOf(form) {
  const controls = [...form.elements].filter((each) => each.name && each.dataset.ignored === undefined);
  return Object.fromEntries(controls.filter((each) => each.value !== "").map((each) => [each.name, each.value]));
}

export function goOn(found, next) {
  const step = NEXT_STEP[found.stage];
  window.location.replace(step ? `${step}?next=${encodeURIComponent(next)}` : next);
}

function refuse(form, status, found) {
  if (status === 400 && found.errors) {
    showErrors(form, found);
    return;
  }
  if (form.dataset.link && (status === 404 || status === 409)) {
    showInstead(form, found.detail);
    return;
  }
  showNotice(form, [sentence(found.detail)], "error");
  if (status !== 401 || !form.elements.password) return;
  form.elements.password.focus();
  form.elements.password.select();
}

async function submit(form) {
  const button = form.querySelector("button.primary");
  if (button.disabled) return;
  clearErrors(form);
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    const { ok, status, found } = await post(form.dataset.signIn, valuesOf(form));
    if (ok) {
      goOn(found, form.dataset.next);
      return;
    }
    refuse(form, status, found);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showNotice(form, [UNREACHABLE], "error");
  }
  form.removeAttribute("aria-busy");
  button.disabled = false;
}

async function goToProvider(form, button) {
  clearErrors(form);
  button.disabled = true;
  try {
    const { ok, status, found } = await post(button.dataset.provider, { secret: form.elements.secret.value, next: form.dataset.next });
    if (ok) {
      window.location.assign(found.location);
      return;
    }
    refuse(form, status, found);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showNotice(form, [UNREACHABLE], "error");
  }
  button.disabled = false;
}

// The link is not valid, or not any more.
function showInstead(form, detail) {
  form.hidden = true;
  form.reset();
  showNotice(form.parentElement, [sentence(detail).replace(/\.\.$/, ".")], "error");
  form.parentElement.querySelector("[data-instead]").hidden = false;
}

function showLink(form, secret, found) {
  const other = form.querySelector("[data-signed-in-as]");
  if (other) other.hidden = other.dataset.signedInAs === found.email;
  form.elements.secret.value = secret;
  form.querySelector("[data-email]").textContent = found.email;
  form.hidden = false;
  if (form.elements.name) form.elements.name.value = found.name;
  if (!form.elements.password) return;
  form.elements.email.value = found.email;
  form.querySelector("[data-shortest]").textContent = found.shortest;
  if (!form.querySelector("[data-provider]")) form.elements.password.focus();
}

async function readLink(form) {
  const secret = window.location.hash.slice(1);
  window.history.replaceState(null, "", window.location.pathname);
  form.parentElement.querySelectorAll(":scope > .notice.error").forEach((each) => each.remove());
  form.parentElement.querySelector("[data-instead]").hidden = true;
  if (!secret) {
    showInstead(form, INCOMPLETE);
    return;
  }
  try {
    const { ok, found } = await post(form.dataset.link, { secret });
    if (ok) showLink(form, secret, found);
    else showInstead(form, found.detail);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showInstead(form, `${UNREACHABLE} Open the link again`);
  }
}

export function start(form) {
  if (form.dataset.started) return undefined;
  form.dataset.started = "true";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
  for (const button of form.querySelectorAll("[data-provider]")) {
    button.addEventListener("click", () => goToProvider(form, button));
  }
  // The back button can show the page as it was when it went on.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  if (!form.dataset.link) return undefined;
  window.addEventListener("hashchange", () => { if (window.location.hash) readLink(form); });
  return readLink(form);
}

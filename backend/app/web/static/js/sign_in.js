// Forms that sign somebody in: by password, or by the link of an invitation or of a new password.
//
// <form data-sign-in="PATH" data-next="/app"> posts its fields, and goes to the next page, or to that of the second factor.
// With data-link="PATH", the fragment of the address is the secret of a link, which PATH explains. It is removed from the
// address at once, so that it does not stay in the history. A button with data-provider="PATH" in the form signs in at a
// provider with that secret.

import { clearErrors, showErrors, showNotice } from "./errors.js";

const NEXT_STEP = { factor: "/app/sign-in/factor", enroll: "/app/sign-in/enroll" };

async function post(path, values) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(values),
  });
  return { ok: answer.ok, found: await answer.json().catch(() => ({ detail: `the server answered ${answer.status}` })) };
}

function valuesOf(form) {
  const controls = [...form.elements].filter((each) => each.name && each.dataset.ignored === undefined);
  return Object.fromEntries(controls.filter((each) => each.value !== "").map((each) => [each.name, each.value]));
}

export function goOn(found, next) {
  const step = NEXT_STEP[found.stage];
  window.location.replace(step ? `${step}?next=${encodeURIComponent(next)}` : next);
}

async function submit(form) {
  const button = form.querySelector("button.primary");
  clearErrors(form);
  button.disabled = true;
  try {
    const { ok, found } = await post(form.dataset.signIn, valuesOf(form));
    if (ok) {
      goOn(found, form.dataset.next);
      return;
    }
    showErrors(form, found);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showNotice(form, ["The server cannot be reached. Try again."], "error");
  }
  button.disabled = false;
}

async function goToProvider(form, button) {
  clearErrors(form);
  button.disabled = true;
  try {
    const { ok, found } = await post(button.dataset.provider, { secret: form.elements.secret.value, next: form.dataset.next });
    if (ok) {
      window.location.assign(found.location);
      return;
    }
    showErrors(form, found);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showNotice(form, ["The server cannot be reached. Try again."], "error");
  }
  button.disabled = false;
}

async function readLink(form) {
  const secret = window.location.hash.slice(1);
  window.history.replaceState(null, "", window.location.pathname);
  const { ok, found } = secret
    ? await post(form.dataset.link, { secret })
    : { ok: false, found: { detail: "This page needs the whole link, with everything after the #. Open it as it was sent." } };
  if (!ok) {
    showNotice(form.parentElement, [found.detail], "error");
    return;
  }
  form.elements.secret.value = secret;
  form.querySelector("[data-email]").textContent = found.email;
  form.hidden = false;
  if (form.elements.name) form.elements.name.value = found.name;
  if (!form.elements.password) return;
  form.elements.email.value = found.email;
  form.querySelector("[data-shortest]").textContent = found.shortest;
  if (!form.querySelector("[data-provider]")) form.elements.password.focus();
}

export function start(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
  for (const button of form.querySelectorAll("[data-provider]")) {
    button.addEventListener("click", () => goToProvider(form, button));
  }
  return form.dataset.link ? readLink(form) : undefined;
}

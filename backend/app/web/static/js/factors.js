// Adding and removing second factors, on the page of one's own factors and on the way to finish a sign-in.
//
// <div data-factors data-next="/app"> holds what the templates of web/factors make. After a change it goes to the next page;
// new recovery codes are shown before.

import { announce, element } from "./dom.js";
import { ask } from "./dialogs.js";
import { clearErrors, showErrors, showNotice } from "./errors.js";
import { create, obstacle, reasonOf } from "./passkeys.js";
import { needsRecentSignIn } from "./session.js";
import { post, sentence } from "./sign_in.js";

const FACTORS = "/core/access/factors";

function goToNext(root) {
  const { next } = root.dataset;
  if (next === window.location.pathname) window.location.reload();
  else window.location.replace(next);
}

// Shows why a change was refused, in a form or at the top. The page asks to confirm who one is when it is read again.
function showRefused(root, form, { status, found }) {
  if (needsRecentSignIn({ status }, found)) {
    const again = element("a", { href: window.location.href }, "Confirm that it is you");
    const notice = element("div", { class: "notice error", role: "alert" }, element("p", {}, "This needs a recent sign-in. ", again, "."));
    root.prepend(notice);
    return;
  }
  if (form) showErrors(form, found);
  else showNotice(root, [sentence(found.detail)], "error");
}

// Runs a change once at a time; returns what the server answered, or null if it refused.
async function change(root, source, act) {
  const form = source.matches("form") ? source : null;
  if (form) clearErrors(form);
  root.querySelectorAll(":scope > .notice.error").forEach((each) => each.remove());
  const button = form ? form.querySelector("button") : source;
  button.disabled = true;
  try {
    const answer = await act();
    if (answer?.ok) return answer.found;
    if (answer) showRefused(root, form, answer);
  } catch (error) {
    showNotice(form ?? root, [reasonOf(error)], "error");
  } finally {
    button.disabled = false;
  }
  return null;
}

function showCodes(root, codes) {
  const list = element("ul", { class: "codes" }, ...codes.map((code) => element("li", {}, code)));
  const copy = element("button", { type: "button" }, "Copy");
  const done = element("button", { type: "button", class: "primary" }, "I have stored them");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(codes.join("\n")).then(() => announce("Copied"), () => announce("The browser does not allow copying."));
  });
  done.addEventListener("click", () => goToNext(root));
  const heading = element("h2", { id: "new-codes", tabindex: "-1" }, "Your recovery codes");
  root.replaceChildren(element(
    "section",
    { class: "card", "aria-labelledby": "new-codes" },
    heading,
    element("p", {}, "Print them, or keep them in a password manager. Each replaces the second factor once, if the phone or the passkey is not at hand. They cannot be shown again."),
    list,
    element("div", { class: "form-actions" }, copy, done),
  ));
  heading.focus();
}

function finish(root, found) {
  if (!found) return;
  if (found.recovery_codes) showCodes(root, found.recovery_codes);
  else goToNext(root);
}

async function startApp(root, button) {
  const setup = await change(root, button, () => post(`${FACTORS}/totp`, {}));
  if (!setup) return;
  const place = root.querySelector("[data-app-setup]");
  place.querySelector("[data-qr]").src = setup.qr;
  place.querySelector("[data-secret]").textContent = setup.secret.match(/.{4}/g).join(" ");
  place.hidden = false;
  place.querySelector("[name=code]").focus();
}

async function addPasskey(root, form) {
  const name = form.elements.name.value;
  finish(root, await change(root, form, async () => {
    const begun = await post(`${FACTORS}/passkeys/begin`, {});
    if (!begun.ok) return begun;
    return post(`${FACTORS}/passkeys`, { name, credential: await create(begun.found.publicKey) });
  }));
}

async function remove(root, form) {
  if (!(await ask(form.dataset.question, "Remove"))) return;
  const password = form.elements.password?.value;
  const found = await change(root, form, () => post(form.dataset.remove, password ? { password } : {}));
  if (found) goToNext(root);
}

async function newCodes(root, button) {
  if (!(await ask("Create new recovery codes? The old ones stop working.", "Create new codes"))) return;
  finish(root, await change(root, button, () => post(`${FACTORS}/recovery_codes`, {})));
}

function onSubmit(root, selector, act) {
  for (const form of root.querySelectorAll(selector)) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(root, form);
    });
  }
}

function onClick(root, selector, act) {
  for (const button of root.querySelectorAll(selector)) button.addEventListener("click", () => act(root, button));
}

async function confirmApp(root, form) {
  finish(root, await change(root, form, () => post(`${FACTORS}/totp/confirm`, { code: form.elements.code.value })));
}

export function start(root) {
  const why = obstacle();
  if (why) {
    const place = root.querySelector("[data-no-passkeys]");
    place.replaceChildren(...why);
    place.hidden = false;
    root.querySelector("[data-add-passkey]").hidden = true;
  }
  onClick(root, "[data-start-app]", startApp);
  onClick(root, "[data-new-codes]", newCodes);
  onSubmit(root, "[data-confirm-app]", confirmApp);
  onSubmit(root, "[data-add-passkey]", addPasskey);
  onSubmit(root, "[data-remove]", remove);
}

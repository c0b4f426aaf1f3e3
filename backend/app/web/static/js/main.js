// Entry of every page: prepares what is on it, and again what htmx has put into it.

import { numbersAreClear } from "./errors.js";
import { localize } from "./locale.js";
import { startKeys } from "./keys.js";
import { showNumbers, startNumbers } from "./numbers.js";
import { startWrites } from "./write.js";

const loaders = {
  board: () => import("./board.js"),
  map: () => import("./map.js"),
  search: () => import("./search.js"),
  "segments-of": () => import("./segments.js"),
  check: () => import("./check.js"),
  countdown: () => import("./countdown.js"),
  menu: () => import("./menu.js"),
  picker: () => import("./picker.js"),
  print: () => import("./print.js"),
  filters: () => import("./filters.js"),
  "terms-editor": () => import("./terms_editor.js"),
  "fields-of": () => import("./fields_of.js"),
  export: () => import("./export.js"),
  "comps-grid": () => import("./comps_grid.js"),
  offer: () => import("./offer.js"),
  "sign-in": () => import("./sign_in.js"),
  passkey: () => import("./passkeys.js"),
  factors: () => import("./factors.js"),
  "sign-out": () => import("./session.js"),
  password: () => import("./passwords.js"),
  propose: () => import("./propose.js"),
  "keep-open": () => import("./keep_open.js"),
};

// Resolves when every script of the page has started.
async function prepare(root) {
  localize(root);
  showNumbers(root);
  startWrites(root);
  const starting = [];
  for (const [name, load] of Object.entries(loaders)) {
    const selector = `[data-${name}]`;
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    if (found.length) starting.push(load().then((module) => Promise.all(found.map((element) => module.start(element)))));
  }
  await Promise.all(starting);
}

startKeys();
startNumbers();
// Even if one of the scripts cannot be loaded: the others work.
prepare(document.body).finally(() => {
  document.documentElement.dataset.started = "true";
  document.dispatchEvent(new Event("started"));
});
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  if (form.method === "post" || !numbersAreClear(form)) event.preventDefault(); // scripts send the former
});
document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) prepare(event.detail.elt);
});

// Maximum allowable offer: share × ARV − repairs − fee, computed while typing. The inputs are kept in the URL.

import { formatNumber } from "./locale.js";

const LARGEST = 1e13;

function show(form) {
  const fields = new FormData(form);
  const [arv, share, repairs, fee] = ["arv", "share", "repairs", "fee"].map((name) => fields.get(name));
  const numbers = [arv, share, repairs || 0, fee || 0].map(Number);
  const output = form.querySelector("output");
  const formula = form.querySelector("[data-formula]");
  if (arv === "" || share === "" || !numbers.every((each) => each >= 0 && each <= LARGEST)) {
    output.textContent = "–";
    formula.textContent = "share × ARV − repairs − fee";
  } else {
    const [value, percent, costs, own] = numbers;
    const amount = (value * percent) / 100 - costs - own;
    const text = formatNumber(Math.abs(amount), 0);
    output.textContent = `${form.dataset.currency} ${amount < 0 ? "−" : ""}${text}`;
    formula.textContent = `${formatNumber(percent)} % × ${formatNumber(value, 0)} − ${formatNumber(costs, 0)} − ${formatNumber(own, 0)}`;
  }
  const url = new URL(window.location.href);
  for (const [name, text] of fields) url.searchParams.set(name, text);
  window.history.replaceState(window.history.state, "", url);
}

export function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "true";
  form.querySelector("[data-without-script]").hidden = true;
  form.addEventListener("input", () => show(form));
  form.addEventListener("submit", (event) => event.preventDefault());
}

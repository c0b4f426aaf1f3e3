// Maximum allowable offer: share × ARV − repairs − fee, computed while typing. The inputs are kept in the URL.

import { formatNumber } from "./locale.js";
import { unclearNumbers } from "./numbers.js";

const LARGEST = 1e13;

function show(form, fields) {
  const [arv, share, repairs, fee] = ["arv", "share", "repairs", "fee"].map((name) => fields.get(name));
  const numbers = [arv, share, repairs || 0, fee || 0].map(Number);
  const output = form.querySelector("output");
  const formula = form.querySelector("[data-formula]");
  const [unclear] = unclearNumbers(form);
  if (unclear || arv === "" || share === "" || !numbers.every((each) => each >= 0 && each <= LARGEST)) {
    output.textContent = "–";
    formula.textContent = unclear?.message ?? "share × ARV − repairs − fee";
  } else {
    const [value, percent, costs, own] = numbers;
    const amount = (value * percent) / 100 - costs - own;
    const text = formatNumber(Math.abs(amount), 0);
    output.textContent = `${form.dataset.currency} ${amount < 0 ? "−" : ""}${text}`;
    formula.textContent = `${formatNumber(percent)} % × ${formatNumber(value, 0)} − ${formatNumber(costs, 0)} − ${formatNumber(own, 0)}`;
  }
}

function keepInAddress(fields) {
  const url = new URL(window.location.href);
  for (const [name, text] of fields) url.searchParams.set(name, text);
  window.history.replaceState(window.history.state, "", url);
}

export function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "true";
  form.querySelector("[data-without-script]").hidden = true;
  show(form, new FormData(form));
  form.addEventListener("input", () => {
    const fields = new FormData(form);
    show(form, fields);
    if (!unclearNumbers(form).length) keepInAddress(fields);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

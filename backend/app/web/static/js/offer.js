// Maximum allowable offer: share × ARV − repairs − fee, computed while typing, and the highest price at a probability
// of a loss: the same with the share that belongs to the probability. The inputs are kept in the URL.

import { formatNumber } from "./locale.js";
import { unclearNumbers } from "./numbers.js";

const LARGEST = 1e13;

function money(form, amount) {
  return `${form.dataset.currency} ${amount < 0 ? "−" : ""}${formatNumber(Math.abs(amount), 0)}`;
}

function show(form, fields) {
  const [arv, share, repairs, fee] = ["arv", "share", "repairs", "fee"].map((name) => fields.get(name));
  const numbers = [arv, share, repairs || 0, fee || 0].map(Number);
  const output = form.querySelector("output");
  const limit = form.querySelector("[data-limit]");
  const formula = form.querySelector("[data-formula]");
  const [unclear] = unclearNumbers(form);
  if (unclear || arv === "" || share === "" || !numbers.every((each) => each >= 0 && each <= LARGEST)) {
    output.textContent = "–";
    if (limit) limit.textContent = "–";
    formula.textContent = unclear?.message ?? "share × ARV − repairs − fee";
  } else {
    const [value, percent, costs, own] = numbers;
    output.textContent = money(form, (value * percent) / 100 - costs - own);
    formula.textContent = `${formatNumber(percent)} % × ${formatNumber(value, 0)} − ${formatNumber(costs, 0)} − ${formatNumber(own, 0)}`;
    if (limit) {
      const part = Number(form.querySelector("select[name=loss]").selectedOptions[0].dataset.share);
      limit.textContent = money(form, value * part - costs - own);
    }
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

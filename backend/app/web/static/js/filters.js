// Filters of a list: URLs without empty parameters, errors at their fields, and the number of records read aloud.

import { announce } from "./dom.js";
import { clearErrors, numbersAreClear, showErrors } from "./errors.js";

function fail(form, problem) {
  clearErrors(form);
  showErrors(form, problem);
}

function shorten(form, parameters) {
  for (const name of [...new Set(parameters.keys())]) {
    const values = parameters.getAll(name).filter((value) => value !== "");
    const menu = form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("[data-defaults]");
    parameters.delete(name);
    if (menu?.dataset.defaults === values.join(" ")) continue;
    for (const value of values) parameters.append(name, value);
  }
}

// Times are entered in the reader's zone, and stand in the URL in UTC.
function localTime(text) {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? "" : new Date(time - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function startTime(input) {
  const text = input.value;
  const label = input.labels[0]?.querySelector("[data-label]");
  if (label) label.textContent = label.dataset.label;
  input.value = "";
  input.type = "datetime-local";
  input.value = localTime(text);
}

function timesInUtc(form, parameters) {
  for (const { name, value } of form.querySelectorAll("[data-time]")) {
    if (value) parameters.set(name, new Date(value).toISOString());
  }
}

export function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "true";
  form.querySelectorAll("[data-time]").forEach(startTime);
  // Enter has already sent the change of its field.
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("htmx:configRequest", (event) => {
    if (!numbersAreClear(form)) {
      event.preventDefault();
      return;
    }
    shorten(form, event.detail.formData);
    timesInUtc(form, event.detail.formData);
  });
  form.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    let problem = { detail: `The server answered ${xhr.status}.` };
    if (xhr.getResponseHeader("content-type")?.includes("json")) problem = JSON.parse(xhr.responseText);
    fail(form, problem);
  });
  form.addEventListener("htmx:sendError", () => fail(form, { detail: "The server cannot be reached." }));
  form.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    clearErrors(form);
    announce(document.querySelector("#results .total")?.textContent ?? "The list has been updated.");
  });
}

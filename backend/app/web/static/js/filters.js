// Filters of a list: URLs without empty parameters, errors at their fields, and the number of records read aloud.

import { announce, element } from "./dom.js";

function clearFaults(form) {
  for (const fault of form.querySelectorAll(".fault")) fault.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function showFaults(form, problem) {
  clearFaults(form);
  const faults = problem.errors ?? [{ field: "", message: problem.detail }];
  for (const { field, message } of faults) {
    const control = field && form.querySelector(`[name="${CSS.escape(field)}"]`);
    control?.setAttribute("aria-invalid", "true");
    const shown = element("span", { class: "fault" }, message);
    if (control) control.closest("label, fieldset").append(shown);
    else form.append(shown);
  }
  announce(problem.detail);
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

export function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "true";
  form.addEventListener("htmx:configRequest", (event) => shorten(form, event.detail.formData));
  form.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    let problem = { detail: `The server answered ${xhr.status}.` };
    if (xhr.getResponseHeader("content-type")?.includes("json")) problem = JSON.parse(xhr.responseText);
    showFaults(form, problem);
  });
  form.addEventListener("htmx:sendError", () => showFaults(form, { detail: "The server cannot be reached." }));
  form.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    clearFaults(form);
    announce(document.querySelector("#results .total")?.textContent ?? "The list has been updated.");
  });
}

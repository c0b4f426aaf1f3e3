// Messages of refused changes: at their fields, and above the form.

import { announce, element } from "./dom.js";

let numbers = 0;

export function clearErrors(form) {
  form.querySelectorAll(".field-error, .notice.error").forEach((each) => each.remove());
  form.querySelectorAll("[aria-invalid]").forEach((control) => {
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  });
}

export function showNotice(place, sentences, kind) {
  place.querySelectorAll(`:scope > .notice.${kind}.of-script`).forEach((each) => each.remove());
  const notice = element("div", { class: `notice ${kind} of-script`, role: "alert" });
  notice.append(...sentences.map((sentence) => element("p", {}, sentence)));
  place.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function showAtField(control, message) {
  const id = `error-${(numbers += 1)}`;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", id);
  const place = control.closest("label") ?? control;
  place.after(element("p", { class: "field-error", id }, message));
}

export function showErrors(form, problem) {
  const faults = problem.errors ?? [];
  const others = [];
  let first = null;
  for (const { field, message } of faults) {
    const control = form.elements.namedItem(field) ?? form.elements.namedItem(field.split(/[.[]/)[0]);
    if (control instanceof Element) {
      showAtField(control, message);
      first ??= control;
    } else others.push(message);
  }
  if (!faults.length) others.push(problem.detail);
  if (others.length) showNotice(form, others, "error");
  if (first) {
    first.focus();
    announce(faults[0].message);
  }
}

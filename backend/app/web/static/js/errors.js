// Messages of refused changes: at their fields, and above the form.

import { announce, element } from "./dom.js";
import { controlsOf, labelOf } from "./controls.js";
import { unclearNumbers } from "./numbers.js";

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

function labelsOf(form) {
  const named = controlsOf(form).map((each) => [each.name, labelOf(each)]).filter(([name, label]) => label !== name);
  return new Map(named.map(([name, label]) => [name, /\s/.test(label) ? `“${label}”` : label]));
}

// A sentence of the API with the labels of the form's controls instead of their names in JSON: the name that opens the
// sentence of a field, with the number of the entry of a list, and names such as lot_sqft elsewhere.
export function inWords(form, sentence, field = "") {
  const labels = labelsOf(form);
  const [, name, entry] = labels.has(field) ? [field, field] : (/^(\w+)(?:\.(\d+))?$/.exec(field) ?? []);
  let rest = sentence;
  let opening = "";
  if (labels.has(name) && new RegExp(`^${field.replace(".", "\\.")}\\b`).test(sentence)) {
    opening = labels.get(name) + (entry === undefined ? "" : `, entry ${Number(entry) + 1},`);
    rest = sentence.slice(field.length).replace(/^ must not be null$/, " must not be empty");
  }
  return opening + rest.replace(/\b[a-z]+(?:_[a-z0-9]+)+\b/g, (found) => labels.get(found) ?? found);
}

function showAtField(control, message) {
  const id = `error-${(numbers += 1)}`;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", id);
  const place = control.closest("label") ?? control;
  place.after(element("p", { class: "field-error", id }, message));
}

export function showErrors(form, problem) {
  const faults = (problem.errors ?? []).map(({ field, message }) => ({ field, message: inWords(form, message, field) }));
  const others = [];
  let first = null;
  for (const { field, message } of faults) {
    const named = form.elements.namedItem(field) ?? form.elements.namedItem(field.split(/[.[]/)[0]);
    if (named instanceof Element) {
      // The id that a picker has chosen is not shown, but the field before it.
      const control = named.hidden ? named.previousElementSibling : named;
      showAtField(control, message);
      first ??= control;
    } else others.push(message);
  }
  if (!faults.length) others.push(inWords(form, problem.detail));
  if (others.length) showNotice(form, others, "error");
  if (first) {
    first.focus();
    announce(faults[0].message);
  }
}

// Returns true if every number of the form has one meaning. Otherwise each that has not gets a message.
export function numbersAreClear(form) {
  const errors = unclearNumbers(form);
  clearErrors(form);
  if (errors.length) showErrors(form, { errors });
  return !errors.length;
}

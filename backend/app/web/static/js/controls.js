// Controls of a form: their text as typed, their values in JSON, and what has changed since the page was loaded.

import { isNumber, numberText, readNumber } from "./numbers.js";

export function controlsOf(form) {
  return [...form.elements].filter((each) => each.name && !each.disabled && !["BUTTON", "FIELDSET", "OUTPUT"].includes(each.tagName));
}

export function textOf(control) {
  if (control.type === "checkbox") return control.checked ? "true" : "false";
  if (control.multiple) return JSON.stringify([...control.selectedOptions].map((option) => option.value));
  return control.value;
}

export function textsOf(form) {
  return JSON.stringify(controlsOf(form).map(textOf));
}

export function originalText(control) {
  if (control.type === "checkbox") return control.defaultChecked ? "true" : "false";
  if (control.tagName !== "SELECT") return control.defaultValue;
  const chosen = [...control.options].filter((option) => option.defaultSelected);
  if (control.multiple) return JSON.stringify(chosen.map((option) => option.value));
  return (chosen[0] ?? control.options[0])?.value ?? "";
}

// The text when somebody began to edit: older than that of the page, if the text was restored on a later version.
export function openedText(control) {
  return control.dataset.opened ?? originalText(control);
}

export function setText(control, text) {
  if (control.type === "checkbox") control.checked = text === "true";
  else if (control.multiple) {
    const chosen = new Set(JSON.parse(text));
    for (const option of control.options) option.selected = chosen.has(option.value);
  } else control.value = text;
}

export function changedControls(form) {
  return controlsOf(form).filter((each) => textOf(each) !== originalText(each));
}

export function valueOf(control) {
  const text = textOf(control);
  const type = control.dataset.type ?? (control.type === "checkbox" ? "boolean" : "text");
  if (control.multiple) return JSON.parse(text);
  if (type === "boolean" && control.type !== "checkbox") return text === "" ? null : text === "true";
  if (type === "boolean") return control.checked;
  if (type === "list") return text.split(",").map((each) => each.trim()).filter(Boolean);
  if (text.trim() === "") return null;
  if (type === "number" || type === "integer") return readNumber(text) ?? text;
  if (type === "time") return new Date(text).toISOString();
  if (type === "json") {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}

// The text that a control shows for a value of a record.
export function shownText(control, value) {
  if (control.multiple) return JSON.stringify(value ?? []);
  if (value === null || value === undefined) return control.type === "checkbox" ? "false" : "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  if (isNumber(control)) return numberText(value);
  return String(value);
}

export function labelOf(control) {
  const named = control.dataset.label ?? control.getAttribute("aria-label");
  const label = named ? null : control.labels?.[0]?.cloneNode(true);
  label?.querySelectorAll("input, select, textarea, datalist, button, [role=status]").forEach((each) => each.remove());
  const words = label?.textContent.replace(/\s+/g, " ").trim().replace(/ \((required|commas|empty: [^)]*)\)$/, "");
  return words || named || control.name;
}

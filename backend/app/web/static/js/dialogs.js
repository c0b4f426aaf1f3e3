// Modal dialogs: a question, and any content. Escape cancels, and the focus returns to where it was.

import { element } from "./dom.js";

// Shows the content until a button is pressed, and returns its value; "" after Cancel and Escape. Enter presses the first
// button that has a value. With `escapes` false, Escape does nothing: what is shown cannot be shown again.
export function open(title, content, buttons, { escapes = true } = {}) {
  const heading = element("h2", {}, title);
  const actions = buttons.map(([value, text, kind]) => element("button", { value, class: kind ?? "", type: value ? "submit" : "button" }, text));
  const form = element("form", { method: "dialog" }, heading, ...content, element("div", { class: "dialog-actions" }, ...actions));
  const dialog = element("dialog", { class: "dialog", "aria-label": title }, form);
  const before = document.activeElement;
  actions.filter((each) => each.type === "button").forEach((cancel) => cancel.addEventListener("click", () => dialog.close("")));
  if (!escapes) {
    // Chromium closes a dialog at the second Escape, even if the first one was prevented.
    dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") event.preventDefault(); });
    dialog.addEventListener("cancel", (event) => event.preventDefault());
  }
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(dialog.returnValue);
    });
  });
}

export async function ask(question, action) {
  return (await open(question, [], [["", "Cancel"], ["yes", action || "Yes", "primary"]])) === "yes";
}

// Returns the text that was typed; "" after Cancel.
export async function askText(question, action) {
  const input = element("input", { maxlength: "500", autocomplete: "off", required: "" });
  const label = element("label", { class: "stacked" }, "Reason", input);
  return (await open(question, [label], [["", "Cancel"], ["yes", action, "primary"]])) === "yes" ? input.value.trim() : "";
}

// Modal dialogs: a question, and any content. Escape cancels, and the focus returns to where it was.

import { element } from "./dom.js";

// Shows the content until a button with a value is pressed, and returns this value; "" after Escape.
export function open(title, content, buttons) {
  const heading = element("h2", {}, title);
  const actions = buttons.map(([value, text, kind]) => element("button", { value, class: kind ?? "" }, text));
  const form = element("form", { method: "dialog" }, heading, ...content, element("div", { class: "dialog-actions" }, ...actions));
  const dialog = element("dialog", { class: "dialog", "aria-label": title }, form);
  const before = document.activeElement;
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

// A secret that the server shows once, such as the link of an invitation or a new token: in a dialog with a button that
// copies it. It is in no storage, address or history of the browser, and gone when the dialog is closed.
//
// Attributes of the element whose answer has it: data-secret="link" is the field, data-secret-title the title of the dialog,
// data-secret-label the label of the secret, and data-secret-note what to do with it. {person.email} in them stands for a
// field of the answer; times are shown in the reader's zone.

import { announce, element } from "./dom.js";
import { open } from "./dialogs.js";

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const time = new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeStyle: "short" });

function valueAt(record, path) {
  const value = path.split(".").reduce((found, name) => found?.[name], record) ?? "";
  return TIME.test(value) ? time.format(new Date(value)) : String(value);
}

function filled(text, record) {
  return (text ?? "").replace(/\{([\w.]+)\}/g, (_, path) => valueAt(record, path));
}

async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    return document.execCommand("copy"); // browsers that do not allow the former
  }
}

function copyButton(input, said) {
  const button = element("button", { type: "button", class: "primary" }, "Copy");
  button.addEventListener("click", async () => {
    const done = await copy(input);
    said.textContent = done ? "Copied." : "The browser does not allow that: copy the marked text yourself.";
    announce(said.textContent);
  });
  return button;
}

// Resolves when the dialog is closed.
export async function showSecret(source, record) {
  const { secret, secretTitle, secretLabel, secretNote } = source.dataset;
  const input = element("input", { readonly: "", value: record[secret], autocomplete: "off", spellcheck: "false", "data-secret-value": "" });
  input.addEventListener("focus", () => input.select());
  const said = element("p", { class: "said", role: "status" });
  const label = element("label", { class: "stacked" }, filled(secretLabel, record), input);
  const content = [element("p", {}, filled(secretNote, record)), element("div", { class: "secret" }, label, copyButton(input, said)), said];
  await open(secretTitle ?? "Shown once", content, [["done", "Done"]], { escapes: false });
}

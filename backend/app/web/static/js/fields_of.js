// Forms whose fields depend on a choice: data-fields-of names the control, and data-only on an element its values, such as
// data-only="sale". The fields of other choices are hidden, and not sent.

export function start(form) {
  if (form.dataset.fieldsStarted) return;
  form.dataset.fieldsStarted = "true";
  const choice = form.elements.namedItem(form.dataset.fieldsOf);
  const show = () => {
    for (const part of form.querySelectorAll("[data-only]")) {
      part.hidden = !part.dataset.only.split(" ").includes(choice.value);
      for (const control of part.querySelectorAll("input, select, textarea")) control.disabled = part.hidden;
    }
  };
  choice.addEventListener("change", show);
  show();
}

// Fields for passwords: a button that shows what is typed, and a hint about Caps Lock. Both have their place from the start,
// so that nothing moves.

export function start(field) {
  if (field.dataset.started) return;
  field.dataset.started = "true";
  const input = field.querySelector("input");
  const button = field.querySelector("button");
  const caps = field.querySelector(".caps");

  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? "Hide" : "Show";
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // Password managers save the field of a form only if it is of the type password.
  input.form?.addEventListener("submit", () => show(false));

  const hint = (event) => {
    if (event.getModifierState) caps.textContent = event.getModifierState("CapsLock") ? "Caps Lock is on" : "";
  };
  input.addEventListener("keydown", hint);
  input.addEventListener("keyup", hint);
  input.addEventListener("blur", () => { caps.textContent = ""; });
}

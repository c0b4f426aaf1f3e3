// Buttons that print the page.

export function start(button) {
  if (button.dataset.started) return;
  button.dataset.started = "true";
  button.addEventListener("click", () => window.print());
}

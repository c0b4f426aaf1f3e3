// Runs before the page is shown: what a person submits or presses before the scripts of the page have started is
// submitted or pressed again then. The browser would send the form itself, or do nothing. If a script cannot be loaded,
// the page says so.

(() => {
  const waiting = new Map();
  const hold = (event, source, again) => {
    if (document.documentElement.dataset.started) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.set(source, again);
  };
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.method === "post" || form.dataset.write) hold(event, form, () => form.requestSubmit(submitter));
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button:not([popovertarget])");
    if (button && (button.type === "button" || !button.form)) hold(event, button, () => button.click());
  }, true);
  document.addEventListener("started", () => {
    for (const again of waiting.values()) again();
    waiting.clear();
  }, { once: true });
  const complain = () => {
    const notice = document.createElement("p");
    notice.className = "notice error";
    notice.role = "alert";
    notice.textContent = "This page is incomplete, because a script could not be loaded. Reload it before you save anything.";
    document.querySelector("main")?.prepend(notice);
  };
  window.addEventListener("error", (event) => {
    if (event.target.tagName !== "SCRIPT") return;
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", complain);
    else complain();
  }, true);
})();

// Sections that stay open when the page is read again: data-keep-open names the section.

export function start(details) {
  if (details.dataset.started) return;
  details.dataset.started = "true";
  const key = `valhalla:open:${details.dataset.keepOpen}:${window.location.pathname}`;
  if (sessionStorage.getItem(key) === "yes") details.open = true;
  details.addEventListener("toggle", () => sessionStorage.setItem(key, details.open ? "yes" : "no"));
}

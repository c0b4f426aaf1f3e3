// Small functions that the other modules share.

export function announce(text) {
  // Screen readers read a live region only if its text changes.
  const region = document.querySelector(".announcer");
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}

export function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) created.setAttribute(key, value);
  }
  created.append(...children);
  return created;
}

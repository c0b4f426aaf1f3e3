// Menus: details elements with data-menu. They close on Escape and on a click elsewhere, and show what is chosen in them.

function close(menu) {
  const hadFocus = menu.contains(document.activeElement);
  menu.open = false;
  if (hadFocus) menu.querySelector("summary").focus();
}

function showChosen(menu) {
  const shown = menu.querySelector("[data-chosen]");
  if (!shown) return;
  const chosen = [...menu.querySelectorAll("input:checked")];
  const values = chosen.map((input) => input.value).join(" ");
  const isAny = !chosen.length || values === menu.dataset.defaults;
  shown.textContent = isAny ? shown.dataset.any : chosen.map((input) => input.parentElement.textContent.trim()).join(", ");
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = [...document.querySelectorAll("[data-menu][open]")];
  for (const menu of open) close(menu);
  if (open.length) event.preventDefault();
});

export function start(menu) {
  if (menu.dataset.started) return;
  menu.dataset.started = "true";
  menu.addEventListener("change", () => showChosen(menu));
  showChosen(menu);
}

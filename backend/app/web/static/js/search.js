// The search box: arrow keys choose a suggestion, Enter opens it, Escape closes the list.

function options(box) {
  return [...box.form.querySelectorAll('[role="option"]:not([aria-disabled])')];
}

function choose(box, option) {
  for (const each of options(box)) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

function close(box) {
  box.form.querySelector(".found").replaceChildren();
  box.setAttribute("aria-expanded", "false");
  choose(box, null);
}

function openOption(option) {
  window.location = option.dataset.href;
}

function onKey(event) {
  const box = event.currentTarget;
  const all = options(box);
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!all.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(box, all[(at + step + all.length) % all.length]);
  } else if (event.key === "Enter" && at >= 0) openOption(all[at]);
  else if (event.key === "Escape") {
    if (all.length) close(box);
    else box.blur();
  } else return;
  event.preventDefault();
}

export function start(box) {
  if (box.dataset.started) return;
  box.dataset.started = "true";
  box.addEventListener("keydown", onKey);
  box.form.addEventListener("htmx:afterSwap", () => box.setAttribute("aria-expanded", String(options(box).length > 0)));
  box.form.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-href]");
    if (option === null) return;
    event.preventDefault();
    openOption(option);
  });
  box.form.addEventListener("focusout", (event) => {
    if (!box.form.contains(event.relatedTarget)) setTimeout(() => close(box), 150);
  });
}

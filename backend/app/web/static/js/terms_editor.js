// Editor of the terms of an agreement. The form sends the JSON in its control `terms`; the editor is built from it with the
// templates of the page, and writes it again at each change. So it is also what is kept of a form that is not saved.
//
// data-terms-editor is the path that computes the worked example. data-scope is a part with fields of its own: the terms,
// a tier, a hurdle, a portion. data-field, data-partners, data-list and data-part name the fields of the nearest scope.

import { announce, element } from "./dom.js";
import { localize } from "./locale.js";
import { isNumber, numberText, readNumber } from "./numbers.js";
import { showSignedOut } from "./session.js";

const WAIT_MS = 300;
let helps = 0;

function own(scope, selector) {
  return [...scope.querySelectorAll(selector)].filter((each) => each.parentElement.closest("[data-scope]") === scope);
}

function readControl(control) {
  if (control.type === "checkbox") return control.checked;
  const text = control.value.trim();
  if (!isNumber(control)) return text;
  return text === "" ? null : (readNumber(text) ?? text);
}

function read(scope) {
  const found = scope.dataset.kind ? { kind: scope.dataset.kind } : {};
  for (const each of own(scope, "[data-field]")) found[each.dataset.field] = readControl(each);
  for (const each of own(scope, "[data-partners]")) {
    found[each.dataset.partners] = [...each.querySelectorAll("input:checked")].map((box) => box.value);
  }
  for (const each of own(scope, "[data-list]")) found[each.dataset.list] = [...each.children].map(read);
  for (const each of own(scope, "[data-part]")) found[each.dataset.part] = read(each);
  return found;
}

class Editor {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.stored = this.form.elements.namedItem("terms");
    this.names = new Map(Object.entries(JSON.parse(root.dataset.names)));
    this.top = root.querySelector("[data-terms]");
    this.tiers = root.querySelector("[data-tiers]");
    this.place = root.querySelector("[data-worked]");
    this.asked = 0;
    this.terms = JSON.parse(this.stored.value);
  }

  start() {
    this.draw();
    this.nameOthers();
    this.root.addEventListener("input", (event) => this.changed(event));
    this.root.addEventListener("click", (event) => this.clicked(event));
    if (this.stored.value !== this.stored.defaultValue) this.compute();
  }

  // Terms that were kept may have partners whose names the page does not know.
  async nameOthers() {
    const unknown = this.terms.partners.filter((id) => !this.names.has(id));
    const answers = await Promise.all(unknown.map((id) => fetch(`/core/jv/partners/${encodeURIComponent(id)}`).catch(() => null)));
    for (const answer of answers) {
      if (!answer?.ok) continue;
      const { id, name } = await answer.json();
      this.names.set(id, name);
    }
    if (!unknown.length) return;
    this.read();
    this.draw();
  }

  // The terms as JSON.

  draw() {
    const { partners, tiers } = this.terms;
    const list = this.root.querySelector("[data-partner-list]");
    list.replaceChildren(...partners.map((id) => this.partner(id)));
    this.fill(this.top, this.terms);
    this.tiers.replaceChildren(...tiers.map((tier, number) => this.tier(tier, number)));
  }

  partner(id) {
    const name = this.names.get(id) ?? id;
    const remove = element("button", { type: "button", "data-remove-partner": id }, "Remove");
    remove.setAttribute("aria-label", `Remove ${name}`);
    return element("li", {}, element("a", { href: `/app/partners/${id}` }, name), " ", remove);
  }

  tier(tier, number) {
    const made = this.root.querySelector(`template[data-tier-kind="${CSS.escape(tier.kind)}"]`).content.cloneNode(true).firstElementChild;
    made.querySelector("[data-number]").textContent = `${number + 1}.`;
    for (const button of made.querySelectorAll("[data-move], [data-remove]")) {
      button.querySelector(".visually-hidden").textContent += ` tier ${number + 1}, ${tier.name}`;
      const to = number + Number(button.dataset.move ?? 0);
      button.disabled = to < 0 || to >= this.terms.tiers.length;
    }
    this.fill(made, tier);
    return made;
  }

  fill(scope, values) {
    for (const each of own(scope, "[data-field]")) {
      const value = values[each.dataset.field];
      if (each.type === "checkbox") each.checked = value === true;
      else each.value = value === null || value === undefined ? "" : isNumber(each) ? numberText(value) : value;
    }
    for (const each of own(scope, "[data-partners]")) {
      each.replaceChildren(...this.terms.partners.map((id) => this.box(id, values[each.dataset.partners] ?? [])));
    }
    for (const each of own(scope, "[data-list]")) {
      each.replaceChildren(...(values[each.dataset.list] ?? []).map((portion) => this.portion(portion)));
    }
    for (const each of own(scope, "[data-part]")) this.fill(each, values[each.dataset.part] ?? {});
    this.explain(scope);
  }

  box(id, chosen) {
    const box = element("input", { type: "checkbox", value: id });
    box.checked = chosen.includes(id);
    return element("label", { class: "check" }, box, ` ${this.names.get(id) ?? id}`);
  }

  portion(values) {
    const made = this.root.querySelector("template[data-portion]").content.cloneNode(true).firstElementChild;
    this.fill(made, values);
    return made;
  }

  explain(scope) {
    for (const each of own(scope, ".field")) {
      const help = each.querySelector(":scope > .help");
      const described = each.matches("fieldset") ? each : each.querySelector("[data-field]");
      help.id ||= `help-${(helps += 1)}`;
      described?.setAttribute("aria-describedby", help.id);
    }
  }

  read() {
    const { partners } = this.terms;
    this.terms = { partners, ...read(this.top), tiers: [...this.tiers.children].map(read) };
  }

  // Keeps the terms as they are now, for the form and its draft, and computes the example.
  keep() {
    this.stored.value = JSON.stringify(this.terms);
    this.stored.dispatchEvent(new Event("input", { bubbles: true }));
    this.compute();
  }

  changed({ target }) {
    if (target.matches("[data-example]")) this.compute();
    if (!target.closest("[data-scope]") || target.matches("[data-new-partner]")) return;
    this.read();
    this.keep();
  }

  // Changes of what there is: the terms change, and everything is drawn anew.
  clicked({ target }) {
    const button = target.closest("button");
    if (!button || !this.root.contains(button)) return;
    this.read();
    const focus = this.act(button, button.dataset);
    if (focus === undefined) return;
    this.draw();
    this.keep();
    focus.map((each) => this.root.querySelector(each)).find(Boolean)?.focus();
  }

  // Changes the terms as the button says. Returns selectors, of which the first that is found gets the focus; undefined if
  // nothing changed.
  act(button, { move, remove, removePartner }) {
    const { tiers } = this.terms;
    const scopes = [...this.tiers.children];
    const at = scopes.indexOf(button.closest("[data-kind]"));
    const nth = (number) => `[data-tiers] > :nth-child(${Math.max(1, number + 1)})`;
    if (move !== undefined) {
      const to = at + Number(move);
      tiers.splice(to, 0, ...tiers.splice(at, 1));
      announce(`Tier ${at + 1} is tier ${to + 1} now`);
      return [`${nth(to)} [data-move="${move}"]:not([disabled])`, `${nth(to)} [data-move]:not([disabled])`];
    }
    if (remove !== undefined) {
      tiers.splice(at, 1);
      announce(`Tier ${at + 1} was removed`);
      return [`${nth(Math.min(at, tiers.length - 1))} [data-remove]`, "[data-add-tier]"];
    }
    if (removePartner !== undefined) return this.withoutPartner(removePartner);
    if (button.matches("[data-add-tier]")) return this.withTier(nth);
    if (button.matches("[data-add-partner]")) return this.withPartner();
    return this.withPortion(button, tiers[at], nth(at));
  }

  withTier(nth) {
    const { tiers } = this.terms;
    const { value: kind } = this.root.querySelector("[data-new-tier]");
    const template = this.root.querySelector(`template[data-tier-kind="${CSS.escape(kind)}"]`);
    const tier = JSON.parse(template.dataset.blank);
    const names = new Set(tiers.map((each) => each.name));
    for (let number = 2, first = tier.name; names.has(tier.name); number += 1) tier.name = `${first} ${number}`;
    // The last tier divides the rest: anything else comes before it.
    const place = kind === "split" || tiers.at(-1)?.kind !== "split" ? tiers.length : tiers.length - 1;
    tiers.splice(place, 0, tier);
    return [`${nth(place)} [data-field]`];
  }

  withPortion(button, tier, place) {
    if (button.matches("[data-add-portion]")) {
      tier.portions.push({ share_percent: null, partners: [] });
      return [`${place} .portion:last-child [data-field]`];
    }
    if (!button.matches("[data-remove-portion]")) return undefined;
    const portion = button.closest(".portion");
    tier.portions.splice([...portion.parentElement.children].indexOf(portion), 1);
    return [`${place} [data-add-portion]`];
  }

  withPartner() {
    const input = this.root.querySelector("[data-new-partner]");
    const chosen = input.nextElementSibling;
    const id = chosen?.value ?? "";
    if (id && !this.terms.partners.includes(id)) {
      this.terms.partners.push(id);
      if (!this.names.has(id)) this.names.set(id, input.value.split(" · ")[0]);
    }
    for (const each of [input, chosen]) if (each) each.value = "";
    input.setCustomValidity("");
    return ["[data-new-partner]"];
  }

  withoutPartner(gone) {
    const without = (value) => {
      if (Array.isArray(value)) return value.filter((each) => each !== gone).map(without);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, without(each)]));
    };
    this.terms = without(this.terms);
    return ["[data-new-partner]"];
  }

  // The worked example, which the server computes.

  compute() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), WAIT_MS);
  }

  async show() {
    const asked = (this.asked += 1);
    const given = [...this.root.querySelectorAll("[data-example]")].map((each) => [each.dataset.example, readControl(each)]);
    const headers = { accept: "text/html", "content-type": "application/json", "hx-request": "true" };
    const body = JSON.stringify({ terms: this.terms, ...Object.fromEntries(given) });
    this.place.setAttribute("aria-busy", "true");
    const answer = await fetch(this.root.dataset.termsEditor, { method: "POST", headers, body }).catch(() => null);
    if (asked !== this.asked) return;
    this.place.removeAttribute("aria-busy");
    if (answer?.status === 401) showSignedOut(this.form, true);
    else if (answer?.ok) this.put(await answer.text());
    else this.place.replaceChildren(element("p", { class: "notice error" }, "The example cannot be computed now. Your terms are kept."));
  }

  put(html) {
    this.place.innerHTML = html;
    localize(this.place);
    const faults = this.place.querySelectorAll("[data-said] li");
    if (faults.length) announce(`The terms have ${faults.length === 1 ? "a fault" : `${faults.length} faults`}: ${faults[0].textContent}`);
  }
}

export function start(root) {
  if (root.dataset.started) return;
  root.dataset.started = "true";
  new Editor(root).start();
}

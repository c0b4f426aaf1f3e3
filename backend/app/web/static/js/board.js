// Board of deals: cards move between stages by drag, by key ([ and ]) and by a menu of the stages.
//
// A card moves at once. If the server refuses, it goes back, and a notice says why.

import { announce, element } from "./dom.js";
import { open } from "./dialogs.js";
import { adoptVersion } from "./drafts.js";
import { showNotice } from "./errors.js";
import { localize } from "./locale.js";
import { showSignedOut } from "./session.js";
import { send } from "./write.js";

const queues = new WeakMap();
let dragged = null;
// Reasons that were typed for deals whose move was refused.
const reasons = new Map();

const columnOf = (card) => card.closest("[data-column]");
const stageOf = (column) => column.dataset.column;
const titleOf = (column) => column.dataset.title;
const cardsOf = (column) => column.querySelector("[data-rows]");
const columnsOf = (board) => [...board.querySelectorAll("[data-column]")];

function focusCard(card) {
  card.querySelector("a").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function place(card, column, before) {
  const hadFocus = card.contains(document.activeElement);
  cardsOf(column).insertBefore(card, before);
  if (hadFocus) focusCard(card);
}

// Counts and sums, and the given card, as they are on file now.
async function reread(board, card = null) {
  const answer = await fetch(window.location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of board.querySelectorAll("[data-totals]")) {
    const found = fresh.querySelector(`[data-totals="${part.dataset.totals}"]`);
    if (found) part.replaceWith(document.adoptNode(found));
  }
  const current = card && fresh.querySelector(`[data-id="${CSS.escape(card.dataset.id)}"]`);
  if (current) {
    const hadFocus = card.contains(document.activeElement);
    const column = board.querySelector(`[data-column="${current.dataset.stage}"]`) ?? columnOf(card);
    const next = column === columnOf(card) ? card.nextElementSibling : cardsOf(column).firstElementChild;
    card.remove();
    cardsOf(column).insertBefore(document.adoptNode(current), next);
    if (hadFocus) focusCard(current);
  }
  localize(board);
}

async function explain(board, card, answer) {
  const problem = await answer.json().catch(() => ({ detail: `the server answered ${answer.status}` }));
  const name = card.dataset.name;
  if (answer.status !== 412) return `${name} was not moved: ${problem.detail}.`;
  await reread(board, card).catch(() => null);
  return `${name} was not moved: someone has changed it meanwhile. The card now shows the deal as it is on file.`;
}

// Resolves to true if the deal is in the column now.
async function move(board, card, column) {
  const from = columnOf(card);
  if (!column || column === from) return false;
  const values = { status: stageOf(column) };
  if (values.status === "dead") {
    const reason = await askReason(card);
    if (reason === null) return false;
    if (reason) values.lost_reason = reason;
  }
  const after = card.nextElementSibling;
  place(card, column, cardsOf(column).firstElementChild);
  card.setAttribute("aria-busy", "true");
  const source = { dataset: { write: "PATCH", path: `/core/deals/${card.dataset.id}`, etag: card.dataset.etag } };
  const answer = await send(source, values).catch(() => null);
  card.removeAttribute("aria-busy");
  if (answer?.ok) {
    await accept(board, card, column, answer, Object.keys(values));
    return true;
  }
  place(card, from, after?.parentElement === cardsOf(from) ? after : null);
  if (answer?.status === 401) {
    showSignedOut(document.querySelector("main"));
    return false;
  }
  const why = answer ? await explain(board, card, answer) : `${card.dataset.name} was not moved: the server cannot be reached.`;
  showNotice(document.querySelector("main"), [why], "error");
  return false;
}

async function accept(board, card, column, answer, written) {
  reasons.delete(card.dataset.id);
  const version = answer.headers.get("etag") ?? "";
  adoptVersion(`/core/deals/${card.dataset.id}`, card.dataset.etag, version, written);
  card.dataset.etag = version;
  card.dataset.stage = stageOf(column);
  document.querySelector("main > .notice.error.of-script")?.remove();
  const { warnings = [] } = await answer.json();
  if (warnings.length) showNotice(document.querySelector("main"), warnings, "warning");
  await reread(board).catch(() => null);
  announce(`${card.dataset.name} moved to ${titleOf(column)}`);
}

// Carries out the moves of a card one after the other. After a refusal, the remaining ones are dropped.
async function enqueue(board, card, target) {
  const waiting = queues.get(card);
  if (waiting) {
    waiting.push(target);
    return;
  }
  const queue = [target];
  queues.set(card, queue);
  while (queue.length && (await move(board, card, queue.shift()())));
  queues.delete(card);
}

function neighbor(board, card, step) {
  const columns = columnsOf(board);
  return columns[columns.indexOf(columnOf(card)) + step] ?? null;
}

async function askReason(card) {
  const { id } = card.dataset;
  const input = element("input", { maxlength: "500", autocomplete: "off", value: reasons.get(id) });
  input.addEventListener("input", () => reasons.set(id, input.value));
  const label = element("label", { class: "stacked" }, "Why was it lost?", input);
  const buttons = [["dead", "Move to dead", "primary"], ["", "Cancel"]];
  return (await open(`Move ${card.dataset.name} to dead`, [label], buttons)) === "dead" ? input.value.trim() : null;
}

async function choose(board, card) {
  const others = columnsOf(board).filter((column) => column !== columnOf(card));
  const buttons = [...others.map((column) => [stageOf(column), titleOf(column)]), ["", "Cancel"]];
  const stage = await open(`Move ${card.dataset.name} to`, [], buttons);
  const column = others.find((each) => stageOf(each) === stage);
  if (column) await enqueue(board, card, () => column);
}

function goTo(board, card, key) {
  if (key === "ArrowUp" || key === "ArrowDown") {
    const next = key === "ArrowUp" ? card.previousElementSibling : card.nextElementSibling;
    if (next) focusCard(next);
    return;
  }
  const columns = columnsOf(board);
  const index = [...card.parentElement.children].indexOf(card);
  const step = key === "ArrowLeft" ? -1 : 1;
  for (let at = columns.indexOf(columnOf(card)) + step; columns[at]; at += step) {
    const cards = cardsOf(columns[at]).children;
    if (cards.length) {
      focusCard(cards[Math.min(index, cards.length - 1)]);
      return;
    }
  }
}

function onKey(board, event) {
  const card = event.target.closest("[data-row]");
  if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
  const mayMove = board.hasAttribute("data-movable");
  if (event.key.startsWith("Arrow")) goTo(board, card, event.key);
  else if (mayMove && event.key === "[") enqueue(board, card, () => neighbor(board, card, -1));
  else if (mayMove && event.key === "]") enqueue(board, card, () => neighbor(board, card, 1));
  else if (mayMove && event.key === "m") choose(board, card);
  else return;
  event.preventDefault();
}

function startDrag(board) {
  const mark = (column) => columnsOf(board).forEach((each) => each.classList.toggle("target", each === column));
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-row]");
    event.dataTransfer.setData("text/plain", dragged.dataset.name);
    event.dataTransfer.effectAllowed = "move";
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-column]");
    if (!dragged || !column) return;
    event.preventDefault();
    mark(column);
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-column]");
    if (!dragged || !column) return;
    event.preventDefault();
    enqueue(board, dragged, () => column);
  });
  board.addEventListener("dragend", () => {
    dragged = null;
    mark(null);
  });
}

export function start(board) {
  if (board.dataset.started) return;
  board.dataset.started = "true";
  board.addEventListener("keydown", (event) => onKey(board, event));
  if (!board.hasAttribute("data-movable")) return;
  startDrag(board);
  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) choose(board, button.closest("[data-row]"));
  });
}

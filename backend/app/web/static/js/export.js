// Exports of lists: a large one becomes a job, whose progress is shown, also after leaving the page. A small one is
// downloaded by a script, too, because the browser would not say that the session has ended.

import { announce, element } from "./dom.js";
import { checked } from "./session.js";

const KEY = "valhalla:export";
const ENDED = ["succeeded", "failed", "canceled"];

function place() {
  const known = document.querySelector("main > .export-notice");
  if (known) return known;
  const made = element("div", { class: "notice export-notice" });
  document.querySelector("main").prepend(made);
  return made;
}

function show(job) {
  const notice = place();
  if (job.state === "succeeded") {
    const link = element("a", { href: `/core/jobs/${job.id}/result`, download: "" }, `Download ${job.result.rows.toLocaleString()} rows as CSV`);
    notice.replaceChildren(element("p", {}, "The export is ready. ", link));
    announce("The export is ready.");
  } else if (ENDED.includes(job.state)) {
    notice.replaceChildren(element("p", {}, `The export was not finished: ${job.error ?? job.state}`));
  } else {
    const bar = element("progress", { max: job.total ?? undefined, value: job.total ? job.done : undefined, "aria-label": "Export" });
    const share = job.total === null ? "rows so far" : `of ${job.total.toLocaleString()} rows`;
    notice.replaceChildren(element("p", {}, `Exporting: ${job.done.toLocaleString()} ${share}. You can leave this page. `), bar);
  }
}

async function follow(id) {
  const answer = checked(await fetch(`/core/jobs/${encodeURIComponent(id)}`));
  if (answer.status === 401) return; // the export goes on, and is shown after the sign-in
  if (!answer.ok) {
    localStorage.removeItem(KEY);
    return;
  }
  const job = await answer.json();
  show(job);
  if (ENDED.includes(job.state)) localStorage.removeItem(KEY);
  else setTimeout(() => follow(id), 1000);
}

function tell(sentence) {
  place().replaceChildren(element("p", {}, sentence));
}

function save(content, disposition) {
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "export.csv";
  const url = URL.createObjectURL(content);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  tell("The export has been downloaded.");
}

async function begin(link) {
  tell("Exporting…");
  let answer;
  try {
    const headers = link.dataset.export === "large" ? { prefer: "respond-async" } : {};
    answer = checked(await fetch(link.href, { headers }));
    if (answer.status === 200) return save(await answer.blob(), answer.headers.get("content-disposition"));
  } catch {
    return tell("The server cannot be reached.");
  }
  if (answer.status === 401) {
    place().remove();
    return undefined;
  }
  const job = await answer.json();
  if (answer.status !== 202) return tell(job.detail);
  localStorage.setItem(KEY, job.id);
  announce("The export has begun.");
  follow(job.id);
}

let resumed = false;

export function start(link) {
  if (link.dataset.started) return;
  link.dataset.started = "true";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    begin(link);
  });
  const running = localStorage.getItem(KEY);
  if (running && !resumed) follow(running);
  resumed = true;
}

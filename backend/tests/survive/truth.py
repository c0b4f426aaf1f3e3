"""Comparison of acknowledged writes with the store."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from backend.tests.harness import until
from backend.tests.survive.storm import DEALS, DRAFTS, KINDS, LINKS, PARTNERS, Doc, Known, Storm

SENDLOG, EVENTS = "/core/comms/sendlog", "/core/audit/events"
FILES = {
    DRAFTS: "comms/drafts.json",
    SENDLOG: "comms/sendlog.json",
    PARTNERS: "jv/partners.json",
    LINKS: "jv/links.json",
    DEALS: "deals/deals.json",
}


def everything(client: httpx.Client, path: str) -> list[Doc]:
    """Return all records of a list, oldest first."""
    found: list[Doc] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(path, params={"limit": "500", **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if "next_cursor" not in page:
            return found[::-1]
        cursor = {"cursor": page["next_cursor"]}


def check_truth(client: httpx.Client, storm: Storm) -> None:
    """Assert that every acknowledged write exists once with its content, in database, JSON and audit trail."""
    stored = {path: everything(client, path) for path in KINDS}
    entries, events = everything(client, SENDLOG), everything(client, EVENTS)
    _check_acknowledged(storm, stored)
    _check_not_doubled(storm, stored)
    _check_sent(storm, stored[DRAFTS], entries)
    _check_events(storm, {path: stored[path] for path in KINDS} | {SENDLOG: entries}, events)


def _check_acknowledged(storm: Storm, stored: dict[str, list[Doc]]) -> None:
    by_id = {record["id"]: record for records in stored.values() for record in records}
    for writer in storm.writers:
        for known in writer.known:
            found = by_id.get(known.doc["id"])
            assert found is not None, f"{known.path} {known.doc['id']} was acknowledged and is gone"
            _check_content(known, found)
    count = by_id[storm.counter]["meta"]["count"]
    least = sum(writer.counted for writer in storm.writers)
    assert least <= count <= least + sum(writer.maybe_counted for writer in storm.writers), "a lost update"


def _check_content(known: Known, found: Doc) -> None:
    moving = {"updated_at"} | ({"status", "sent_at"} if known.sending else set()) | (known.pending or {}).keys()
    if known.sending is None and known.pending is None:
        moving = set()
    for name, value in known.doc.items():
        if name not in moving:
            assert found[name] == value, f"{name} of {known.doc['id']} was acknowledged as {value}, is {found[name]}"
    for name, value in (known.pending or {}).items():
        assert found[name] in (value, known.doc[name]), f"{name} of {known.doc['id']} is neither before nor after"


def _check_not_doubled(storm: Storm, stored: dict[str, list[Doc]]) -> None:
    tokens = Counter(r["meta"]["token"] for records in stored.values() for r in records if "token" in r["meta"])
    assert not [token for token, times in tokens.items() if times > 1], "a write is there twice"
    sent = {known.doc["meta"]["token"] for writer in storm.writers for known in writer.known}
    sent |= {writer.pending.body["meta"]["token"] for writer in storm.writers if writer.pending}
    assert tokens.keys() <= sent, "the store holds what nobody wrote"


def _check_sent(storm: Storm, drafts: list[Doc], entries: list[Doc]) -> None:
    by_draft = {entry["draft_id"]: entry for entry in entries}
    assert len(by_draft) == len(entries), "a draft was sent twice"
    assert by_draft.keys() == {draft["id"] for draft in drafts if draft["status"] == "sent"}
    for draft in drafts:
        if draft["status"] == "sent":
            entry = by_draft[draft["id"]]
            assert (entry["body"], entry["provider_ref"]) == (draft["body"], draft["meta"]["token"])
    for writer in storm.writers:
        for known in writer.known:
            if known.entry is not None:
                assert by_draft[known.doc["id"]] == known.entry


def _check_events(storm: Storm, stored: dict[str, list[Doc]], events: list[Doc]) -> None:
    """Assert that the audit events of a record reproduce it, and that each acknowledged change has one."""
    of_record: dict[str, list[Doc]] = defaultdict(list)
    for event in events:
        if event["outcome"] == "done" and event["entity_id"]:
            of_record[event["entity_id"]].append(event)
    for records in stored.values():
        for record in records:
            _check_history(record, of_record[record["id"]])
    for writer in storm.writers:
        for known in writer.known:
            changes = sum(event["action"].endswith(".changed") for event in of_record[known.doc["id"]])
            assert known.patches <= changes <= known.patches + (known.pending is not None)


def _check_history(record: Doc, events: list[Doc]) -> None:
    created = [event for event in events if event["action"].endswith(".created")]
    assert len(created) == 1, f"{record['id']} has {len(created)} events of its making"
    told: Doc = {}
    for event in events:
        told |= {name: change["after"] for name, change in event["changes"].items()}
    assert told | {"updated_at": record["updated_at"]} == record, f"the events of {record['id']} tell something else"


def check_json_files(client: httpx.Client, data_dir: Path) -> None:
    """Assert that every JSON file matches its list once the service is idle."""
    for path, file in FILES.items():
        expected = everything(client, path)
        until(lambda: json.loads((data_dir / file).read_bytes())["items"] == expected, f"{file} is in step")  # noqa: B023


class JsonReader:
    """Read the JSON files of a data directory repeatedly, as scripts do."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._most: dict[str, int] = {}
        self.reads = 0
        self.faults: list[str] = []

    @contextmanager
    def reading(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self._read_on, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        assert not self.faults, self.faults[:3]
        assert self.reads > len(FILES), "the reader has seen something"

    def _read_on(self, stop: threading.Event) -> None:
        while not stop.wait(0.002):
            for file in FILES.values():
                self._read(file)

    def _read(self, file: str) -> None:
        try:
            content = (self._data_dir / file).read_bytes()
        except FileNotFoundError:
            if file in self._most:
                self.faults.append(f"{file} is gone")
            return
        try:
            found: dict[str, Any] = json.loads(content)
            records = len(found["items"])
        except (ValueError, KeyError, TypeError) as error:
            self.faults.append(f"{file} is broken: {error!r}: {content[-200:]!r}")
            return
        if records < self._most.get(file, 0):
            self.faults.append(f"{file} fell from {self._most[file]} records to {records}")
        self._most[file] = records
        self.reads += 1

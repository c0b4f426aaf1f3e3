"""One simulated user: mixed reads and writes, compared with the responses so far.

Users change only their own records, so the expected content of each record is known. Reads are compared at once, and
all records at the end.
"""

import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from soak.connection import Connection, Doc, Response, Unexpected
from soak.journal import Journal
from soak.refusals import (
    COMPS,
    DEALS,
    DRAFTS,
    HALVES,
    LINKS,
    MALFORMED,
    PARTNERS,
    PROPERTIES,
    REFUSALS,
    SENDLOG,
    check_problem,
    send,
)

OF_A_PROPERTY = ("neighborhood_rating", "comps", "repair_rent")
FILTERS = (
    (DRAFTS, "status", ("draft", "ready", "sent")),
    (DRAFTS, "channel", ("sms", "email", "other")),
    (PARTNERS, "role", ("buyer", "lender", "agent")),
    (PROPERTIES, "region", ("ON", "BC", "WA")),
    (DEALS, "status", ("lead", "analyzing", "offered")),
)
PAGES, PAGE = 3, 20


@dataclass(slots=True)
class Known:
    """A record as last returned. `entry` is the send-log entry of a draft, `upserts` belong to a property."""

    path: str
    doc: Doc
    etag: str
    stale: str | None = None
    entry: Doc | None = None
    upserts: dict[str, Doc] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.path}/{self.doc['id']}"


class VirtualUser:
    """One simulated user. `name` is in everything they write; `seed` determines their actions."""

    def __init__(self, name: str, seed: int, journal: Journal) -> None:
        self.name, self._rng, self._journal = name, random.Random(seed), journal
        self.known: dict[str, list[Known]] = defaultdict(list)
        self._made = 0
        self.connection: Connection | None = None

    @property
    def _connection(self) -> Connection:
        assert self.connection is not None
        return self.connection

    # Work

    def prepare(self) -> None:
        """Create a few records of each kind to work with."""
        for _ in range(3):
            for path in (PARTNERS, DEALS, PROPERTIES, DRAFTS, LINKS):
                self._create(path)

    def work(self, stop: threading.Event) -> None:
        """Work until `stop` is set. Record unexpected results and continue."""
        acts, weights = zip(*_ACTS, strict=True)
        while not stop.is_set():
            act: Callable[[VirtualUser], None] = self._rng.choices(acts, weights)[0]
            try:
                act(self)
                self._journal.did(act.__name__.strip("_"))
            except Unexpected as error:
                self._journal.fault(f"{self.name}: {error}")
            except (OSError, ValueError, KeyError) as error:
                self._journal.fault(f"{self.name}, {act.__name__.strip('_')}: {error!r}")

    # Reading

    def _read_one(self) -> None:
        known = self._any()
        if known.path != LINKS:  # links have no GET by id; they are in a list
            self._compare(self._connection.ask("GET", known.url).doc, known.doc)

    def _page_through(self) -> None:
        path, name, values = self._rng.choice(FILTERS)
        value, cursor, seen = self._rng.choice(values), "", set[str]()
        for _ in range(PAGES):
            page = self._connection.ask("GET", f"{path}?{name}={value}&limit={PAGE}{cursor}").doc
            ids = {item["id"] for item in page["items"]}
            if any(item[name] != value for item in page["items"]) or ids & seen or len(ids) != len(page["items"]):
                raise Unexpected(f"{path}?{name}={value} answers what was not asked for, or twice")
            seen |= ids
            if "next_cursor" not in page:
                break
            cursor = f"&cursor={page['next_cursor']}"

    def _look_at_dashboard(self) -> None:
        partner = self._any(PARTNERS)
        found = self._connection.ask("GET", f"{partner.url}/dashboard").doc
        self._compare(found["partner"], partner.doc)
        mine = [link.doc for link in self.known[LINKS] if link.doc["partner_id"] == partner.doc["id"]]
        if found["links"] != mine[::-1]:
            raise Unexpected(f"the dashboard of {partner.doc['id']} shows other links than it has")

    def _look_into_sendlog(self) -> None:
        draft = self._any(DRAFTS)
        found = self._connection.ask("GET", f"{SENDLOG}?draft_id={draft.doc['id']}").doc["items"]
        if found != ([draft.entry] if draft.entry else []):
            raise Unexpected(f"the send log of {draft.doc['id']} has {found}, not {draft.entry}")

    def _look_into_history(self) -> None:
        known = self._any()
        events = self._connection.ask("GET", f"/core/audit/records/{known.doc['id']}?limit=5").doc["items"]
        if not events or any(event["entity_id"] != known.doc["id"] for event in events):
            raise Unexpected(f"the history of {known.doc['id']} is not its own: {events}")

    def _look_at_property(self) -> None:
        known, kind = self._any(PROPERTIES), self._rng.choice(OF_A_PROPERTY)
        if kind in known.upserts:
            self._compare(self._connection.ask("GET", f"{known.url}/{kind}").doc, known.upserts[kind])
        elif kind == "comps":
            self._compare_empty(self._connection.ask("GET", f"{known.url}/comps").doc)
        else:
            check_problem(self._connection.ask("GET", f"{known.url}/{kind}", want=404))

    def _watch(self) -> None:
        self._connection.ask("GET", self._rng.choice(["/healthz", "/readyz", "/metrics", "/openapi.json"]))

    # Writing

    def _make_draft(self) -> None:
        self._create(DRAFTS)

    def _make_record(self) -> None:
        self._create(self._rng.choice([PARTNERS, LINKS, PROPERTIES, DEALS]))

    def _change(self) -> None:
        self._patch(self._any())

    def _change_stale(self) -> None:
        """Change a record with a stale ETag, which must be refused."""
        known = self._any()
        if known.stale is None:
            self._patch(known)
        else:
            check_problem(self._connection.ask("PATCH", known.url, {"meta": {}}, want=412, if_match=known.stale))

    def _send_off(self) -> None:
        draft = self._any(DRAFTS)
        ref = draft.doc["meta"]["token"]
        entry = self._connection.ask("POST", f"{draft.url}/mark_sent?provider=soak&provider_ref={ref}").doc
        if draft.entry is not None:
            self._compare(entry, draft.entry)
            check_problem(self._connection.ask("POST", f"{draft.url}/mark_sent?provider=other", want=409))
            return
        draft.entry = entry
        now = self._connection.ask("GET", draft.url)
        if (now.doc["status"], now.doc["sent_at"]) != ("sent", entry["sent_at"]):
            raise Unexpected(f"{draft.doc['id']} was sent, and is {now.doc}")
        draft.doc, draft.stale, draft.etag = now.doc, draft.etag, now.etag

    def _upsert(self) -> None:
        known, kind, number = self._any(PROPERTIES), self._rng.choice(OF_A_PROPERTY), self._rng.randrange(100)
        body: Doc = {"notes": f"{self.name} says {number}"}
        match kind:
            case "comps":
                answer = self._connection.ask(
                    "POST", COMPS, body | {"property_id": known.doc["id"], "beds": number % 7}
                )
            case "repair_rent":
                answer = self._connection.ask(
                    "POST", f"{known.url}/{kind}", {"est_rent": 1000 + number, "assumptions": body}
                )
            case _:
                answer = self._connection.ask("POST", f"{known.url}/{kind}", body | {"score": number})
        known.upserts[kind] = _record(answer)

    # Faults

    def _be_refused(self) -> None:
        send(self._connection, self._rng.choice(REFUSALS))

    def _use_key_twice(self) -> None:
        """Reuse an Idempotency-Key for another request, which must be refused."""
        known = self._any(DEALS)
        key = known.doc["meta"]["token"]
        check_problem(self._connection.ask("POST", DEALS, {"name": "another"}, want=409, idempotency_key=key))

    def _link_twice(self) -> None:
        if links := [link for link in self.known[LINKS] if link.doc["status"] == "active"]:
            link = self._rng.choice(links).doc
            body = {name: link[name] for name in ("partner_id", "deal_id", "relationship")}
            check_problem(self._connection.ask("POST", LINKS, body, want=409))

    def _talk_nonsense(self) -> None:
        answer = self._connection.raw(self._rng.choice(MALFORMED))
        if answer and not answer.startswith(b"HTTP/1.1 400 "):
            raise Unexpected(f"what is no HTTP was answered {answer[:200]!r}")

    def _hang_up(self) -> None:
        self._connection.cut(self._rng.choice(HALVES))

    def _lose_the_answer(self) -> None:
        """Drop the connection before the response, then retry with the same key, which must count once."""
        path, body = DRAFTS, self._body(DRAFTS)
        content = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        head += f"idempotency-key: {body['meta']['token']}\r\ncontent-length: {len(content)}\r\n\r\n"
        self._connection.cut(head.encode() + content)
        self._post(path, body)

    # Requests and records

    def _create(self, path: str) -> None:
        body = self._body(path)
        known = self._post(path, body)
        if self._rng.random() < 0.1:
            again = self._connection.ask("POST", path, body, 201, idempotency_key=body["meta"]["token"])
            self._compare(_record(again), known.doc)

    def _post(self, path: str, body: Doc) -> Known:
        answer = self._connection.ask("POST", path, body, 201, idempotency_key=body["meta"]["token"])
        known = Known(path, _record(answer), answer.etag)
        self.known[path].append(known)
        self._check_holds(known, body)
        return known

    def _patch(self, known: Known) -> None:
        values = {"meta": {**known.doc["meta"], "version": known.doc["meta"].get("version", 0) + 1}}
        answer = self._connection.ask("PATCH", known.url, values, if_match=known.etag)
        before, known.doc = known.doc, _record(answer)
        known.stale, known.etag = known.etag, answer.etag
        self._compare(known.doc, before | values | {"updated_at": known.doc["updated_at"]})

    def _body(self, path: str) -> Doc:
        rng, self._made = self._rng, self._made + 1
        meta = {"token": f"{self.name}.{self._made}"}
        match path:
            case "/core/comms/drafts":
                to, channel = rng.choice([("+1 416 555 0123", "sms"), ("dana@maple.example", "email"), (None, "other")])
                fields: Doc = {"body": f"Hi, {self.name} here", "to": to, "channel": channel, "tone": "friendly"}
                return fields | {"status": rng.choice(["draft", "ready"]), "tags": ["soak"], "meta": meta}
            case "/core/jv/partners":
                role = rng.choice(["buyer", "lender", "agent"])
                return {"name": f"Partner of {self.name}", "role": role, "phone": "416-555-0147", "meta": meta}
            case "/core/jv/links":
                partner = self._any(PARTNERS).doc["id"]
                deal = self._any(DEALS).doc["id"] if rng.random() < 0.8 else "deal_nowhere"
                return {"partner_id": partner, "deal_id": deal, "relationship": meta["token"], "meta": meta}
            case "/core/property/properties":
                country, region = rng.choice([("CA", "ON"), ("CA", "BC"), ("US", "WA")])
                address = f"{self._made} {self.name} Street"
                return {"address": address, "country": country, "region": region, "beds": 3, "meta": meta}
        price = rng.randrange(100_000, 900_000) + 0.25
        status = rng.choice(["lead", "analyzing", "offered"])
        return {"name": f"Deal {self._made} of {self.name}", "price": price, "status": status, "meta": meta}

    def _any(self, path: str | None = None) -> Known:
        """Return a random record of this user, of one kind if `path` is given."""
        return self._rng.choice(self.known[path or self._rng.choice(_KINDS)])

    def _check_holds(self, known: Known, body: Doc) -> None:
        self._compare({name: known.doc[name] for name in body}, body)

    def _compare(self, found: Doc, expected: Doc) -> None:
        if found != expected:
            names = [name for name in {*found, *expected} if found.get(name) != expected.get(name)]
            raise Unexpected(f"{expected.get('id', 'a record')} has another {', '.join(sorted(names))}: {found}")

    def _compare_empty(self, comps: Doc) -> None:
        if comps["comps"] != []:
            raise Unexpected(f"comps that nobody asked for: {comps}")


_KINDS = (DRAFTS, PARTNERS, LINKS, PROPERTIES, DEALS)


def _record(answer: Response) -> Doc:
    """Return the stored part of a response, without warnings."""
    return {name: value for name, value in answer.doc.items() if name != "warnings"}


_ACTS: tuple[tuple[Callable[[VirtualUser], None], int], ...] = (
    (VirtualUser._read_one, 30),
    (VirtualUser._page_through, 10),
    (VirtualUser._look_at_dashboard, 6),
    (VirtualUser._look_into_sendlog, 4),
    (VirtualUser._look_into_history, 4),
    (VirtualUser._look_at_property, 4),
    (VirtualUser._watch, 2),
    (VirtualUser._make_draft, 5),
    (VirtualUser._make_record, 5),
    (VirtualUser._change, 16),
    (VirtualUser._change_stale, 2),
    (VirtualUser._send_off, 3),
    (VirtualUser._upsert, 4),
    (VirtualUser._be_refused, 8),
    (VirtualUser._use_key_twice, 1),
    (VirtualUser._link_twice, 1),
    (VirtualUser._talk_nonsense, 1),
    (VirtualUser._hang_up, 1),
    (VirtualUser._lose_the_answer, 2),
)
"""Actions and their weights, out of about a hundred."""

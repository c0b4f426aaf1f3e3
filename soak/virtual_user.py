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
    LINKS,
    MALFORMED,
    PARTNERS,
    PROPERTIES,
    REFUSALS,
    SENDLOG,
    TRUNCATED,
    check_problem,
    send,
)

UPSERTS = ("neighborhood_rating", "comps", "repair_rent")
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
        actions, weights = zip(*_ACTIONS, strict=True)
        while not stop.is_set():
            action: Callable[[VirtualUser], None] = self._rng.choices(actions, weights)[0]
            try:
                action(self)
                self._journal.count_action(action.__name__.strip("_"))
            except Unexpected as error:
                self._journal.fault(f"{self.name}: {error}")
            except (OSError, ValueError, KeyError) as error:
                self._journal.fault(f"{self.name}, {action.__name__.strip('_')}: {error!r}")

    # Reading

    def _read_one(self) -> None:
        known = self._random_record()
        if known.path != LINKS:  # links have no GET by id; they are in a list
            self._compare(self._connection.request("GET", known.url).doc, known.doc)

    def _page_through(self) -> None:
        path, name, values = self._rng.choice(FILTERS)
        value, cursor, seen = self._rng.choice(values), "", set[str]()
        for _ in range(PAGES):
            page = self._connection.request("GET", f"{path}?{name}={value}&limit={PAGE}{cursor}").doc
            ids = {item["id"] for item in page["items"]}
            if any(item[name] != value for item in page["items"]) or ids & seen or len(ids) != len(page["items"]):
                raise Unexpected(f"{path}?{name}={value} returned records that do not match, or one twice")
            seen |= ids
            if "next_cursor" not in page:
                break
            cursor = f"&cursor={page['next_cursor']}"

    def _read_dashboard(self) -> None:
        partner = self._random_record(PARTNERS)
        found = self._connection.request("GET", f"{partner.url}/dashboard").doc
        self._compare(found["partner"], partner.doc)
        mine = [link.doc for link in self.known[LINKS] if link.doc["partner_id"] == partner.doc["id"]]
        if found["links"] != mine[::-1]:
            raise Unexpected(f"the dashboard of {partner.doc['id']} does not show its links")

    def _read_sendlog(self) -> None:
        draft = self._random_record(DRAFTS)
        found = self._connection.request("GET", f"{SENDLOG}?draft_id={draft.doc['id']}").doc["items"]
        if found != ([draft.entry] if draft.entry else []):
            raise Unexpected(f"the send log of {draft.doc['id']} has {found}, not {draft.entry}")

    def _read_history(self) -> None:
        known = self._random_record()
        events = self._connection.request("GET", f"/core/audit/records/{known.doc['id']}?limit=5").doc["items"]
        if not events or any(event["entity_id"] != known.doc["id"] for event in events):
            raise Unexpected(f"the history of {known.doc['id']} has events of other records: {events}")

    def _read_property(self) -> None:
        known, kind = self._random_record(PROPERTIES), self._rng.choice(UPSERTS)
        if kind in known.upserts:
            self._compare(self._connection.request("GET", f"{known.url}/{kind}").doc, known.upserts[kind])
        elif kind == "comps":
            self._compare_empty(self._connection.request("GET", f"{known.url}/comps").doc)
        else:
            check_problem(self._connection.request("GET", f"{known.url}/{kind}", status=404))

    def _read_operations(self) -> None:
        self._connection.request("GET", self._rng.choice(["/healthz", "/readyz", "/metrics", "/openapi.json"]))

    # Writing

    def _make_draft(self) -> None:
        self._create(DRAFTS)

    def _make_record(self) -> None:
        self._create(self._rng.choice([PARTNERS, LINKS, PROPERTIES, DEALS]))

    def _change(self) -> None:
        self._patch(self._random_record())

    def _change_stale(self) -> None:
        """Change a record with a stale ETag, which must be refused."""
        known = self._random_record()
        if known.stale is None:
            self._patch(known)
        else:
            check_problem(self._connection.request("PATCH", known.url, {"meta": {}}, status=412, if_match=known.stale))

    def _mark_sent(self) -> None:
        draft = self._random_record(DRAFTS)
        ref = draft.doc["meta"]["token"]
        entry = self._connection.request("POST", f"{draft.url}/mark_sent?provider=soak&provider_ref={ref}").doc
        if draft.entry is not None:
            self._compare(entry, draft.entry)
            check_problem(self._connection.request("POST", f"{draft.url}/mark_sent?provider=other", status=409))
            return
        draft.entry = entry
        now = self._connection.request("GET", draft.url)
        if (now.doc["status"], now.doc["sent_at"]) != ("sent", entry["sent_at"]):
            raise Unexpected(f"{draft.doc['id']} was marked as sent, but is {now.doc}")
        draft.doc, draft.stale, draft.etag = now.doc, draft.etag, now.etag

    def _upsert(self) -> None:
        known, kind, number = self._random_record(PROPERTIES), self._rng.choice(UPSERTS), self._rng.randrange(100)
        body: Doc = {"notes": f"{self.name} wrote {number}"}
        match kind:
            case "comps":
                response = self._connection.request(
                    "POST", COMPS, body | {"property_id": known.doc["id"], "beds": number % 7}
                )
            case "repair_rent":
                response = self._connection.request(
                    "POST", f"{known.url}/{kind}", {"est_rent": 1000 + number, "assumptions": body}
                )
            case _:
                response = self._connection.request("POST", f"{known.url}/{kind}", body | {"score": number})
        known.upserts[kind] = _record(response)

    # Faults

    def _send_invalid(self) -> None:
        send(self._connection, self._rng.choice(REFUSALS))

    def _reuse_key(self) -> None:
        """Reuse an Idempotency-Key for another request, which must be refused."""
        known = self._random_record(DEALS)
        key = known.doc["meta"]["token"]
        check_problem(self._connection.request("POST", DEALS, {"name": "another"}, status=409, idempotency_key=key))

    def _link_twice(self) -> None:
        if links := [link for link in self.known[LINKS] if link.doc["status"] == "active"]:
            link = self._rng.choice(links).doc
            body = {name: link[name] for name in ("partner_id", "deal_id", "relationship")}
            check_problem(self._connection.request("POST", LINKS, body, status=409))

    def _send_malformed(self) -> None:
        response = self._connection.send_raw(self._rng.choice(MALFORMED))
        if response and not response.startswith(b"HTTP/1.1 400 "):
            raise Unexpected(f"malformed HTTP got the response {response[:200]!r}")

    def _send_truncated(self) -> None:
        self._connection.send_and_close(self._rng.choice(TRUNCATED))

    def _retry_lost_response(self) -> None:
        """Drop the connection before the response, then retry with the same key, which must count once."""
        path, body = DRAFTS, self._body(DRAFTS)
        content = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        head += f"idempotency-key: {body['meta']['token']}\r\ncontent-length: {len(content)}\r\n\r\n"
        self._connection.send_and_close(head.encode() + content)
        self._post(path, body)

    # Requests and records

    def _create(self, path: str) -> None:
        body = self._body(path)
        known = self._post(path, body)
        if self._rng.random() < 0.1:
            again = self._connection.request("POST", path, body, 201, idempotency_key=body["meta"]["token"])
            self._compare(_record(again), known.doc)

    def _post(self, path: str, body: Doc) -> Known:
        response = self._connection.request("POST", path, body, 201, idempotency_key=body["meta"]["token"])
        known = Known(path, _record(response), response.etag)
        self.known[path].append(known)
        self._check_holds(known, body)
        return known

    def _patch(self, known: Known) -> None:
        values = {"meta": {**known.doc["meta"], "version": known.doc["meta"].get("version", 0) + 1}}
        response = self._connection.request("PATCH", known.url, values, if_match=known.etag)
        before, known.doc = known.doc, _record(response)
        known.stale, known.etag = known.etag, response.etag
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
                partner = self._random_record(PARTNERS).doc["id"]
                deal = self._random_record(DEALS).doc["id"] if rng.random() < 0.8 else "deal_nowhere"
                return {"partner_id": partner, "deal_id": deal, "relationship": meta["token"], "meta": meta}
            case "/core/property/properties":
                country, region = rng.choice([("CA", "ON"), ("CA", "BC"), ("US", "WA")])
                address = f"{self._made} {self.name} Street"
                return {"address": address, "country": country, "region": region, "beds": 3, "meta": meta}
        price = rng.randrange(100_000, 900_000) + 0.25
        status = rng.choice(["lead", "analyzing", "offered"])
        return {"name": f"Deal {self._made} of {self.name}", "price": price, "status": status, "meta": meta}

    def _random_record(self, path: str | None = None) -> Known:
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
            raise Unexpected(f"a comparison without a request: {comps}")


_KINDS = (DRAFTS, PARTNERS, LINKS, PROPERTIES, DEALS)


def _record(response: Response) -> Doc:
    """Return the stored part of a response, without warnings."""
    return {name: value for name, value in response.doc.items() if name != "warnings"}


_ACTIONS: tuple[tuple[Callable[[VirtualUser], None], int], ...] = (
    (VirtualUser._read_one, 30),
    (VirtualUser._page_through, 10),
    (VirtualUser._read_dashboard, 6),
    (VirtualUser._read_sendlog, 4),
    (VirtualUser._read_history, 4),
    (VirtualUser._read_property, 4),
    (VirtualUser._read_operations, 2),
    (VirtualUser._make_draft, 5),
    (VirtualUser._make_record, 5),
    (VirtualUser._change, 16),
    (VirtualUser._change_stale, 2),
    (VirtualUser._mark_sent, 3),
    (VirtualUser._upsert, 4),
    (VirtualUser._send_invalid, 8),
    (VirtualUser._reuse_key, 1),
    (VirtualUser._link_twice, 1),
    (VirtualUser._send_malformed, 1),
    (VirtualUser._send_truncated, 1),
    (VirtualUser._retry_lost_response, 2),
)
"""Actions and their weights, out of about a hundred."""

"""Requests that must be refused, and the expected status. They are sent repeatedly and must not change anything."""

from dataclasses import dataclass, field

from soak.connection import Connection, Response, Unexpected

DRAFTS, SENDLOG = "/core/comms/drafts", "/core/comms/sendlog"
PARTNERS, LINKS = "/core/jv/partners", "/core/jv/links"
PROPERTIES, COMPS = "/core/property/properties", "/core/property/comps"
DEALS = "/core/deals"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request and the status that it must get."""

    status: int
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


REFUSALS = (
    Refusal(400, "POST", DRAFTS, b"{}"),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi", "colour": "red"}'),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi", "channel": "pigeon"}'),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi", "body": "Ho"}'),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi", "subject": "Hi\\r\\nBcc: ann@example.com"}'),
    Refusal(400, "POST", DRAFTS, b'{"body": '),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi", "meta": ' + b'{"a": ' * 40 + b"1" + b"}" * 41),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi \\u0000"}'),
    Refusal(400, "POST", PARTNERS, b'{"name": "\xff\xfe"}'),
    Refusal(400, "POST", PARTNERS, b'{"name": "Ann", "email": "ann\\u202e@example.com"}'),
    Refusal(400, "POST", DEALS, b'{"name": "Elm", "price": NaN}'),
    Refusal(400, "POST", DEALS, b'{"name": "Elm", "price": -1}'),
    Refusal(400, "POST", PROPERTIES, b'{"address": "1 Elm Street", "country": "CA", "region": "TX"}'),
    Refusal(400, "POST", DRAFTS, b'{"body": "Hi"}', {"idempotency-key": "k" * 201}),
    Refusal(400, "GET", f"{DRAFTS}?limit=0"),
    Refusal(400, "GET", f"{DRAFTS}?colour=red"),
    Refusal(400, "GET", f"{DRAFTS}?status=lost"),
    Refusal(400, "GET", f"{DEALS}?cursor=nonsense"),
    Refusal(400, "GET", f"{DEALS}?property_id=x&property_id=x"),
    Refusal(404, "GET", f"{DRAFTS}/dr_nothing"),
    Refusal(404, "GET", "/core/nothing"),
    Refusal(404, "GET", f"{PARTNERS}/p_nothing/dashboard"),
    Refusal(404, "PATCH", f"{DEALS}/deal_nothing", b'{"name": "Elm"}'),
    Refusal(404, "POST", LINKS, b'{"partner_id": "p_nothing", "deal_id": "deal_x"}'),
    Refusal(404, "POST", COMPS, b'{"property_id": "pr_nothing"}'),
    Refusal(405, "DELETE", DRAFTS),
    Refusal(405, "PUT", f"{DEALS}/deal_x", b"{}"),
    Refusal(409, "POST", DRAFTS, b'{"body": "Hi", "status": "sent"}'),
    Refusal(415, "POST", DRAFTS, b'{"body": "Hi"}', {"content-type": "text/plain"}),
)

MALFORMED = (
    b"GET /core/deals\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /core/deals HTTP/1.1\r\nhost: 127.0.0.1\r\nno colon here\r\n\r\n",
    b"POST /core/deals HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: many\r\n\r\n",
    b"GET /core/deals HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"y" * 600_000 + b"\r\n\r\n",
)
"""Malformed HTTP. The response is 400, if any, and the connection closes."""

TRUNCATED = (
    b"GET /core/de",
    b"POST /core/deals HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: applic",
    (
        b"POST /core/deals HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        b'content-length: 500\r\n\r\n{"name": "cut sh'
    ),
)
"""Incomplete requests."""


def send(connection: Connection, refusal: Refusal) -> None:
    """Send the request. Raises Unexpected if it is not refused as expected."""
    check_problem(connection.request(refusal.method, refusal.path, refusal.body, refusal.status, **refusal.headers))


def check_problem(response: Response) -> None:
    """Check that the response is a problem document with a sentence. Raises Unexpected."""
    doc = response.doc
    if response.headers["content-type"] != "application/problem+json" or not doc["detail"]:
        raise Unexpected(f"a refusal without an explanation: {response.content[:500]!r}")
    if doc["status"] != response.status:
        raise Unexpected(f"the problem document has status {doc['status']}, the response {response.status}")

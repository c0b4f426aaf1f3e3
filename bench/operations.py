"""Operations measured over HTTP: request, expected response, and target share of the yardstick's rate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

from backend.app.kit.http.cursors import Cursors
from bench.fill import DEALS_OF_A_PARTNER, Filled, draft_json

PAGE = 50
Ids = Literal["drafts", "partners", "cursors"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of request. `targets` are shares of the yardstick's rate, by database.

    `holds` checks one response before the measurement: a fast but wrong response does not count.
    """

    name: str
    title: str
    method: str
    path: str
    holds: Callable[[Any], bool]
    body: str = ""
    ids: Ids | None = None
    targets: dict[str, float] = field(default_factory=dict)

    def ids_of(self, filled: Filled) -> list[str]:
        match self.ids:
            case "drafts":
                return filled.drafts
            case "partners":
                return filled.partners
            case "cursors":
                return self._cursors(filled)
            case None:
                return []

    def _cursors(self, filled: Filled) -> list[str]:
        """Return a cursor of the list that is requested for each position."""
        path, _, query = self.path.partition("?")
        filters = {name: value for name, value in parse_qsl(query) if name not in {"limit", "cursor"}}
        cursors = Cursors(filled.cursor_key)
        return [cursors.issue(path, filters, position) for position in filled.positions]


# Reads come first, because writes cause the JSON files to be rewritten for a while. PATCH comes before POST, because
# POST grows the store beyond the measured size.
OPERATIONS = (
    Operation(
        name="get",
        title="GET one draft",
        method="GET",
        path="/core/comms/drafts/{id}",
        ids="drafts",
        holds=lambda draft: bool(draft["body"]),
        targets={"sqlite": 0.60, "postgresql": 0.35},
    ),
    Operation(
        name="list",
        title=f"list of {PAGE} drafts, filtered",
        method="GET",
        path=f"/core/comms/drafts?status=ready&limit={PAGE}",
        holds=lambda page: 0 < len(page["items"]) <= PAGE and {d["status"] for d in page["items"]} == {"ready"},
        targets={"sqlite": 0.45, "postgresql": 0.40},
    ),
    Operation(
        name="dashboard",
        title=f"dashboard, {DEALS_OF_A_PARTNER} links",
        method="GET",
        path="/core/jv/partners/{id}/dashboard",
        ids="partners",
        holds=lambda found: len(found["links"]) == len(found["deal_summaries"]) == DEALS_OF_A_PARTNER,
    ),
    Operation(
        name="patch",
        title="PATCH draft + audit",
        method="PATCH",
        path="/core/comms/drafts/{id}",
        ids="drafts",
        body='{"subject":"Edit {n}"}',
        holds=lambda draft: bool(draft["subject"].startswith("Edit ")),
        targets={"sqlite": 0.22, "postgresql": 0.20},
    ),
    Operation(
        name="post",
        title="durable POST draft + audit",
        method="POST",
        path="/core/comms/drafts",
        body=draft_json(),
        holds=lambda draft: bool(draft["to_e164"]),
        targets={"sqlite": 0.30, "postgresql": 0.25},
    ),
)
NAMES = tuple(operation.name for operation in OPERATIONS)

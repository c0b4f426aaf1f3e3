"""Classification of listings as sales. Pure functions.

Only closed listings are sales. A listing that is back on the market, deleted or no longer viewable is not a sale.
Neither is a lease, whose ClosePrice is a rent (`market/importing/reso_listing.py`).
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.app.core_gov.market.importing.converters import text_of
from backend.app.core_gov.market.importing.record_map import PassedOver
from backend.app.core_gov.market.importing.reso_listing import why_hidden, why_no_sale
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.mls.odata import KEY, MAX_KEY, STATUS, Record, key_of
from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import check_text
from backend.app.kit.text import shorten

_NUL = re.compile(r"(?<!\\)(\\\\)*\\u0000")

NOT_LISTED = "the feed no longer lists it"

SaleOf = Callable[[Record], Sale]
"""Function that converts a RESO record to a sale. Raises BadInput with the reason if it is not one."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rejected record and the reason."""

    key: str | None
    reason: str
    record: Record


@dataclass(slots=True)
class ClassifiedRecords:
    """Classified records: the sales, the keys that are not sales with the reason, and the rejected records.

    The last entry for a key wins.
    """

    read: int = 0
    sales: dict[str, Sale] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    def sold(self, key: str, sale: Sale) -> None:
        self.gone.pop(key, None)
        self.sales[key] = sale

    def none(self, key: str, reason: str) -> None:
        self.sales.pop(key, None)
        self.gone[key] = reason


def classify(records: Sequence[Record], sale_of: SaleOf) -> ClassifiedRecords:
    """Classify each record. A stored sale that is rejected now is no longer a sale."""
    found = ClassifiedRecords(len(records))
    for record in records:
        key = key_of(record)
        try:
            if key is None:
                raise BadInput(f"{KEY} is missing or is not a text of 1 to {MAX_KEY} printable characters")
            reason = no_sale(record)
            if reason is None:
                known = _finite(_without_media(record))
                _check(known)
                found.sold(key, sale_of(known | {KEY: key}))
            else:
                found.none(key, reason)
        except PassedOver as passed:
            found.none(str(key), passed.detail)
        except BadInput as error:
            reason = error.sentences
            found.refused.append(Refusal(key, reason, record))
            if key is not None:
                found.none(key, f"it can no longer be read as a sale: {reason}")
    return found


def no_sale(record: Record) -> str | None:
    """Return the reason why a listing is not a sale, or None if it is one. Raises BadInput if the status is missing."""
    if hidden := why_hidden(record):
        return hidden
    stated = record.get(STATUS)
    status = text_of(stated).strip() if isinstance(stated, str | list) else ""
    if not status:
        raise BadInput(f"{STATUS} is missing")
    if status.lower() != "closed":
        return f"{STATUS} is {shorten(status)}"
    return why_no_sale(record)


def _without_media(record: Record) -> Record:
    """Return the record without media and OData annotations, which are ten times the rest."""
    return {name: value for name, value in record.items() if name != "Media" and "@odata" not in name}


def _finite(value: Any) -> Any:
    """Return a JSON value with null in place of NaN and infinities, which no JSON has and no database stores."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {name: _finite(each) for name, each in value.items()}
        case list():
            return [_finite(each) for each in value]
        case _:
            return value


def _check(record: Record) -> None:
    """Raise BadInput for values that a database cannot store."""
    text = json.dumps(record, ensure_ascii=False)
    check_text(text, "it")
    if _NUL.search(text):
        raise BadInput("it contains a NUL character, which cannot be stored")

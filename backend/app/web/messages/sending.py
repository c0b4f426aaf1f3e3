"""Sending of a message: what its page shows of senders and of its delivery."""

from typing import Any, get_args

from backend.app.core_gov.comms.delivery import service as deliveries
from backend.app.core_gov.comms.delivery.schemas import DeliveryQuery
from backend.app.core_gov.comms.delivery.states import CANCELABLE, OPEN
from backend.app.core_gov.comms.gate.request import Purpose
from backend.app.core_gov.comms.senders.senders_file import usable_senders
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.settings import Settings

_SOON_S, _LATER_S = 2, 30
"""Seconds between two looks at a delivery that moves by itself: while it is being sent, and while nothing is due."""


def sending_of(tx: Tx, draft: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the newest delivery of a draft, and the senders that could send it now."""
    found = deliveries.list_deliveries(tx, DeliveryQuery(draft_id=draft["id"], limit=1)).docs
    delivery = shown_delivery(load(found[0]), tx.now) if found else None
    is_open = delivery is not None and delivery["is_open"]
    is_ready = draft["status"] == "ready" and draft["to_e164"] is not None and not is_open
    return {
        "delivery": delivery,
        "senders": _senders(draft["channel"], settings) if is_ready else [],
        "purposes": get_args(Purpose),
    }


def shown_delivery(delivery: dict[str, Any], now: str) -> dict[str, Any]:
    """Return a delivery with what its page needs: what may be done, seconds until it is sent, and when to look again.

    `seconds_left` is None if it is not waiting for its time alone.
    """
    state = delivery["state"]
    left = clock.seconds_between(now, delivery["due_at"] or now)
    counts = state == "waiting" and not delivery["reason"] and left > 0
    return {
        **delivery,
        "is_open": state in OPEN,
        "may_be_canceled": state in CANCELABLE,
        "seconds_left": int(left) + 1 if counts else None,
        "look_again_s": _look_again_s(delivery, left),
    }


def _look_again_s(delivery: dict[str, Any], left: float) -> int | None:
    match delivery["state"]:
        case "waiting" if delivery["reason"] or left > 2 * _LATER_S:
            return _LATER_S
        case "waiting" | "claimed" | "sending":
            return _SOON_S
        case "accepted":
            return _LATER_S
    return None


def _senders(channel: str, settings: Settings) -> list[str]:
    """Return the names of the senders of a channel that send by themselves."""
    found, _ = usable_senders(settings)
    return [name for name, each in found.items() if each.table.kind != "manual" and each.table.channel == channel]

"""Holds on all sending: the emergency stop, and the hold after a copy of the store.

After a copy, the other copy may have sent what waits here. So nothing leaves until a person releases it.
"""

import json
from dataclasses import asdict, dataclass

from backend.app.core_gov.audit import service as audit
from backend.app.kit import clock
from backend.app.kit.db import Tx, state
from backend.app.kit.errors import Conflict

HOLD, STOP = "comms_hold", "comms_stop"
"""Keys in the state of the store."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing is sent, since when (UTC), and who or what caused it."""

    reason: str
    since: str
    by: str


def hold(tx: Tx, reason: str) -> None:
    """Hold all sending until a person releases it. A hold that is in force stays as it is."""
    if state.get(tx, HOLD) is None:
        _put(tx, HOLD, reason)
        audit.record_act(tx, "sending.held", "store", None, {"reason": reason})


def of_transfer(reason: str) -> dict[str, str]:
    """Return the state of the source or the target of a transfer: the other one may still send what waits."""
    return {HOLD: _text(Hold(reason, clock.now(), "transfer"))}


def stop(tx: Tx, reason: str) -> Hold:
    """Stop all sending at once: the emergency stop."""
    found = stopped(tx)
    if found is not None:
        return found
    audit.record_act(tx, "sending.stopped", "store", None, {"reason": reason})
    return _put(tx, STOP, reason)


def resume(tx: Tx) -> None:
    """End the emergency stop."""
    if state.lock(tx, STOP) is not None:
        state.forget(tx, STOP)
        audit.record_act(tx, "sending.resumed", "store", None, {})


def release(tx: Tx, *, unread: tuple[str, ...], override: str | None) -> None:
    """Release the hold after a copy. `unread`: accounts that could not be read since the copy.

    Raises Conflict if there are some and no reason to override that is given.
    """
    if state.lock(tx, HOLD) is None:
        return
    if unread and override is None:
        raise Conflict(
            f"messages of {', '.join(unread)} since the copy were not read, and opt-outs may be among them; read them "
            "first, or give a reason in `override`"
        )
    state.forget(tx, HOLD)
    audit.record_act(tx, "sending.released", "store", None, {"unread": list(unread), "override": override})


def held(tx: Tx) -> Hold | None:
    """Return the hold after a copy; None if there is none."""
    return _read(state.get(tx, HOLD))


def stopped(tx: Tx) -> Hold | None:
    """Return the emergency stop; None if there is none."""
    return _read(state.get(tx, STOP))


def why_not(tx: Tx) -> str | None:
    """Return why nothing may be sent now; None if sending is possible."""
    values = state.get_both(tx, STOP, HOLD)
    if (found := _read(values.get(STOP))) is not None:
        return f"all sending was stopped by {found.by}: {found.reason}"
    if (found := _read(values.get(HOLD))) is not None:
        return f"all sending is held, because {found.reason}; an administrator releases it"
    return None


def _put(tx: Tx, key: str, reason: str) -> Hold:
    found = Hold(reason, tx.now, tx.ctx.actor)
    state.put(tx, key, _text(found))
    return found


def _text(found: Hold) -> str:
    return json.dumps(asdict(found), ensure_ascii=False)


def _read(value: str | None) -> Hold | None:
    return Hold(**json.loads(value)) if value is not None else None

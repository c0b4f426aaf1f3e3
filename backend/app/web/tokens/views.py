"""View of access tokens."""

from datetime import timedelta
from typing import Any

from backend.app.core_gov.access.tokens import management
from backend.app.core_gov.access.tokens.permissions import Requester
from backend.app.core_gov.access.tokens.scopes import PACKS, SCOPES
from backend.app.kit.clock import later
from backend.app.kit.db import Tx
from backend.app.kit.http import Caller


def listing(tx: Tx, caller: Caller) -> dict[str, Any]:
    """Return the caller's tokens, for administrators all, valid ones first; and what a new one can have."""
    by = Requester(caller.actor, caller.roles[-1], caller.person, caller.token)
    found = management.list_tokens(tx, by).items
    return {
        "tokens": sorted(found, key=lambda token: (token.state != "valid", token.name)),
        "own": caller.actor,
        "may_create": caller.token is None,
        "roles": caller.roles,
        "scopes": SCOPES,
        "packs": PACKS,
        "terms": [(later(tx.now, timedelta(days=days)), words) for days, words in _TERMS],
    }


_TERMS = ((30, "30 days"), (90, "90 days"), (365, "one year"), (2 * 365, "two years"))
"""Days that a new token can be valid for, and the same in words."""

"""Views of signing in."""

from typing import Any

from backend.app.core_gov.access.people.schemas import LinkKind
from backend.app.core_gov.access.single_sign_on.providers import usable_providers
from backend.app.kit.db import Tx
from backend.app.kit.http import Caller
from backend.app.settings import Settings
from backend.app.web.factors.steps import NextQuery
from backend.app.web.sign_in.return_paths import return_path


def sign_in(tx: Tx, query: NextQuery, caller: Caller, settings: Settings, problem: str | None = None) -> dict[str, Any]:
    """Return where to go afterwards, and who is there already: a person, or the user of this machine.

    `problem`: why a sign-in at a provider has failed.
    """
    providers, faults = usable_providers(settings)
    return {
        "next": return_path(query.next),
        "problem": problem,
        "providers": providers,
        "providers_wrong": bool(faults),
        "signed_in_as": caller.actor if caller.person else None,
        "local_user": caller.actor if caller.roles and not (caller.person or caller.token) else None,
        "passwords": settings.passwords,
    }


def link(tx: Tx, kind: LinkKind, caller: Caller, settings: Settings) -> dict[str, Any]:
    """Return what the page of a link says. Its secret is in the fragment, which only the browser knows."""
    return {
        "kind": kind,
        "passwords": settings.passwords,
        "providers": usable_providers(settings)[0],
        "signed_in_as": caller.actor if caller.person else None,
    }

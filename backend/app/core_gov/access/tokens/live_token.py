"""The token of a request."""

from dataclasses import dataclass

from backend.app.core_gov.access.tokens.scopes import Scopes
from backend.app.kit.errors import Unauthenticated

UNKNOWN = "this access token is unknown or revoked"


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A token that has not been revoked. `check` says whether it is valid now.

    `role` is the lower one of its own and its owner's. `owner_status` is None if it has no owner, and `scopes` if it
    may use everything. `replaced_until`: end of the overlap, if the request has the secret from before a rotation.
    """

    name: str
    role: str
    scopes: Scopes | None = None
    expires_at: str | None = None
    used_at: str | None = None
    owner_status: str | None = None
    replaced_until: str | None = None

    def check(self, now: str) -> None:
        """Raise Unauthenticated unless the token is valid at a time.

        The reason is told, because only holders of a real secret get this far.
        """
        if self.replaced_until is not None and now >= self.replaced_until:
            raise Unauthenticated("the secret of this access token was replaced by a rotation; use the new one")
        if self.expires_at is not None and now >= self.expires_at:
            day = self.expires_at[:10]
            raise Unauthenticated(f"this access token expired on {day}; ask for a new one, or rotate it")
        if self.owner_status not in {None, "active"}:
            raise Unauthenticated("the owner of this access token has no active account")


class LastUse:
    """Decides when the time of the last use of a token is noted: once for each hour of the clock.

    It remembers what this process has noted, so that concurrent requests do not all write, and a store that cannot be
    written is not tried with every request.
    """

    MAX_TOKENS = 1_000

    def __init__(self) -> None:
        self._noted: dict[str, str] = {}

    def is_due(self, token: LiveToken, now: str) -> bool:
        """Return whether the use should be noted now. The caller notes it then."""
        hour = now[:13]
        if token.used_at is not None and token.used_at[:13] >= hour:
            return False
        if self._noted.get(token.name) == hour:
            return False
        if len(self._noted) >= self.MAX_TOKENS:
            self._noted.clear()
        self._noted[token.name] = hour
        return True

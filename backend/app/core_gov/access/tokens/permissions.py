"""Permissions to create, rotate and revoke tokens: pure rules.

People manage their own tokens, admins all. A token manages tokens only with the role admin and the scope
`access:write`, and gives none more than it has itself, so that a stolen one cannot outlive its expiry, its owner's
account or its scopes.
"""

from dataclasses import dataclass

from backend.app.core_gov.access.schemas import Role, lower_role
from backend.app.core_gov.access.tokens.scopes import Scopes, includes
from backend.app.kit.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights that a token gives to its holder. `owner` is the id of a person."""

    role: Role
    owner: str | None
    scopes: Scopes | None
    expires_at: str | None


@dataclass(frozen=True, slots=True)
class Requester:
    """Sender of a request: a person by id, a token by name (`own` is its grant), or the user of this machine."""

    actor: str
    role: str
    person: str | None = None
    token: str | None = None
    own: Grant | None = None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def check_may_manage(self) -> None:
        """Raise Forbidden for a token that may not manage tokens."""
        if self.own is not None and not (self.is_admin and includes(self.own.scopes, frozenset({"access:write"}))):
            raise Forbidden("a token manages tokens only with the role admin and the scope access:write")

    def check_may_name(self, name: str, local_user: str) -> None:
        """Raise Forbidden for a name by which the audit trail would take the token for somebody else."""
        if name == local_user:
            raise Forbidden(f"{name} is the user of this machine in the audit trail; choose another name")
        if not self.is_admin and "@" in name:
            raise Forbidden("only an admin can name a token like an email address")

    def check_may_give(self, grant: Grant) -> None:
        """Raise Forbidden unless this requester may create a token with a grant."""
        self.check_may_manage()
        if lower_role(grant.role, self.role) != grant.role:
            raise Forbidden(f"the role of the token can be {self.role} at most, like your own")
        if not self.is_admin and grant.owner != self.person:
            raise Forbidden("only an admin can create tokens for other people, or for nobody")
        if self.own is None:
            return
        if not includes(self.own.scopes, grant.scopes):
            raise Forbidden(f"the token can have only scopes that {self.actor} has")
        if self.own.owner is not None and grant.owner != self.own.owner:
            raise Forbidden(f"the token must belong to the owner of {self.actor}")
        if self.own.expires_at is not None and (grant.expires_at is None or grant.expires_at > self.own.expires_at):
            raise Forbidden(f"the token can be valid until {self.own.expires_at} at most, like {self.actor}")

    def check_is_own(self, name: str, owner: str | None) -> None:
        """Raise NotFound for a token of someone else, unless an admin asks."""
        if not self.is_admin and (self.person is None or owner != self.person):
            raise NotFound(f"token {name}")

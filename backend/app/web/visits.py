"""Visitors of pages, and their permissions."""

from dataclasses import dataclass

_MAY = {
    "viewer": "read all records",
    "operator": "read and change all records",
    "admin": "read and change all records, read the audit trail, and manage people",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Visitor of a page, and the page.

    `roles` holds the role, after the roles that it includes. `person` and `session` are ids, if the visitor has signed
    in. `local` is whether it is the user of this machine, who need not sign in.
    """

    actor: str
    roles: tuple[str, ...]
    path: str
    person: str | None = None
    session: str | None = None
    local: bool = False

    @property
    def signed_in(self) -> bool:
        return self.session is not None

    @property
    def may_write(self) -> bool:
        return "operator" in self.roles

    @property
    def may_administer(self) -> bool:
        return "admin" in self.roles

    @property
    def may(self) -> str:
        """Permissions of the role, in words."""
        return _MAY.get(self.roles[-1], "nothing") if self.roles else "nothing"

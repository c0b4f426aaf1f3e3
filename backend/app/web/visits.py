"""Who looks at a page, and what this person may do."""

from dataclasses import dataclass

_MAY = {
    "viewer": "read all records",
    "operator": "read and change all records",
    "admin": "read and change all records, and read the audit trail",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for a page, and which one.

    `roles` holds the role, after the roles that it includes. `signed_in` is whether there is a session to end.
    """

    actor: str
    roles: tuple[str, ...]
    path: str
    signed_in: bool = False

    @property
    def may_write(self) -> bool:
        return "operator" in self.roles

    @property
    def may_administer(self) -> bool:
        return "admin" in self.roles

    @property
    def may(self) -> str:
        """What the role allows, in words."""
        return _MAY.get(self.roles[-1], "nothing") if self.roles else "nothing"

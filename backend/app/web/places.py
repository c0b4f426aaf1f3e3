"""Pages and actions of the console, for the navigation and the search."""

from dataclasses import dataclass

from backend.app.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Place:
    """A page, or an action with a page of its own. `role` is the least role that may use it.

    `tabs` are the paths of pages outside its path that its tabs lead to.
    """

    name: str
    path: str
    role: str = "viewer"
    in_navigation: bool = False
    tabs: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Return whether a page is this one, below it, or on one of its tabs."""
        return any(path == each or path.startswith(f"{each}/") for each in (self.path, *self.tabs))


MESSAGE_TABS = ("/app/deliveries", "/app/inbox", "/app/opt-outs", "/app/consents", "/app/sending")

PLACES = (
    Place("Deals", "/app/deals", in_navigation=True),
    Place("Partners", "/app/partners", in_navigation=True),
    Place("Agreements", "/app/agreements", in_navigation=True, tabs=("/app/statements",)),
    Place("Properties", "/app/properties", in_navigation=True),
    Place("Messages", "/app/messages", in_navigation=True, tabs=MESSAGE_TABS),
    Place("Markets", "/app/markets", in_navigation=True),
    Place("People", "/app/people", "admin", in_navigation=True),
    Place("Audit", "/app/audit", "admin", in_navigation=True),
    Place("Settings", "/app/settings", in_navigation=True),
    Place("New property", "/app/properties/new", "operator"),
    Place("New deal", "/app/deals/new", "operator"),
    Place("New agreement", "/app/agreements/new", "operator"),
    Place("New partner", "/app/partners/new", "operator"),
    Place("New message", "/app/messages/new", "operator"),
    Place("Send log", "/app/messages/sent"),
    Place("Deliveries", "/app/deliveries"),
    Place("Inbox", "/app/inbox"),
    Place("Opt-outs", "/app/opt-outs"),
    Place("Consent", "/app/consents"),
    Place("Sending", "/app/sending"),
    Place("Statements", "/app/statements"),
    Place("Sales", "/app/sales"),
    Place("Jobs", "/app/jobs"),
    Place("Second factors", "/app/account/factors"),
    Place("Findings of the doctor", "/app/settings/doctor", "admin"),
    Place("My account, password and sessions", "/app/account"),
    Place("Access tokens", "/app/account/tokens"),
    Place("API reference", "/docs"),
)


def navigation(visit: Visit) -> list[Place]:
    """Return the places of the main navigation that the visitor may open."""
    return [place for place in PLACES if place.in_navigation and place.role in visit.roles]


def matching(text: str, visit: Visit) -> list[Place]:
    """Return the places with a word that begins like the last word of the text, and all its other words."""
    typed = text.casefold().split()
    return [place for place in PLACES if place.role in visit.roles and _matches(place.name.casefold().split(), typed)]


def _matches(words: list[str], typed: list[str]) -> bool:
    return bool(typed) and all(any(word.startswith(each) for word in words) for each in typed)

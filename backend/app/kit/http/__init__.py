"""How the services are reached over HTTP: one edge, one strict parser, one shape of errors."""

from backend.app.kit.http.answers import Answer
from backend.app.kit.http.edge import Edge, Wiring
from backend.app.kit.http.work import Caller, Db, Work

__all__ = ["Answer", "Caller", "Db", "Edge", "Wiring", "Work"]

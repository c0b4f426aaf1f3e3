"""How the services are reached over HTTP: one edge, one strict parser, one shape of errors."""

from backend.app.kit.http.middleware import Edge, Wiring
from backend.app.kit.http.request_work import Caller, Db, Work
from backend.app.kit.http.responses import Answer

__all__ = ["Answer", "Caller", "Db", "Edge", "Wiring", "Work"]

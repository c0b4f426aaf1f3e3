"""HTTP access to the services: one ASGI edge, one strict parser, one error format."""

from backend.app.kit.http.middleware import Edge, Wiring
from backend.app.kit.http.request_work import Caller, Db, Work
from backend.app.kit.http.responses import Answer

__all__ = ["Answer", "Caller", "Db", "Edge", "Wiring", "Work"]

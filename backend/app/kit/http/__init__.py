"""HTTP access to the services: one ASGI middleware, one strict parser, one error format."""

from backend.app.kit.http.exchange import RefusedPage
from backend.app.kit.http.middleware import RequestMiddleware, ServiceComponents
from backend.app.kit.http.request_work import Caller, Db, RequestWork
from backend.app.kit.http.responses import FileResponse, Response

__all__ = [
    "Caller",
    "Db",
    "FileResponse",
    "RefusedPage",
    "RequestMiddleware",
    "RequestWork",
    "Response",
    "ServiceComponents",
]

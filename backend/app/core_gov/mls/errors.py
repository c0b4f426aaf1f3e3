"""Errors of a feed.

FeedFailed            the sync fails; what was stored stays, and the next run resumes
├── QueryRefused      the server rejects the request (400, 404, 501)
└── BadResponse       the response cannot be read; a retry may help
"""

from backend.app.kit.errors import AppError


class FeedFailed(AppError):
    status = 502
    title = "Bad Gateway"


class QueryRefused(FeedFailed):
    """The server rejected the request.

    `code` is the HTTP status, `message` that of the server. `may_be_empty`: it may only have no records.
    """

    def __init__(self, detail: str, code: int, message: str = "", *, may_be_empty: bool = False) -> None:
        super().__init__(detail)
        self.code, self.message, self.may_be_empty = code, message, may_be_empty


class BadResponse(FeedFailed):
    """The response cannot be read; a retry may help."""

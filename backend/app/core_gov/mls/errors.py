"""What goes wrong with a feed, in sentences for whoever runs it.

FeedFailed             the sync of a feed ends here; what it stored stays, and the next run goes on
├── QuestionRefused    the server does not take the question as it was put (400, 404, 501)
└── BadAnswer          the answer cannot be read; perhaps the next one can
"""

from backend.app.kit.errors import AppError


class FeedFailed(AppError):
    status = 502
    title = "Bad Gateway"


class QuestionRefused(FeedFailed):
    """`code` is the status of the answer."""

    def __init__(self, detail: str, code: int) -> None:
        super().__init__(detail)
        self.code = code


class BadAnswer(FeedFailed):
    """Worth another try."""

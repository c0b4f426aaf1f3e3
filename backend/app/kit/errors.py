"""Every failure that is expected, with the status and the sentence its caller gets.

AppError
├── BadInput             400  what came in is wrong; `faults` names each field
├── Unauthenticated      401
├── Forbidden            403
├── NotFound             404
├── MethodNotAllowed     405
├── Conflict             409  a rule of the business forbids it
├── PreconditionFailed   412  If-Match lost the race
├── TooLarge             413
├── UnsupportedMedia     415
├── TooManyRequests      429
├── StoreUnavailable     503  the database cannot answer now; try again
│   └── StoreReadOnly    503  it can be read, but not written
└── StoreFull            507  the disk is full
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input: where, and what."""

    field: str
    message: str


class AppError(Exception):
    """A failure whose `detail` is one sentence that a person can act on."""

    status = 500
    title = "Internal Server Error"

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}


class BadInput(AppError):
    status = 400
    title = "Bad Request"

    def __init__(self, detail: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail)
        self.faults = faults

    @classmethod
    def of(cls, faults: list[Fault]) -> "BadInput":
        """The answer to one or more faults: the first is the sentence, all of them are listed."""
        return cls(faults[0].message, tuple(faults))

    @classmethod
    def field(cls, field: str, message: str) -> "BadInput":
        return cls(message, (Fault(field, message),))


class Unauthenticated(AppError):
    status = 401
    title = "Unauthorized"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"www-authenticate": "Bearer"})


class Forbidden(AppError):
    status = 403
    title = "Forbidden"


class NotFound(AppError):
    """Nothing is on file under that name: `NotFound("draft")` says "draft not found"."""

    status = 404
    title = "Not Found"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")


class MethodNotAllowed(AppError):
    status = 405
    title = "Method Not Allowed"

    def __init__(self, method: str, allowed: list[str]) -> None:
        allow = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not allowed here; use {allow}", headers={"allow": allow})


class Conflict(AppError):
    status = 409
    title = "Conflict"


class PreconditionFailed(AppError):
    status = 412
    title = "Precondition Failed"


class TooLarge(AppError):
    status = 413
    title = "Content Too Large"


class UnsupportedMedia(AppError):
    status = 415
    title = "Unsupported Media Type"


class TooManyRequests(AppError):
    status = 429
    title = "Too Many Requests"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail, headers={"retry-after": str(max(1, retry_after_s))})


class StoreUnavailable(AppError):
    status = 503
    title = "Service Unavailable"

    def __init__(self, detail: str = "the database cannot answer now; nothing was changed, try again") -> None:
        super().__init__(detail, headers={"retry-after": "1"})


class StoreReadOnly(StoreUnavailable):
    """The store can be read, but not written."""


class StoreFull(AppError):
    status = 507
    title = "Insufficient Storage"

    def __init__(self, detail: str = "the disk is full; nothing was stored, make room and try again") -> None:
        super().__init__(detail)


def failed_after(error: StoreFull | StoreUnavailable, done: str) -> StoreFull | StoreUnavailable:
    """The failure of one of many units of work; `done` says what the units before it have stored.

    The detail of a store failure says after its semicolon that nothing was stored, which is true of its own unit only.
    """
    first = "make room, and run" if isinstance(error, StoreFull) else "run"
    reason = error.detail.partition(";")[0]
    return type(error)(f"{reason}; {done}: {first} the same command again, which goes on there")


class DuplicateKey(Exception):
    """A unique index refused a row; the table that owns the index turns it into a `Conflict`."""

    def __init__(self, index: str) -> None:
        super().__init__(index)
        self.index = index


class RetryUnit(Exception):
    """Another unit came first; done anew from the start, this one will see what that one wrote."""


class StartError(Exception):
    """The service cannot start; the message is the one line that says why."""

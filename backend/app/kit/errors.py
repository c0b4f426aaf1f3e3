"""All expected failures, with status and message.

AppError
├── BadInput             400  the input is wrong; `faults` names each field
├── Unauthenticated      401
├── Forbidden            403
├── NotFound             404
├── MethodNotAllowed     405
├── Conflict             409  a business rule forbids it
├── PreconditionFailed   412  If-Match does not match
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
    """One error in the input: field and message."""

    field: str
    message: str


class AppError(Exception):
    """An expected failure. `detail` is one sentence that says what is wrong and what to do."""

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
        """Return the error for one or more faults. The first is the message; all are listed."""
        return cls(faults[0].message, tuple(faults))

    @classmethod
    def field(cls, field: str, message: str) -> "BadInput":
        return cls(message, (Fault(field, message),))

    @property
    def sentences(self) -> str:
        """All faults on one line."""
        return "; ".join(fault.message for fault in self.faults) or self.detail


class Unauthenticated(AppError):
    status = 401
    title = "Unauthorized"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"www-authenticate": "Bearer"})


class Forbidden(AppError):
    status = 403
    title = "Forbidden"


class NotFound(AppError):
    """There is no such object: `NotFound("file")` says "file not found", and what to do about it if there is a hint."""

    status = 404
    title = "Not Found"

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(f"{what} not found: {hint}" if hint else f"{what} not found")


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
    """Return the failure of one of many units of work. `done` says what the earlier units stored.

    After its semicolon, the detail of a store failure says that nothing was stored, which is true only of its own
    unit.
    """
    first = "make room, and run" if isinstance(error, StoreFull) else "run"
    reason = error.detail.partition(";")[0]
    return type(error)(f"{reason}; {done}: {first} the same command again to continue there")


class DuplicateKey(Exception):
    """A unique index refused a row. The table that owns the index converts it to a `Conflict`."""

    def __init__(self, index: str) -> None:
        super().__init__(index)
        self.index = index


class RetryUnit(Exception):
    """A concurrent unit committed first. Run this unit again, so that it sees those changes."""


class StartError(Exception):
    """The service cannot start. The message is a single line with the reason."""

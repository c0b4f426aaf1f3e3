import pytest

from backend.app.kit import errors
from backend.app.kit.errors import (
    AppError,
    BadInput,
    Conflict,
    Fault,
    MethodNotAllowed,
    NotFound,
    StoreFull,
    StoreUnavailable,
    TooManyRequests,
    Unauthenticated,
)

EVERY: list[type[AppError]] = [
    AppError,
    *(each for each in AppError.__subclasses__() if each.__module__ == errors.__name__),
]
"""Errors returned over HTTP. Packages may have others, which only commands report."""


def test_every_status_has_one_class() -> None:
    statuses = [error.status for error in EVERY]
    assert sorted(statuses) == [400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503, 507]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_docstring_lists_the_exception_tree(error: type[AppError]) -> None:
    assert errors.__doc__ is not None
    assert error is AppError or f" {error.__name__} " in errors.__doc__
    assert error is AppError or f" {error.status}" in errors.__doc__


def test_not_found_names_the_object() -> None:
    assert NotFound("draft").detail == "draft not found"


def test_single_fault_is_the_detail() -> None:
    error = BadInput.field("body", "body is required")
    assert (error.detail, error.faults) == ("body is required", (Fault("body", "body is required"),))


def test_first_of_several_faults_is_the_detail() -> None:
    faults = [Fault("a", "a is required"), Fault("b", "b is required")]
    error = BadInput.of(faults)
    assert (error.detail, error.faults) == ("a is required", tuple(faults))


def test_method_not_allowed_lists_the_allowed_ones() -> None:
    error = MethodNotAllowed("PUT", ["POST", "GET"])
    assert error.detail == "PUT is not allowed here; use GET, POST"
    assert error.headers == {"allow": "GET, POST"}


@pytest.mark.parametrize(("wait", "header"), [(0, "1"), (1, "1"), (30, "30")])
def test_too_many_requests_has_retry_after(wait: int, header: str) -> None:
    assert TooManyRequests("too many", wait).headers == {"retry-after": header}


def test_errors_have_their_http_headers() -> None:
    assert StoreUnavailable().headers == {"retry-after": "1"}
    assert Unauthenticated("who?").headers == {"www-authenticate": "Bearer"}
    assert Conflict("no").headers == {}


@pytest.mark.parametrize("error", [StoreUnavailable(), StoreFull()])
def test_unavailable_store_says_that_nothing_was_changed(error: AppError) -> None:
    assert "nothing was" in error.detail
    assert str(error) == error.detail

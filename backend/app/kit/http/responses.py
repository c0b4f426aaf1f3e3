"""Responses: stored bytes on success, RFC 9457 problem documents on errors."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel

from backend.app.kit.errors import AppError, BadInput
from backend.app.kit.records import Page, Stored

JSON = b"application/json"
PROBLEM = b"application/problem+json"

Header = tuple[bytes, bytes]


@dataclass(slots=True)
class Response:
    status: int
    body: bytes
    media: bytes = JSON
    headers: list[Header] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body)

    def start(self, request_id: str) -> dict[str, Any]:
        described = [(b"content-type", self.media), (b"content-length", b"%d" % self.size)]
        head = [
            *(described if self.status != HTTPStatus.NOT_MODIFIED else ()),
            (b"x-request-id", request_id.encode("latin-1")),
            (b"x-content-type-options", b"nosniff"),
        ]
        if not any(name == b"cache-control" for name, _ in self.headers):
            head.append((b"cache-control", b"no-store"))
        return {"type": "http.response.start", "status": self.status, "headers": head + self.headers}


_PART = 256 * 1024


class FileResponse(Response):
    """Response whose body is a file, read in parts while it is sent. It is opened at once; a deletion does not end it.

    Raises OSError if the file cannot be opened.
    """

    def __init__(self, path: Path, media: bytes, headers: list[Header]) -> None:
        super().__init__(HTTPStatus.OK, b"", media, headers)
        self._file: IO[bytes] = path.open("rb")
        self._size = os.fstat(self._file.fileno()).st_size

    @property
    def size(self) -> int:
        return self._size

    async def parts(self) -> AsyncGenerator[bytes]:
        """Yield the body in parts."""
        left = self._size
        while left and (part := await asyncio.to_thread(self._file.read, min(left, _PART))):
            left -= len(part)
            yield part

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem document, as OpenAPI describes it."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str


def not_modified(etag: str) -> Response:
    """Return a response without a body, whose headers are those of a 200 except the ones that describe the body."""
    return Response(HTTPStatus.NOT_MODIFIED, b"", headers=[(b"etag", etag.encode())])


def problem(error: AppError, request_id: str) -> Response:
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "request_id": request_id,
    }
    if isinstance(error, BadInput) and error.faults:
        document["errors"] = [{"field": fault.field, "message": fault.message} for fault in error.faults]
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in error.headers.items()]
    return Response(
        error.status, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), PROBLEM, headers
    )


_MANY = 200_000
"""Characters above which the items of a page are encoded one by one: a single string would double the memory."""


def page_body(page: Page[Any]) -> bytes:
    """Return the body of a list response."""
    tail = f',"next_cursor":"{page.next_cursor}"}}' if page.next_cursor else "}"
    if page.count is not None:
        tail = f',"count":{page.count.number},"count_exceeded":{json.dumps(page.count.exceeded)}{tail}'
    if sum(map(len, page.docs)) < _MANY:
        return f'{{"items":[{",".join(page.docs)}]{tail}'.encode()
    return b'{"items":[' + b",".join([doc.encode() for doc in page.docs]) + b"]" + tail.encode()


def render(result: object) -> tuple[str, str | None]:
    """Return the body and the ETag of a service result that is not a page."""
    if isinstance(result, Stored):
        if not result.warnings:
            return result.doc, result.etag
        warnings = json.dumps(list(result.warnings), ensure_ascii=False)
        return f'{result.doc[:-1]},"warnings":{warnings}}}', result.etag
    if isinstance(result, BaseModel):
        return result.model_dump_json(), None
    raise TypeError(f"a service returned {type(result).__name__}, which cannot be rendered")

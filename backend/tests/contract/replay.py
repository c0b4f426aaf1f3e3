"""Requests that schemathesis made of a service on one database, repeated at a service on the other."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from backend.tests.contract.openapi_document import DOCUMENT
from backend.tests.contract.schema_valid import ids_in
from backend.tests.harness import SOON_S

Line = dict[str, Any]
"""A request of the recording, with its status."""

_ID = re.compile(rb"[a-z]+_[0-9a-f]{20,}")


def is_about_secrets(path: str) -> bool:
    """Return whether nobody who guesses gets an answer of an operation: signing in, with its delays, and sessions."""
    return path.startswith("/core/access/") and path != "/core/access/me" and not path.startswith(_GUESSED)


_GUESSED = ("/core/access/tokens", "/core/access/people")


def replay(recording: Path, base_url: str, ids: dict[str, str]) -> None:
    """Repeat the requests in order, and assert for each the same status and a body valid against its schema.

    Of the refusals that do not look for a record, `sampled` ones. `ids` maps ids of records at the first service to
    those at this one. Records that the requests create are added.
    """
    here = {old.encode(): new.encode() for old, new in ids.items()}
    differences = []
    with closing(HTTPConnection(urlsplit(base_url).netloc, timeout=SOON_S)) as connection:
        for line in sampled(_lines(recording), keep=_reached_records):
            if is_about_secrets(line["operation"].partition(" ")[2]):
                continue
            target = _translated(line["target"].encode(), here).decode()
            body = _translated(base64.b64decode(line["body"]), here)
            headers = {name: _translated(value.encode("latin-1"), here) for name, value in line["headers"].items()}
            connection.request(line["method"], target, body or None, headers)
            response = connection.getresponse()
            content = response.read()
            if response.status != line["status"]:
                differences.append(
                    f"{line['method']} {target}: {line['status']}, here {response.status}: {content[:300]!r}"
                )
                continue
            if (validator := _validator(line["operation"], response.status)) is not None:
                validator.validate(json.loads(content))
            if len(new := ids_in(content)) == len(line["ids"]):
                for known, own in zip(line["ids"], new, strict=True):
                    here.setdefault(known.encode(), own.encode())
    assert not differences, "\n".join(differences)


def replay_as(recording: Path, base_url: str, secret: str, may: Callable[[str, str], bool]) -> int:
    """Send `sampled` requests again with a token, and assert that those that it may not make are refused: 403.

    `may`: whether the token may use a method of a path; such requests are not sent. A request that was malformed may
    be 400 before anything else is checked. Return how many were refused.
    """
    wrong, refused = [], 0
    with closing(HTTPConnection(urlsplit(base_url).netloc, timeout=SOON_S)) as connection:
        for line in sampled(_lines(recording)):
            if may(line["method"], line["operation"].partition(" ")[2]):
                continue
            headers = {name: value for name, value in line["headers"].items() if name.lower() != "authorization"}
            headers["authorization"] = f"Bearer {secret}"
            connection.request(line["method"], line["target"], base64.b64decode(line["body"]) or None, headers)
            response = connection.getresponse()
            content = response.read()
            refused += response.status == 403
            if response.status != 403 and (response.status, line["status"]) != (400, 400):
                wrong.append(f"{line['method']} {line['target']}: {response.status}: {content[:200]!r}")
    assert not wrong, "\n".join(wrong)
    return refused


SAMPLE = 8
"""Requests of an operation, method and status that are repeated: most of a recording are refused for a malformed value,
by code that knows neither the database nor the role."""


def sampled(lines: Sequence[Line], keep: Callable[[Line], bool] = lambda _: False) -> Iterator[Line]:
    """Yield a few requests of each operation, method and status, evenly spaced, and all that `keep` accepts."""
    totals = Counter(map(_kind, lines))
    seen: Counter[tuple[str, str, int]] = Counter()
    for line in lines:
        kind = _kind(line)
        before, seen[kind] = seen[kind], seen[kind] + 1
        # The sample grows at this request, which is so at the first one, and SAMPLE times in all.
        grows = -(-before * SAMPLE // totals[kind]) < -(-seen[kind] * SAMPLE // totals[kind])
        if totals[kind] <= SAMPLE or grows or keep(line):
            yield line


def _kind(line: Line) -> tuple[str, str, int]:
    return line["operation"], line["method"], line["status"]


def _reached_records(line: Line) -> bool:
    """Return whether a request was answered by the database: it read, wrote, or found no such record or version."""
    return line["status"] < 400 or line["status"] in {404, 412}


def _lines(recording: Path) -> list[Line]:
    with recording.open() as file:
        return [json.loads(line) for line in file]


def _translated(text: bytes, ids: dict[bytes, bytes]) -> bytes:
    return _ID.sub(lambda found: ids.get(found[0], found[0]), text)


@cache
def _validator(operation: str, status: int) -> jsonschema_rs.Validator | None:
    """Return a validator of JSON bodies. None if OpenAPI has no schema for this response."""
    method, _, path = operation.partition(" ")
    described = DOCUMENT["paths"][path][method.lower()]["responses"].get(str(status), {})
    if "application/json" not in described.get("content", {}):
        return None
    schema = described["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for({**schema, "components": DOCUMENT["components"], "$schema": _DRAFT})


_DRAFT = "https://json-schema.org/draft/2020-12/schema"

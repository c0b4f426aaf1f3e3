"""Calls of operation handlers: FastAPI declares and documents them, the strict parser provides their arguments.

The framework's own request handling accepts unknown fields, converted types and half-valid JSON, and takes longer than
the operation itself. So arguments are bound here, from the same signatures.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from urllib.parse import unquote_to_bytes

from fastapi import params
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError
from starlette.routing import BaseRoute

from backend.app.kit import strict_json
from backend.app.kit.errors import BadInput, Fault, UnsupportedMedia
from backend.app.kit.fields import faults_of
from backend.app.kit.http.query import parse_query
from backend.app.kit.http.request_work import RequestWork
from backend.app.kit.http.responses import Response
from backend.app.kit.query import ListQuery, QueryFields, parameters_with_several_values

Handler = Callable[..., Awaitable[Response]]
Headers = dict[bytes, bytes]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

READ_ONLY = frozenset({"id", "created_at", "updated_at", "warnings"})


@dataclass(frozen=True, slots=True)
class Admits:
    """Callers that an operation admits, if not all those with a role that may use its method.

    `anyone`: also callers who have not signed in. `incomplete`: also sessions whose sign-in is not complete. `readers`:
    callers who may only read may use it although it writes, because it concerns only themselves. `role`: the role that
    it needs. `local`: clients on this machine need no credential, whatever the settings say. `path`: that of the
    operation, with its parameters in braces; None if a request has no operation.
    """

    anyone: bool = False
    incomplete: bool = False
    readers: bool = False
    role: str | None = None
    local: bool = False
    path: str | None = None


_ROLES_ONLY = Admits()


def admits(
    *,
    anyone: bool = False,
    incomplete: bool = False,
    readers: bool = False,
    role: str | None = None,
    local: bool = False,
) -> Callable[[Handler], Handler]:
    """Return a decorator that declares which callers the operation of an endpoint admits, if not the usual ones."""

    def declared(endpoint: Handler) -> Handler:
        found = Admits(anyone, anyone or incomplete, anyone or readers, role, local)
        endpoint.admits = found  # type: ignore[attr-defined]
        return endpoint

    return declared


class Operation:
    """One method of one path. `response_model` documents its response. `admits`: see `Admits`."""

    def __init__(self, path: str, endpoint: Handler, status: int, response_model: Any = None) -> None:
        self.path, self.status = path, status
        self._endpoint = endpoint
        self.admits: Admits = replace(getattr(endpoint, "admits", _ROLES_ONLY), path=path)
        self._work: str | None = None
        self._query: tuple[str, type[QueryFields], frozenset[str]] | None = None
        self._body: tuple[str, type[BaseModel]] | None = None
        self._media = JSON
        self._bind(endpoint)
        self._read_only = self._find_read_only(response_model)

    def _bind(self, endpoint: Handler) -> None:
        hints = get_type_hints(endpoint, include_extras=True)
        hints.pop("return", None)
        for name, annotation in hints.items():
            marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
            kind = get_args(annotation)[0] if marks else annotation
            if kind is RequestWork:
                self._work = name
            elif any(isinstance(mark, params.Query) for mark in marks):
                self._query = (name, kind, parameters_with_several_values(kind))
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                self._body = (name, kind)
                self._media = next((mark.media_type for mark in marks if isinstance(mark, params.Body)), JSON)

    def _find_read_only(self, response_model: Any) -> frozenset[str]:
        """Return the fields of the response that a caller cannot send."""
        if self._body is None or not (isinstance(response_model, type) and issubclass(response_model, BaseModel)):
            return READ_ONLY
        return READ_ONLY | (response_model.model_fields.keys() - self._body[1].model_fields.keys())

    @property
    def takes_body(self) -> bool:
        return self._body is not None

    async def __call__(
        self, work: RequestWork, path: dict[str, str], query: bytes, headers: Headers, body: bytes
    ) -> Response:
        arguments: dict[str, Any] = path
        if self._work is not None:
            arguments[self._work] = work
        arguments |= self._parse_query(query, work)
        if self._body is not None:
            name, model = self._body
            arguments[name] = _parse_body(model, self._media, headers, body, self._read_only)
        elif body and body.strip() != b"{}":
            raise BadInput("this operation takes no body")
        return await self._endpoint(**arguments)

    def _parse_query(self, raw: bytes, work: RequestWork) -> dict[str, QueryFields]:
        if self._query is None:
            if raw and (given := parse_query(raw)):
                name = next(iter(given))
                raise BadInput.field(name, f"{name} is not a known query parameter")
            return {}
        name, model, several = self._query
        try:
            query = model.model_validate(parse_query(raw, several))
        except ValidationError as error:
            raise BadInput.of([_query_fault(fault) for fault in faults_of(error)]) from None
        if isinstance(query, ListQuery):
            work.take_cursor(query)
        return {name: query}


_NUMBERED = re.compile(r"\.\d+$")


def _query_fault(fault: Fault) -> Fault:
    """Return a fault as one of a query parameter. Of several values, it does not say which, because they are named."""
    field = _NUMBERED.sub("", fault.field)
    message = field + fault.message.removeprefix(fault.field)
    return Fault(field, message.replace("is not a known field", "is not a known query parameter"))


_PARAMETERS = {"", "charset=utf-8", 'charset="utf-8"', "charset=utf8"}
"""Accepted parameters of the media type. An empty one is left by a semicolon at the end (RFC 9110, section 5.6.6)."""


def _parse_body(
    model: type[BaseModel], accepted: str, headers: Headers, body: bytes, read_only: frozenset[str]
) -> BaseModel:
    """Return the body as its model: JSON, or a form if the operation declares it by `Body(media_type=FORM)`."""
    media, *parameters = re.split(r"[ \t]*;[ \t]*", headers.get(b"content-type", b"").decode("latin-1").lower())
    if media.strip() != accepted or not set(parameters) <= _PARAMETERS:
        raise UnsupportedMedia(f"send the body as {accepted}")
    try:
        return model.model_validate(parse_query(body) if accepted == FORM else strict_json.parse(body))
    except ValidationError as error:
        raise BadInput.of(faults_of(error, read_only=read_only)) from None


class Node:
    """One segment of the route tree: its operations by method, and its child segments."""

    __slots__ = ("fixed", "operations", "parameter", "variable")

    def __init__(self) -> None:
        self.fixed: dict[str, Node] = {}
        self.variable: Node | None = None
        self.parameter = ""
        self.operations: dict[str, Operation] = {}


def route_tree(routes: list[BaseRoute]) -> Node:
    """Build a tree of all operations, so that routing walks the path once instead of trying every pattern."""
    root = Node()
    for context in iter_route_contexts(routes):
        if not isinstance(context.original_route, APIRoute) or context.path is None or context.endpoint is None:
            continue
        model = context.original_route.response_model
        operation = Operation(context.path, context.endpoint, context.status_code or 200, model)
        node = _node(root, context.path)
        for method in context.methods or ():
            node.operations[method] = operation
    return root


def _node(node: Node, path: str) -> Node:
    for segment in path.split("/")[1:]:
        if segment.startswith("{"):
            node.variable = node.variable or Node()
            node.variable.parameter = segment[1:-1]
            node = node.variable
        else:
            node = node.fixed.setdefault(segment, Node())
    return node


def find(root: Node, path: str, raw: bytes = b"") -> tuple[Node, dict[str, str]] | None:
    """Return the node of a path and the path parameters; None if there is no such path.

    `raw` is the path as it was sent, in which an encoded slash belongs to a segment.
    """
    segments = path.split("/")[1:]
    if b"%2f" in raw.lower():
        segments = [unquote_to_bytes(segment).decode("utf-8") for segment in raw.split(b"/")[1:]]
    node, arguments = root, {}
    for segment in segments:
        following = node.fixed.get(segment)
        if following is None:
            following = node.variable
            if following is None or not segment:
                return None
            arguments[following.parameter] = segment
        node = following
    return (node, arguments) if node.operations else None

"""The OpenAPI document and the pages that show it. Their assets come from a package, not from a CDN."""

from http import HTTPStatus
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from backend.app.kit.errors import AppError
from backend.app.kit.http.schema_limits import PATH_SEGMENT, add_limits
from backend.app.kit.requests.entity_tags import ANY, PATTERN

DOCS_PATHS = ("/docs", "/openapi.json")
_ASSETS = "/docs/assets"
_CSP = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). `detail` is one sentence that says what is wrong",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Bad Request"]},
        "status": {"type": "integer", "examples": [400]},
        "detail": {"type": "string", "examples": ["body is required"]},
        "request_id": {"type": "string", "description": "Id of the request in the log"},
        "errors": {
            "type": "array",
            "description": "All errors in the input, by field",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_OK = {"200": "Success", "201": "The new record", "304": "The record still has the ETag in If-None-Match"}
_ALWAYS = {
    400: "The input is not valid; `detail` and `errors` say where",
    401: "The access token is missing, unknown or revoked",
    403: "Not allowed for this role, Host, Origin or undeclared proxy",
    429: "Too many requests; try again after Retry-After",
    500: "An internal error, logged with `request_id`",
    503: "The database cannot answer now; try again after Retry-After",
}
_ABSENT = {404: "No record has that id"}
_WRITES = {
    409: "A business rule forbids it, or the Idempotency-Key was used for another request",
    413: "The body is larger than 1 MB",
    507: "The disk is full; nothing was stored",
}
_BODY = {415: "The body is not application/json"}
_CONDITIONAL = {412: "If-Match does not match the current version of the record"}
_EXAMPLES = {
    400: "body is required",
    401: "send an access token: Authorization: Bearer vlh_…",
    403: "pages of https://example.com may not call this API: add it to VALHALLA_ALLOWED_ORIGINS if they should",
    409: "this Idempotency-Key was used for another request; use a new key for a new request",
    412: "the record has changed since you read it; read it again before you change it",
    413: "the body is larger than 1000000 bytes",
    415: "send the body as application/json",
    429: "too many requests; try again in 3 s",
    500: "internal error; the log has details under 9f86d081884c7d65",
    503: "the database cannot answer now; nothing was changed, try again",
    507: "the disk is full; nothing was stored, make room and try again",
}
_FAILURES: list[type[AppError]] = [AppError, *AppError.__subclasses__()]
_TITLES = {failure.status: failure.title for failure in _FAILURES}
_TEXT = {"type": "string"}
_NOT_STORED = "x-not-stored"
NOT_STORED = {_NOT_STORED: True}
"""Extra of an operation whose response is not stored, because it has a secret: it takes neither Idempotency-Key nor
If-Match. Its handler calls `RequestWork.refuse_key`."""
_REQUEST_ID = {"description": "Id of the request in the log", "required": True, "schema": _TEXT}
_ETAG = {
    "description": "Version of the record, for If-Match and If-None-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{24}"$'},
}
_REPLAYED = {
    "description": "`true` if this response was stored by an earlier request with the same Idempotency-Key",
    "schema": {"const": "true"},
}
_RETRY_AFTER = {"description": "Seconds to wait", "required": True, "schema": _TEXT}
_AUTHENTICATE = {"description": "How to send a token", "required": True, "schema": {"const": "Bearer"}}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeated request with the same key returns the stored response, for 24 h",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]*$"},
}
_TAGS = {"oneOf": [{"const": ANY}, {"type": "string", "pattern": PATTERN}]}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "ETag that the record must still have; otherwise the response is 412. Of several ETags, separated "
    "by commas, one must match; `*` matches every version; a weak ETag (`W/`) matches like a strong one",
    "schema": _TAGS,
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETags that the caller has; if the record still has one of them, or with `*`, the response is 304 "
    "without a body",
    "schema": _TAGS,
}

_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`respond-async`: answer 202 with a job, whatever the size",
    "schema": {"type": "string"},
}


def add_docs(app: FastAPI, *, home: str, computations: tuple[str, ...] = ()) -> None:
    """Serve the interactive docs under /docs, redirect / to `home`, and correct the framework's OpenAPI document.

    `computations`: suffixes of the paths whose POST stores nothing.
    """
    assets = str(files("fastapi_offline") / "static")
    app.mount(_ASSETS, StaticFiles(directory=assets), name="docs-assets")

    async def page(request: Request) -> HTMLResponse:
        html = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} API",
            swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{_ASSETS}/favicon.png",
        )
        return HTMLResponse(bytes(html.body), headers={"content-security-policy": _CSP})

    async def go_home(request: Request) -> RedirectResponse:
        return RedirectResponse(home, HTTPStatus.TEMPORARY_REDIRECT)

    app.add_route("/docs", page, include_in_schema=False)
    app.add_route("/", go_home, include_in_schema=False)
    generate = app.openapi

    def corrected() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _correct(generate(), computations)
        return app.openapi_schema

    app.openapi = corrected  # type: ignore[method-assign]


def _correct(schema: dict[str, Any], computations: tuple[str, ...]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for each in schemas.values():
        for example in each.get("examples", ()):
            _restore_nulls(example, each, schemas)
    for each in schemas.values():
        _add_page_example(each, schemas)
    for each in schemas.values():
        if "examples" in each:
            each["examples"] = [_with_null(example, each, schemas) for example in each["examples"]]
    schemas["Problem"] = _PROBLEM
    add_limits(schema, schemas)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Not needed for requests from this machine"}
    }
    schema["security"] = [{}, {"token": []}]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            conditional = _is_conditional(path, method, operation) and not path.endswith(computations)
            _correct_parameters(method, operation, conditional=conditional)
            _correct_responses(path, method, operation, schemas, conditional=conditional)
    return schema


def _restore_nulls(example: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Restore nulls in examples of records: the framework drops them."""
    if reference := schema.get("$ref"):
        _restore_nulls(example, schemas[reference.rsplit("/", 1)[1]], schemas)
    elif isinstance(example, list):
        for item in example:
            _restore_nulls(item, schema.get("items", {}), schemas)
    elif isinstance(example, dict):
        for name in schema.get("required", ()):
            example.setdefault(name, None)
        for name, inner in schema.get("properties", {}).items():
            _restore_nulls(example.get(name), inner, schemas)


def _add_page_example(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Build the example of a list from the example of its items."""
    item = schema.get("properties", {}).get("items", {}).get("items", {}).get("$ref")
    if item is not None and "examples" not in schema:
        schema["examples"] = [
            {"items": schemas[item.rsplit("/", 1)[1]].get("examples", [])[:1], "next_cursor": "czE.q1Wl7FzQdSs"}
        ]


def _with_null(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return the example as in a real response, with the nulls that the framework drops."""
    schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if isinstance(value, list):
        return [_with_null(each, schema.get("items", {}), schemas) for each in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    names = [name for name in schema["properties"] if name in value or name in schema.get("required", ())]
    return {name: _with_null(value.get(name), schema["properties"][name], schemas) for name in names}


def _correct_parameters(method: str, operation: dict[str, Any], *, conditional: bool) -> None:
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            name = parameter["name"]
            parameter["description"] = f"Id of the {_noun(name)}" if name.endswith("_id") else _noun(name).capitalize()
            parameter["schema"] |= PATH_SEGMENT
        parameter["schema"] = _without_null(parameter["schema"])
    if method in {"post", "patch"} and not operation.pop(_NOT_STORED, False):
        parameters.append(_IDEMPOTENCY_KEY)
    if "202" in operation["responses"]:
        parameters.append(_PREFER)
    if conditional:
        parameters.append(_IF_MATCH)


def _is_conditional(path: str, method: str, operation: dict[str, Any]) -> bool:
    """Return True if the operation changes a record that the caller may have read before."""
    if _NOT_STORED in operation:
        return False
    return method == "patch" or (method == "post" and ("{" in path or "412" in operation["responses"]))


def _noun(parameter: str) -> str:
    return parameter.removesuffix("_id").replace("_", " ")


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without null: a query parameter is omitted, never null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}


def _correct_responses(
    path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any], *, conditional: bool
) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    if method == "get" and _is_record(responses["200"], schemas):
        operation["parameters"].append(_IF_NONE_MATCH)
        responses["304"] = {"description": _OK["304"]}
    declared = {int(status): response["description"] for status, response in responses.items() if status >= "400"}
    failures = _failures(path, method, operation) | (_CONDITIONAL if conditional else {})
    for status, description in sorted((failures | declared).items()):
        detail = declared.get(status) or _EXAMPLES.get(status) or f"{_last_noun(path)} not found"
        responses[str(status)] = _problem(status, description, detail)
    for status, response in responses.items():
        if status in _OK:
            response["description"] = _OK[status]
        response["headers"] = response.get("headers", {}) | _headers(
            status, method, status == "304" or _is_record(response, schemas)
        )


def _failures(path: str, method: str, operation: dict[str, Any]) -> dict[int, str]:
    """Return the failures that every operation of this kind may have. Routers declare the others."""
    found = dict(_ALWAYS)
    if "{" in path:
        found |= _ABSENT
    if method != "get":
        found |= _WRITES
    if "requestBody" in operation:
        found |= _BODY
    return found


def _problem(status: int, description: str, detail: str) -> dict[str, Any]:
    example = {
        "type": "about:blank",
        "title": _TITLES[status],
        "status": status,
        "detail": detail,
        "request_id": "9f86d081884c7d65",
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": description, "content": {"application/problem+json": content}}


def _last_noun(path: str) -> str:
    return [_noun(part[1:-1]) for part in path.split("/") if part.startswith("{")][-1]


def _is_record(response: dict[str, Any], schemas: dict[str, Any]) -> bool:
    reference = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "/")
    return "updated_at" in schemas.get(reference.rsplit("/", 1)[1], {}).get("properties", {})


def _headers(status: str, method: str, is_record: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"X-Request-ID": _REQUEST_ID}
    if is_record:
        found["ETag"] = _ETAG
    if method in {"post", "patch"} and status < "300":
        found["Idempotent-Replayed"] = _REPLAYED
    if status in {"429", "503"}:
        found["Retry-After"] = _RETRY_AFTER
    if status == "401":
        found["WWW-Authenticate"] = _AUTHENTICATE
    return found

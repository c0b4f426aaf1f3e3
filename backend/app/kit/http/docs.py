"""The OpenAPI document and the pages that show it. Their assets come from a package, not from a CDN."""

from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse

from backend.app.kit.errors import AppError

DOCS_PATHS = ("/docs", "/openapi.json")
_ASSETS = "/docs/assets"
_CSP = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457: what went wrong, in a sentence that a person can act on",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Bad Request"]},
        "status": {"type": "integer", "examples": [400]},
        "detail": {"type": "string", "examples": ["body is required"]},
        "request_id": {"type": "string", "description": "The log has it under this id"},
        "errors": {
            "type": "array",
            "description": "Each fault, when the input had some",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_OK = {"200": "What was asked for, as it is on file now", "201": "The new record, whole"}
_ALWAYS = {
    400: "The input is wrong; `detail` and `errors` say where",
    401: "A token is needed, or the one sent is unknown or revoked",
    403: "The role, the Host, the Origin or an undeclared proxy forbids it",
    429: "Too many requests; Retry-After says when",
    500: "A fault of ours; the log has it under `request_id`",
    503: "The database cannot answer now; Retry-After says when",
}
_ABSENT = {404: "Nothing is on file under that id"}
_WRITES = {
    409: "A rule forbids it, or the Idempotency-Key was used for another request",
    413: "The body is larger than 1 MB",
    507: "The disk is full; nothing was stored",
}
_STORES_NOTHING = ("/estimate", "/compute")
"""Path suffixes of operations that store nothing."""

_BODY = {415: "The body is not application/json"}
_CONDITIONAL = {412: "If-Match names another version than the one on file"}
_EXAMPLES = {
    400: "body is required",
    401: "send an access token: Authorization: Bearer vlh_…",
    403: "this needs the role operator",
    409: "this Idempotency-Key was used for another request; use a new key for a new request",
    412: "the record has changed since you read it; read it again and decide anew",
    413: "the body is larger than 1000000 bytes",
    415: "send the body as application/json",
    429: "too many requests; try again in 3 s",
    500: "something went wrong here; the log has it under 9f86d081884c7d65",
    503: "the database cannot answer now; nothing was changed, try again",
    507: "the disk is full; nothing was stored, make room and try again",
}
_FAILURES: list[type[AppError]] = [AppError, *AppError.__subclasses__()]
_TITLES = {failure.status: failure.title for failure in _FAILURES}
_TEXT = {"type": "string"}
_REQUEST_ID = {"description": "The log has it under this id", "required": True, "schema": _TEXT}
_ETAG = {"description": "The version of the record, for If-Match", "required": True, "schema": _TEXT}
_REPLAYED = {"description": "`true` when the Idempotency-Key was known", "schema": {"const": "true"}}
_RETRY_AFTER = {"description": "Seconds to wait", "required": True, "schema": _TEXT}
_AUTHENTICATE = {"description": "How to send a token", "required": True, "schema": {"const": "Bearer"}}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Tried again with the same key, a POST answers what the first try answered (24 h)",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]*$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that the record must still have; 412 when it has another",
    "schema": _TEXT,
}


def add_docs(app: FastAPI) -> None:
    """Serve the interactive docs under /docs, and correct the framework's OpenAPI document for this API."""
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

    app.add_route("/docs", page, include_in_schema=False)
    generate = app.openapi

    def corrected() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _correct(generate())
        return app.openapi_schema

    app.openapi = corrected  # type: ignore[method-assign]


def _correct(schema: dict[str, Any]) -> dict[str, Any]:
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
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Not needed on the machine itself"}
    }
    schema["security"] = [{}, {"token": []}]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _correct_parameters(path, method, operation)
            _correct_answers(path, method, operation, schemas)
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
    if item is not None:
        schema["examples"] = [{"items": schemas[item.rsplit("/", 1)[1]].get("examples", [])[:1], "next_cursor": "czE"}]


def _with_null(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return the example as in a real response, with the nulls that the framework drops."""
    schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if isinstance(value, list):
        return [_with_null(each, schema.get("items", {}), schemas) for each in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    names = [name for name in schema["properties"] if name in value or name in schema.get("required", ())]
    return {name: _with_null(value.get(name), schema["properties"][name], schemas) for name in names}


def _correct_parameters(path: str, method: str, operation: dict[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["description"] = f"The id of the {_noun(parameter['name'])}"
        parameter["schema"] = _without_null(parameter["schema"])
    if method == "post":
        parameters.append(_IDEMPOTENCY_KEY)
    if _is_conditional(path, method, operation):
        parameters.append(_IF_MATCH)


def _is_conditional(path: str, method: str, operation: dict[str, Any]) -> bool:
    """Return whether it changes a record that a caller may have read before."""
    if path.endswith(_STORES_NOTHING):
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


def _correct_answers(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    declared = {int(status): answer["description"] for status, answer in answers.items() if status >= "400"}
    for status, description in sorted((_failures(path, method, operation) | declared).items()):
        detail = declared.get(status) or _EXAMPLES.get(status) or f"{_last_noun(path)} not found"
        answers[str(status)] = _problem(status, description, detail)
    for status, answer in answers.items():
        if status in _OK:
            answer["description"] = _OK[status]
        answer["headers"] = _headers(status, method, _is_record(answer, schemas))


def _failures(path: str, method: str, operation: dict[str, Any]) -> dict[int, str]:
    """Return the possible failures of any operation of this kind.

    A router declares the others, with the sentence that the caller gets.
    """
    found = dict(_ALWAYS)
    if "{" in path:
        found |= _ABSENT
    if method in {"post", "patch"}:
        found |= _WRITES
    if "requestBody" in operation:
        found |= _BODY
    if _is_conditional(path, method, operation):
        found |= _CONDITIONAL
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


def _is_record(answer: dict[str, Any], schemas: dict[str, Any]) -> bool:
    reference = answer["content"].get("application/json", {}).get("schema", {}).get("$ref", "/")
    return "updated_at" in schemas.get(reference.rsplit("/", 1)[1], {}).get("properties", {})


def _headers(status: str, method: str, is_record: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"X-Request-ID": _REQUEST_ID}
    if is_record:
        found["ETag"] = _ETAG
    if method == "post" and status < "300":
        found["Idempotent-Replayed"] = _REPLAYED
    if status in {"429", "503"}:
        found["Retry-After"] = _RETRY_AFTER
    if status == "401":
        found["WWW-Authenticate"] = _AUTHENTICATE
    return found

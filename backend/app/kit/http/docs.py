"""The OpenAPI document and the pages that show it; their assets come from a package, never from outside."""

from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse

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
_ALWAYS = {
    400: "The input is wrong; `detail` and `errors` say where",
    401: "A token is needed, or the one sent is unknown or revoked",
    403: "The role, the Host, the Origin or an undeclared proxy forbids it",
    429: "Too many requests; Retry-After says when",
    500: "A fault of ours; the log has it under `request_id`",
    503: "The database cannot answer now; Retry-After says when",
}
_ABSENT = {404: "Nothing is on file under that id"}
_WRITES = {409: "A rule forbids it", 507: "The disk is full; nothing was stored"}
_BODY = {413: "The body is larger than 1 MB", 415: "The body is not application/json"}
_PATCH = {412: "If-Match names another version than the one on file"}
_EXAMPLES = {
    401: "send an access token: Authorization: Bearer vlh_…",
    403: "this needs the role operator",
    404: "draft not found",
    409: "this draft was sent already",
    412: "the draft has changed since you read it; read it again and decide anew",
    413: "the body is larger than 1000000 bytes",
    415: "send the body as application/json",
    429: "too many requests; try again in 3 s",
    500: "something went wrong here; the log has it under 9f86d081884c7d65",
    503: "the database cannot answer now; nothing was changed, try again",
    507: "the disk is full; nothing was stored, make room and try again",
}


def add_docs(app: FastAPI) -> None:
    """Serves the interactive docs under /docs, and corrects what the framework says of this API."""
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
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Not needed on the machine itself"}
    }
    schema["security"] = [{}, {"token": []}]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _correct_operation(path, method, operation)
    return schema


def _correct_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    statuses = dict(_ALWAYS)
    if "{" in path or path.endswith(("/comps", "/links")):
        statuses |= _ABSENT
    if method in {"post", "patch"}:
        statuses |= _WRITES
    if "requestBody" in operation:
        statuses |= _BODY
    if method == "patch":
        statuses |= _PATCH
    for status, description in sorted(statuses.items()):
        responses[str(status)] = _problem(status, description)
    if method in {"post", "patch"}:
        operation.setdefault("parameters", []).append(_conditional(method))
    _document_headers(operation)


def _problem(status: int, description: str) -> dict[str, Any]:
    example = {
        "type": "about:blank",
        "status": status,
        "detail": _EXAMPLES.get(status, "body is required"),
        "request_id": "9f86d081884c7d65",
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": description, "content": {"application/problem+json": content}}


def _conditional(method: str) -> dict[str, Any]:
    if method == "post":
        name, text = (
            "Idempotency-Key",
            "Tried again with the same key, a POST answers what the first try answered (24 h)",
        )
        limits = {"minLength": 1, "maxLength": 200, "pattern": "^[ -~]*$"}
    else:
        name, text = "If-Match", "The ETag that the record must still have; 412 when it has another"
        limits = {}
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": text,
        "schema": {"type": "string", **limits},
    }


def _document_headers(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        headers = {"X-Request-ID": {"description": "The log has it under this id", "schema": {"type": "string"}}}
        if status in {"429", "503"}:
            headers["Retry-After"] = {"description": "Seconds to wait", "schema": {"type": "string"}}
        response["headers"] = headers

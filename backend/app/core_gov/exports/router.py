"""HTTP endpoint of the export of the audit trail, and what the export operations of all lists share."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from backend.app.core_gov.audit.schemas import AuditExportQuery
from backend.app.core_gov.exports.audit_export import AUDIT_CSV
from backend.app.core_gov.exports.list_export import CsvExport
from backend.app.core_gov.exports.service import CsvFile, export_list
from backend.app.core_gov.jobs.schemas import JobRecord
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.query import ListQuery


class CsvResponse(PlainTextResponse):
    """Response class that documents an export."""

    media_type = "text/csv"


def documented(example: str) -> dict[str, Any]:
    """Return the arguments of the route of an export, with the beginning of a file as an example."""
    return {
        "response_model": None,
        "response_class": CsvResponse,
        "responses": {
            200: {
                "content": {"text/csv": {"example": example}},
                "headers": {"X-Total-Count": {"description": "Number of rows", "schema": {"type": "integer"}}},
            },
            202: {
                "description": "The list is large: this job exports it. `Location` is the path of the job",
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{JobRecord.__name__}"}}},
            },
        },
    }


EXPORT = documented("id,name,…\r\ndeal_0195d3a1c2f4a1b2c3d4e5f60718293a,114 Elm Street,…\r\n")
"""Arguments of the route of an export of a list of records."""


async def export(db: RequestWork, listed: CsvExport, query: ListQuery) -> Response:
    """Answer an export: the CSV, or 202 with the job that writes it. Raises Forbidden."""
    db.require(listed.role)
    return await export_wanted(db, listed, query.model_dump(mode="json", exclude_unset=True))


async def export_wanted(db: RequestWork, listed: CsvExport, wanted: dict[str, Any]) -> Response:
    """Answer an export like `export`, given the query as JSON."""
    found = await to_thread(export_list, db.database, db.ctx, listed, wanted, as_job=db.respond_async)
    if isinstance(found, CsvFile):
        disposition = (b"content-disposition", b'attachment; filename="%s.csv"' % listed.name.encode())
        total = (b"x-total-count", b"%d" % found.rows)
        return Response(200, found.content, b"text/csv; charset=utf-8", [disposition, total])
    where = (b"location", f"/core/jobs/{found.document['id']}".encode())
    return Response(202, found.doc.encode(), headers=[where, (b"etag", found.etag.encode())])


router = APIRouter(prefix="/audit", tags=["audit"])


@router.get(
    "/events/export",
    summary="Export events as CSV",
    **documented("id,at,actor,…\r\nev_0195d3a1c2f4a1b2c3d4e5f60718293a,2026-01-31T09:30:00.000000Z,dana,…\r\n"),
)
async def export_events(db: Db, query: Annotated[AuditExportQuery, Query()]) -> Response:
    """The events of the list with the same parameters, newest first. Needs the role admin, and so does the file of a
    job that exports them."""
    return await export(db, AUDIT_CSV, query)

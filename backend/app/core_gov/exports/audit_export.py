"""Export of the audit trail. It is here because the packages of exports and jobs write to the trail themselves."""

from backend.app.core_gov.audit import service
from backend.app.core_gov.audit.schemas import AuditEvent, AuditQuery
from backend.app.core_gov.exports.list_export import ListExport, by_filters

AUDIT_CSV = ListExport(
    "audit_events",
    AuditEvent,
    AuditQuery,
    by_filters(service.list_events),
    role="admin",
    count=service.count_events,
)

"""Table of issued statements."""

from backend.app.core_gov.jv.statements.schemas import StatementRecord
from backend.app.kit.records import RecordTable

statements = RecordTable(
    "statements",
    StatementRecord,
    entity="statement",
    file="jv/statements.json",
    prefix="stm",
    filters=("agreement_id", "partner_id", "kind"),
    completed=False,
)

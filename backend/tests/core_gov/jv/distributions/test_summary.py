"""Summary of an agreement whose documents were edited, and the end of its block, on both databases."""

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.jv.distributions.summary import BlockEnd, unblock_agreement
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.kit import clock
from backend.app.kit.db import Ctx
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.backups.stores import filled_with

AGREEMENT = "id_agreements_0"


def test_unblocked_agreement_can_be_posted_to(settings: Settings, ctx: Ctx) -> None:
    with open_store(filled_with(settings)) as store:
        store.db.write_now(ctx, ledger.block, AGREEMENT, "a record was lost")
        with pytest.raises(Conflict, match="the agreement is blocked: a record was lost"):
            ledger.check_open(store.db.snapshot_now(ledger.books_of, AGREEMENT), clock.today())
        compared = BlockEnd(reason="Compared with the bank.")
        found = store.db.write_now(ctx, unblock_agreement, AGREEMENT, compared)
        assert (found.blocked, found.due) == (None, [])  # its payment is of more than its distribution
        ledger.check_open(store.db.snapshot_now(ledger.books_of, AGREEMENT), clock.today())
        with pytest.raises(Conflict, match="the agreement is not blocked"):
            store.db.write_now(ctx, unblock_agreement, AGREEMENT, compared)

"""The full store, which other tests damage, has the contents that they rely on."""

import json
from typing import Any

from backend.app.backups.contents import tables
from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.doctor.checks import examine
from backend.app.kit.archive.source import count
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests import full_store as full


def test_full_store_is_healthy_and_has_rows_in_every_table(full_store: Settings) -> None:
    assert [each.line for each in examine(full_store) if each.verdict == "bad" or each.fix] == []
    with open_store(full_store) as store, store.db.open_snapshot() as moment:
        counts = {table.name: count(moment, table) for table in tables()}
        valid = {token.name: token.revoked_at is None for token in tokens.list_tokens(moment)}
        assert audit.verify(moment).good
    assert counts["market_sales"] == full.SALES
    assert counts["audit_events"] > 100
    assert min(counts.values()) >= 1
    assert valid == {"office-toronto": True, full.REVOKED: False}
    for table in TABLES:
        found: dict[str, Any] = json.loads((full_store.data_dir / table.file).read_bytes())
        assert len(found["items"]) == counts[table.name] >= full.ROUNDS

"""The doctor compares the keys and tags of lists with the records, and computes them anew."""

from backend.app.bootstrap import open_store
from backend.app.kit.db import Ctx, state
from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import Damage
from backend.tests.doctor.schema_findings import fixed
from backend.tests.list_keys import key_faults
from backend.tests.promises import promise

GOOD = [("ok", "every list is sorted and filtered by what its records say")]


def findings(doctor: Doctor) -> list[tuple[str, str]]:
    return [(each["verdict"], each["sentence"]) for each in doctor.check() if each["subject"] == "list keys"]


@promise(
    "Operator tools",
    "The doctor checks that lists are sorted and filtered by what the records say, and computes their keys anew.",
)
def test_wrong_missing_and_extra_keys_are_reported_and_computed_anew(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    assert findings(full_doctor) == GOOD
    damage(
        full_store,
        "UPDATE deals_keys SET price_cents = 7, name = 'x' WHERE seq = (SELECT max(seq) FROM deals)",
        "DELETE FROM deals_keys WHERE seq = (SELECT min(seq) FROM deals)",
        "INSERT INTO deals_keys (seq, status) VALUES (999999, 'lead')",
        "UPDATE property_figures SET value_cents = 1, currency = 'CAD', repairs_cents = 2",
        "DELETE FROM partners_tags WHERE seq = (SELECT max(seq) FROM partners_tags)",
    )
    assert findings(full_doctor) == [
        ("bad", "deals_keys: 2 records are listed by wrong values; 1 row has no record"),
        ("bad", "property_figures: 8 records are listed by wrong values"),
        ("bad", "partners_tags: 1 record is listed by wrong values"),
    ]
    assert "computed deals_keys, property_figures, partners_tags anew" in fixed(full_doctor)
    assert findings(full_doctor) == GOOD
    with open_store(full_store) as store:
        assert store.db.snapshot_now(key_faults) == []


def test_keys_that_the_next_start_computes_are_a_note(full_store: Settings, full_doctor: Doctor, ctx: Ctx) -> None:
    with open_store(full_store) as store:
        store.db.write_now(ctx, state.forget, "derived:deals_keys")
    assert [verdict for verdict, _ in findings(full_doctor)] == ["note"]

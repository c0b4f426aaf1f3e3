"""Adoption of any JSON files: it never fails and loses nothing. See also survive/test_adoption.py."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.jv.schemas import PartnerRecord
from backend.app.core_gov.jv.store import partners
from backend.app.kit.json_mirror import adoption
from backend.app.store_tables import TABLES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = {*PartnerRecord.model_fields, "warnings", "nickname"} - {"name"}
PARTNER = st.fixed_dictionaries({"name": st.text(min_size=1)}, optional=dict.fromkeys(FIELDS, JSON))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of this module, because creating one takes longer than an example."""
    return tmp_path_factory.mktemp("examples")


def _write(folder: Path, content: object) -> Path:
    path = folder / partners.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return folder


@settings(max_examples=150, deadline=None)
@given(items=st.lists(PARTNER | JSON, max_size=5))
def test_every_item_is_adopted_or_reported(folder: Path, items: list[Any]) -> None:
    root = _write(folder, {"items": items})
    found = adoption.find(root, TABLES)
    assert len(found.records) + len(found.refused) == len(items)
    assert all(refused.reason and refused.file == partners.file for refused in found.refused)
    for item in found.records.values():
        json.loads(item.doc.encode("utf-8"))
    json.dumps([refused.record for refused in found.refused])


def test_mirrored_record_is_adopted_byte_for_byte(tmp_path: Path) -> None:
    record = PartnerRecord(
        id="p_1",
        name="Café “Übung” \U0001f3e0",
        notes="one\u2028two\n",
        tags=["a", "b"],
        meta={"deep": [1, 1.5, 1e22, True, None, {"x": "é"}]},
        created_at="2026-01-31T09:30:00.000000Z",
        updated_at="2026-01-31T09:30:00.000001Z",
    )
    root = _write(tmp_path, {"items": [json.loads(record.doc())]})
    (item,) = adoption.find(root, TABLES).records.values()
    assert item.doc == record.doc()


def test_inexact_number_is_adopted_as_a_float(tmp_path: Path) -> None:
    """The first version read it so too. The original file is kept."""
    root = _write(tmp_path, {"items": []})
    (root / partners.file).write_text('[{"name": "x", "meta": {"small": 1e-9999, "long": 3.14159265358979323846}}]')
    found = adoption.find(root, TABLES)
    (item,) = found.records.values()
    assert json.loads(item.doc)["meta"] == {"small": 0.0, "long": 3.141592653589793}
    assert found.refused == []


def test_directory_without_files_has_no_records(tmp_path: Path) -> None:
    found = adoption.find(tmp_path, TABLES)
    assert (found.records, found.refused) == ({}, [])

"""Completion of records that earlier versions wrote to JSON files, so that they are valid in this version."""

import json
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from backend.app.kit import clock, strict_json
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import Record, faults_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import RecordTable
from backend.app.kit.text import is_visible

Table = RecordTable[Any]


def completed_record(table: Table, item: Any) -> tuple[Record | None, str]:
    """Return the record that a JSON file holds, or None and the reason why it is not valid."""
    if not isinstance(item, dict):
        return None, "it is not a JSON object"
    try:
        strict_json.parse(json.dumps(item).encode())
        record = _validated(table, _completed(table, item)) if table.completed else table.model.on_file(item)
    except BadInput as error:
        return None, error.detail.replace("the body", "the record")
    except ValidationError as error:
        return None, "; ".join(fault.message for fault in faults_of(error))
    if table.completed:
        record.updated_at = max(record.created_at, record.updated_at)
    return record, ""


def _validated(table: Table, fields: dict[str, Any]) -> Record:
    """Validate a record. A blank text where none is valid stands for an absent value."""
    model: type[Record] = table.model
    try:
        return model.on_file(fields)
    except ValidationError as error:
        wrong = {str(found["loc"][0]) for found in error.errors(include_url=False) if found["loc"]}
        absent = {name for name in wrong & fields.keys() if _is_absent(model, name, fields[name])}
        if not absent:
            raise
        return model.on_file({name: value for name, value in fields.items() if name not in absent})


def _completed(table: Table, item: dict[str, Any]) -> dict[str, Any]:
    """Return the record with a missing id and missing times added, and with unknown fields moved to `meta`."""
    known = table.model.model_fields
    if not _is_ours(table, item):
        item = _without_blanks(table.model, item)
    fields = {
        name: value for name, value in item.items() if not (value is None and _has_nonnull_default(known.get(name)))
    }
    fields.pop("warnings", None)
    if table.prefix and not fields.get(table.key):
        fields[table.key] = new_id(table.prefix)
    _complete_times(fields, known)
    unknown = fields.keys() - known.keys()
    if unknown and "meta" in known and isinstance(fields.get("meta", {}), dict):
        fields["meta"] = {**fields.get("meta", {}), **{name: fields.pop(name) for name in sorted(unknown)}}
    return fields


def _is_ours(table: Table, item: dict[str, Any]) -> bool:
    """Return whether a version after the first wrote the record: it has every field, and times in UTC with a Z."""
    model = table.model
    complete = all(name in item for name in model.model_fields if name not in model.later)
    return complete and all(len(str(item[name])) == 27 and str(item[name])[-1] == "Z" for name in _TIMES)


_TIMES = ("created_at", "updated_at")


def _without_blanks(model: type[Record], item: dict[str, Any]) -> dict[str, Any]:
    """Return a record without blank texts and tags, which the first version stored for absent values."""
    fields = {name: value for name, value in item.items() if not _is_absent(model, name, value)}
    if isinstance(tags := fields.get("tags"), list):
        fields["tags"] = [tag for tag in tags if not (isinstance(tag, str) and not is_visible(tag))]
    return fields


def _is_absent(model: type[Record], name: str, value: Any) -> bool:
    """Return whether a value is a blank text in a field that has a default."""
    info = model.model_fields.get(name)
    return info is not None and not info.is_required() and isinstance(value, str) and not is_visible(value)


def _has_nonnull_default(info: FieldInfo | None) -> bool:
    """Return whether a null field has a default other than null."""
    return info is not None and not info.is_required() and info.get_default(call_default_factory=True) is not None


def _complete_times(fields: dict[str, Any], known: dict[str, FieldInfo]) -> None:
    created = fields.get("created_at") or fields.get("updated_at") or clock.now()
    for name, info in known.items():
        if name.endswith("_at"):
            if info.is_required() and not fields.get(name):
                fields[name] = created
            if name in fields:
                fields[name] = _zoned(fields[name])


def _zoned(moment: Any) -> Any:
    """Return the time with a zone. The first version wrote UTC without one."""
    try:
        found = datetime.fromisoformat(moment)
        return moment if found.tzinfo else found.isoformat() + "Z"
    except (ValueError, TypeError):
        return moment

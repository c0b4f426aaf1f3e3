"""Further columns that a mapping names for the model: `[extra]`, numeric or categorical.

They are stored with each sale, beside the units of its fields, and read by `source_rows/extra_columns.py`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from backend.app.core_gov.market.importing.map_fields import FieldCompiler
from backend.app.core_gov.market.importing.record_fields import Notes, Raw, Read
from backend.app.core_gov.market.sale import SALE_COLUMNS
from backend.app.kit.data_files.column_mapping import read_fields
from backend.app.kit.errors import BadInput, Fault

MAX_EXTRA = 40
MAX_CATEGORY = 100
"""Maximum length of a category."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_NUMERIC, _CATEGORICAL = "measure", "text"


class ExtraCompiler(FieldCompiler):
    """Compiles the further columns of a description. Every error names the description and the column."""

    def __init__(self, given: Mapping[str, Any], own_fields: Iterable[str], like: FieldCompiler) -> None:
        self.given, self.own_fields = given, frozenset(own_fields) | frozenset(SALE_COLUMNS)
        kinds = {name: _CATEGORICAL if _is_categorical(spec) else _NUMERIC for name, spec in given.items()}
        super().__init__(kinds, frozenset(), f"{like.called}: extra", lenient=like.lenient)
        self.nulls, self.decimal = like.nulls, like.decimal

    def compiled(self) -> dict[str, Read]:
        """Return the reader of each column. Raises BadInput."""
        if len(self.given) > MAX_EXTRA:
            self.refuse(f"has {len(self.given)} columns; at most {MAX_EXTRA} are kept")
        return {name: self._extra(name, spec) for name, spec in self.given.items()}

    def _extra(self, name: str, spec: Any) -> Read:
        if not _NAME.fullmatch(name):
            self.refuse(f"{name[:60]!a} must be a name such as garage_spaces: small letters, digits and _, at most 40")
        if name in self.own_fields:
            self.refuse(f"{name} is a field of sales: name it in [columns], or give the further column another name")
        if isinstance(spec, dict):
            if type(spec.get("categorical", False)) is not bool:
                self.refuse(f"{name}: categorical must be true or false")
            spec = {key: value for key, value in spec.items() if key != "categorical"}
        return self.field(name, spec)


def _is_categorical(spec: Any) -> bool:
    return isinstance(spec, dict) and spec.get("categorical") is True


def read_extra(reads: Mapping[str, Read], raw: Raw, left_out: list[Fault] | None) -> dict[str, float | str]:
    """Return the known further columns of a record. Adds faults to `left_out`, or raises BadInput without it."""
    faults: list[Fault] = []
    found = read_fields({}, reads, raw, Notes(), left_out=faults)
    for name, value in list(found.items()):
        if isinstance(value, str) and len(value) > MAX_CATEGORY:
            del found[name]
            faults.append(Fault(name, f"{name} has more than {MAX_CATEGORY} characters"))
    named = [Fault(f"extra.{fault.field}", f"extra.{fault.message}") for fault in faults]
    if named and left_out is None:
        raise BadInput.of(named)
    if left_out is not None:
        left_out += named
    return found

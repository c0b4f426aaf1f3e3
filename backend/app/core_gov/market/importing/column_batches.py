"""Conversion of whole batches of rows to sales, one column after the other.

Most cells of a column recur, so each distinct cell is converted once, by the same functions as in a single row. Checks
that combine fields are made once for each distinct combination. A row with anything unusual, such as a value that
cannot be used or a missing key, is left to the conversion of single rows, which explains it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from math import copysign
from typing import Any

from backend.app.core_gov.market.importing import converters, profiles
from backend.app.core_gov.market.importing.profiles import SaleReader
from backend.app.core_gov.market.importing.record_fields import CURRENCY, Notes, folded
from backend.app.core_gov.market.importing.sale_checks import TOGETHER, ZERO_IS_UNKNOWN, check_part, is_without_size
from backend.app.core_gov.market.sale import SALE_COLUMNS, Sale
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.errors import BadInput, Fault

MAX_KNOWN = 200_000
"""Maximum number of distinct cells of a column that are remembered."""

_KINDS = (str, int, float, bool, date, datetime)
"""Types of cells of which equal ones always give the same result."""

_PLACE = ("latitude", "longitude", "postal")
_COMBINED = frozenset(name for names in TOGETHER for name in names) | {*_PLACE}
_NOTED: Mapping[str, str] = {"price": CURRENCY, "close_date": "close_date"}
"""Note that a check reads, by the first of its fields."""

_OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "price": ("price_cents", "currency"),
    "close_date": ("close_date", "contract_date", "dated_by"),
}

_KEYS_CHANGED_BY_CHECKS = frozenset({profiles.PRICE, *(f"@{name}" for name in ZERO_IS_UNKNOWN)})
"""Parts of a key that have the value before the checks."""

Column = Sequence[Any]


class _Unusual(Exception):
    """A result that only the conversion of the single row can explain."""


class _Known(dict[Any, Any]):
    """Results by what they are made of. `unusual` has the keys without a result, `noted` the notes of those with any.

    A subclass of dict, so that looking up a column is one call in C.
    """

    def __init__(self, make: Callable[[Any], tuple[Any, Any]], otherwise: Any = None) -> None:
        super().__init__()
        self._make, self._otherwise = make, otherwise
        self.noted: dict[Any, Any] = {}
        self.unusual: set[Any] = set()

    def __missing__(self, key: Any) -> Any:
        try:
            found, noted = self._make(key)
        except (_Unusual, BadInput, ValueError):
            self.unusual.add(key)
            found, noted = self._otherwise, None
        if noted:
            self.noted[key] = noted
        self[key] = found
        return found

    def of(self, keys: Column) -> list[Any]:
        """Return the result of each key, in order."""
        if len(self) > MAX_KNOWN:
            self.clear()
            self.noted.clear()
            self.unusual.clear()
        return list(map(self.__getitem__, keys))


class _ColumnBatch:
    """Rows of one batch: those left to the single conversion, and the notes and warnings of the others."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.left: set[int] = set()
        self.notes: dict[int, Notes] = {}
        self.warnings: dict[int, tuple[str, ...]] = {}

    def take(self, known: _Known, keys: Column) -> list[Any]:
        """Return the results of the keys; rows whose result is unusual are left."""
        found = known.of(keys)
        if known.unusual:
            self.left.update(at for at, key in enumerate(keys) if key in known.unusual)
        return found

    def note(self, known: _Known, keys: Column) -> None:
        for at, key in enumerate(keys) if known.noted else ():
            if key in known.noted:
                self.notes.setdefault(at, {}).update(known.noted[key])

    def warn(self, at: int, warnings: Iterable[str]) -> None:
        self.warnings[at] = (*self.warnings.get(at, ()), *warnings)


class ColumnReader:
    """Converts batches of rows of one table by the rules of a `SaleReader`."""

    def __init__(self, columns: tuple[str, ...], reader: SaleReader) -> None:
        self._map, self._market, self._columns = reader.map, reader.market, columns
        self._at = {column: at for at, column in enumerate(columns)}
        map_ = self._map
        self._uses = {name: [self._at[each] for each in map_.uses[name] if each in self._at] for name in map_.reads}
        self._fields = {name: _Known(self._reading(name)) for name in (*map_.constants, *map_.reads)}
        self._checks = {
            names: _Known(self._checking(names), (None,) * len(_OUTPUTS.get(names[0], names))) for names in TOGETHER
        }
        self._texts = [_Known(self._encoding(column)) for column in columns]
        self._only = {name: _Known(self._wanting(name)) for name in map_.only if name in self._at}
        self._parts = [_Known(_key_part) for _ in map_.key]
        self._units = _Known(lambda notes: (profiles.to_json(dict(notes)), None))

    @property
    def can_read(self) -> bool:
        """Return whether all rules of the map are known here; otherwise every row is converted alone."""
        map_ = self._map
        simple = map_.not_wanted is None and map_.unit_column is None and map_.projection is None and not map_.extra
        keyed = bool(map_.key) and _KEYS_CHANGED_BY_CHECKS.isdisjoint(map_.key)
        return simple and keyed

    def sales(self, rows: Sequence[TableRow]) -> list[Sale | None]:
        """Return the sale in each row; None for a row that must be converted alone."""
        cells = [*zip(*(row.cells for row in rows), strict=True)]
        if not all(map(_is_uniform, cells)):
            return [None] * len(rows)
        batch = _ColumnBatch(len(rows))
        batch.left.update(at for at, row in enumerate(rows) if row.fault)
        for name, known in self._only.items():
            batch.take(known, cells[self._at[name]])
        given, fields = self._read(cells, batch)
        self._check(given, fields, batch)
        texts = [known.of(column) for known, column in zip(self._texts, cells, strict=True)]
        lines = ["{" + ",".join(filter(None, parts)) + "}" for parts in zip(*texts, strict=True)]
        batch.left.update(at for at, line in enumerate(lines) if not line.isascii() and profiles.is_lone(line))
        keys = self._keys(cells, given, fields, batch)
        units, warnings = ["{}"] * batch.count, [tuple[str, ...]()] * batch.count
        for at, notes in batch.notes.items():
            units[at] = self._units.of([tuple(notes.items())])[0] if notes else "{}"
        for at, found in batch.warnings.items():
            warnings[at] = found
        none: Column = [None] * batch.count
        stored = (fields.get(name, none) for name in SALE_COLUMNS[1:])
        made = zip(keys, *stored, lines, units, warnings, strict=True)
        return [None if at in batch.left else Sale(*parts) for at, parts in enumerate(made)]

    # Fields

    def _read(self, cells: Sequence[Column], batch: _ColumnBatch) -> tuple[dict[str, Column], dict[str, Column]]:
        """Return the given values of fields that a check combines, and the checked values of the others."""
        given: dict[str, Column] = {}
        fields: dict[str, Column] = {}
        for name, known in self._fields.items():
            places = self._uses.get(name, [])
            keys: Column = cells[places[0]] if len(places) == 1 else [*zip(*(cells[at] for at in places), strict=True)]
            found = batch.take(known, keys if places else [()] * batch.count)
            batch.note(known, keys)
            (given if name in _COMBINED else fields)[name] = found
        return given, fields

    def _check(self, given: Mapping[str, Column], fields: dict[str, Column], batch: _ColumnBatch) -> None:
        none: Column = [None] * batch.count
        for names, known in self._checks.items():
            columns = [given.get(name, none) for name in names]
            if (noted := _NOTED.get(names[0])) is not None:
                columns.append([batch.notes[at].get(noted) if at in batch.notes else None for at in range(batch.count)])
            keys = [*zip(*columns, strict=True)]
            outputs = _OUTPUTS.get(names[0], names)
            fields |= dict(zip(outputs, zip(*batch.take(known, keys), strict=True), strict=True))
            for at, key in enumerate(keys) if known.noted else ():
                if key in known.noted:
                    batch.warn(at, known.noted[key])
        for notes in batch.notes.values():
            notes.pop(CURRENCY, None)
        self._locate(given, fields, batch)
        sizes = zip(fields.get("living_sqft", none), fields.get("beds", none), strict=True)
        for at, (area, beds) in enumerate(sizes):
            if is_without_size(area, beds):
                batch.warn(at, ("no_size",))

    def _locate(self, given: Mapping[str, Column], fields: dict[str, Column], batch: _ColumnBatch) -> None:
        """Check the coordinates of each row: they rarely recur."""
        none: Column = [None] * batch.count
        columns = (given.get("latitude", none), given.get("longitude", none), fields.get("postal", none))
        found: list[tuple[Any, ...]] = []
        for at, values in enumerate(zip(*columns, strict=True)):
            faults, warnings = list[Fault](), list[str]()
            one = check_part(_PLACE, dict(zip(_PLACE, values, strict=True)), {}, self._market, faults, warnings)
            if faults:
                batch.left.add(at)
            if warnings:
                batch.warn(at, warnings)
            found.append((one["latitude"], one["longitude"], one.get("placed_by")))
        fields |= dict(zip(("latitude", "longitude", "placed_by"), zip(*found, strict=True), strict=True))

    def _reading(self, name: str) -> Callable[[Any], tuple[Any, Any]]:
        """Return the function from the cells of a field to its value, checked if no check combines it, and notes."""
        if name not in self._map.reads:
            return lambda key: (self._alone(name, self._map.constants[name]), None)
        read, columns = self._map.reads[name], [self._columns[at] for at in self._uses[name]]

        def make(key: Any) -> tuple[Any, Any]:
            notes: Notes = {}
            raw = {columns[0]: key} if len(columns) == 1 else dict(zip(columns, key, strict=True))
            return self._alone(name, read(raw, notes)), notes

        return make

    def _alone(self, name: str, value: Any) -> Any:
        """Return what the checks make of a value; the value itself if they combine it with others."""
        if value is None or name in _COMBINED:
            return value
        faults, warnings = list[Fault](), list[str]()
        checked = check_part((name,), {name: value}, {}, self._market, faults, warnings)
        if faults or warnings:
            raise _Unusual
        return checked[name]

    def _checking(self, names: tuple[str, ...]) -> Callable[[Any], tuple[Any, Any]]:
        """Return the function from the values of fields to what the check that combines them makes of them."""
        outputs, noted = _OUTPUTS.get(names[0], names), _NOTED.get(names[0])

        def make(key: tuple[Any, ...]) -> tuple[Any, Any]:
            faults, warnings = list[Fault](), list[str]()
            fields = {name: value for name, value in zip(names, key, strict=False) if value is not None}
            notes: Notes = {noted: key[-1]} if noted is not None and key[-1] is not None else {}
            checked = check_part(names, fields, notes, self._market, faults, warnings)
            if faults:
                raise _Unusual
            return tuple(checked.get(name) for name in outputs), tuple(warnings)

        return make

    # Rows and keys

    def _wanting(self, column: str) -> Callable[[Any], tuple[Any, Any]]:
        wanted = self._map.only[column]

        def make(cell: Any) -> tuple[Any, Any]:
            if folded(converters.text_of("" if cell is None else cell)) not in wanted:
                raise _Unusual
            return True, None

        return make

    def _encoding(self, column: str) -> Callable[[Any], tuple[Any, Any]]:
        """Return the function from a cell to its part of the row as JSON; an empty text for an empty cell."""
        name = profiles.to_json(column)

        def make(cell: Any) -> tuple[Any, Any]:
            return "" if profiles.is_empty(cell) else f"{name}:{profiles.to_json(cell)}", None

        return make

    def _keys(
        self, cells: Sequence[Column], given: Mapping[str, Column], fields: Mapping[str, Column], batch: _ColumnBatch
    ) -> list[str]:
        parts: list[Column] = []
        for name, known in zip(self._map.key, self._parts, strict=True):
            column = self._key_column(name, cells, given, fields, batch)
            parts.append(batch.take(known, column))
        if len(parts) == 1:
            keys = [part or "" for part in parts[0]]
        else:
            keys = ["|".join(map(str, some)) for some in zip(*parts, strict=True)]
        batch.left.update(at for at, key in enumerate(keys) if not profiles.is_key(key))
        return keys

    def _key_column(
        self,
        name: str,
        cells: Sequence[Column],
        given: Mapping[str, Column],
        fields: Mapping[str, Column],
        batch: _ColumnBatch,
    ) -> Column:
        none: Column = [None] * batch.count
        if not name.startswith("@"):
            return cells[self._at[name]] if name in self._at else none
        stored, stated = fields.get(name[1:], none), given.get(name[1:], none)
        return [a if b is None else b for a, b in zip(stated, stored, strict=True)]


def _key_part(part: Any) -> tuple[Any, Any]:
    if part is None or part == "":
        raise _Unusual
    return profiles.key_text(part), None


def _is_uniform(cells: Column) -> bool:
    """Return whether equal cells of a column are the same: all of one type, and without zeros of two signs."""
    kinds = set(map(type, cells)) - {type(None)}
    if len(kinds) > 1 or not kinds.issubset(_KINDS):
        return False
    return kinds != {float} or not any(cell == 0 and copysign(1, cell) < 0 for cell in cells if cell is not None)

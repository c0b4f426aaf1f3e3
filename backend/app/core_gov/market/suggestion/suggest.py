"""Suggestion of a mapping for a file of sales: `valhalla market import-sales FILE --suggest`.

The suggestion is read back and tried on a sample of the rows. Its comments say how many of them are read, and what is
not certain.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import mode

from backend.app.core_gov.geography.regions import CURRENCIES
from backend.app.core_gov.market.importing.extra_fields import MAX_CATEGORY, MAX_EXTRA
from backend.app.core_gov.market.importing.profiles import READY, SaleReader, ready
from backend.app.core_gov.market.importing.record_map import PassedOver, compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED, SaleTerms
from backend.app.core_gov.market.sale import SALE_COLUMNS
from backend.app.core_gov.market.suggestion.column_names import likelihood, plain_name
from backend.app.core_gov.market.suggestion.column_samples import ColumnSample, decimal_comma, sampled_rows, samples
from backend.app.core_gov.market.suggestion.columns_of_fields import Choice, choose
from backend.app.core_gov.market.suggestion.mapping_lines import (
    FileHabits,
    MappingLine,
    comment,
    mapping_lines,
    toml_value,
)
from backend.app.kit import clock
from backend.app.kit.data_files import cells
from backend.app.kit.data_files.csv_table import CsvTable, first_lines, rows_of, usual_delimiter
from backend.app.kit.data_files.table_file import TableFile, read_table
from backend.app.kit.data_files.text_layout import NotDecodable, TextLayout
from backend.app.kit.errors import BadInput
from backend.app.kit.text import counted, list_names, shorten

_FRENCH = frozenset(
    {"prix", "prix de vente", "date de vente", "adresse", "ville", "code postal", "chambres", "matricule"}
)
_LINES = 60
_MAX_REPEATED = 0.005
_PARCELS = (("parcel",), ("block", "lot"), ("sale_id",))
_MAX_CATEGORIES = 50
_TRIED = 300
_NUMERIC = 0.95


def suggest_mapping(path: Path) -> str:
    """Return a mapping as TOML. Raises BadInput if the file cannot be read, or has no column of prices or of days."""
    table, layout_doubts = _read(path)
    rows = sampled_rows(table)
    columns = samples(table, rows)
    chosen = choose({name: column for name, column in columns.items() if "{" not in name})
    comma = decimal_comma([*columns.values()])
    habits, country_doubts = _habits(columns, chosen)
    lines = list(mapping_lines(chosen, habits))
    for field in REQUIRED:
        if not any(line.field == field and line.value is not None for line in lines):
            raise BadInput(
                f"{path.name}: no column looks like {field}; its columns are {list_names(table.columns)}: "
                "write the mapping by hand (docs/market/load_a_county.md)"
            )
    text = "\n".join([
        *_top(table, habits, [*layout_doubts, *country_doubts], comma, chosen, rows),
        "",
        "[columns]",
        *(each for line in lines for each in _written(line)),
        "",
        *_unused(columns, lines),
    ])  # fmt: skip
    return "\n".join([*_report(path.name, table, text, rows), text, ""])


def _read(path: Path) -> tuple[TableFile, list[str]]:
    """Read a file with the layout that it seems to have, and say what is not certain about it."""
    try:
        return read_table(path, TextLayout(None, _lines_before_header(path, None))), []
    except NotDecodable as error:
        first = error
    try:
        table = read_table(path, TextLayout(first.likely, _lines_before_header(path, first.likely)))
    except NotDecodable:
        raise first from None
    return table, [f"the file is not UTF-8; check the letters with accents as {first.likely}"]


def _lines_before_header(path: Path, encoding: str | None) -> int:
    """Return the number of lines before the first row that is as wide as most rows and has names, not values."""
    texts = first_lines(path, TextLayout(encoding), _LINES)
    if not texts:
        return 0
    delimiter = usual_delimiter(texts)
    width = mode([len(row) for row in rows_of(texts, delimiter) if any(row)] or [0])
    for at in range(len(texts)):
        row = next(rows_of(texts[at:], delimiter), [])
        filled = [cell for cell in row if cell.strip()]
        if len(row) == width and len(filled) >= 0.7 * width and sum(map(_is_number, filled)) < 0.3 * width:
            return at
    return 0


def _is_number(text: str) -> bool:
    try:
        return cells.number(text.strip()) is not None
    except ValueError:
        return False


def _habits(columns: Mapping[str, ColumnSample], chosen: Mapping[str, Choice]) -> tuple[FileHabits, list[str]]:
    french = any(plain_name(name) in _FRENCH for name in columns)
    postal = chosen.get("postal")
    if postal is not None and postal.column.canadian_codes >= 0.5:
        return FileHabits("CA", day_first=french), []
    if postal is not None and postal.column.zips >= 0.5:
        return FileHabits("US", day_first=False), []
    country = "CA" if french else "US"
    return FileHabits(country, day_first=french), ["no postal code tells the country and the currency"]


def _top(
    table: TableFile,
    habits: FileHabits,
    doubts: Sequence[str],
    comma: bool | None,
    chosen: Mapping[str, Choice],
    rows: Sequence[Sequence[object]],
) -> Iterator[str]:
    yield from (comment(f"not sure: {doubt}") for doubt in doubts)
    yield f'country = "{habits.country}"'
    stated = chosen["price"].column.currencies if "price" in chosen else Counter[str]()
    currency = stated.most_common(1)[0][0] if stated else CURRENCIES[habits.country]
    if currency != CURRENCIES[habits.country]:
        yield comment(f"not sure: the prices name {currency}, but the places are in {habits.country}")
    yield f'currency = "{currency}"'
    layout = table.layout if isinstance(table, CsvTable) else None
    if layout is not None and layout.encoding is not None:
        yield f'encoding = "{layout.encoding}"'
    if layout is not None and layout.skip:
        yield f"skip = {layout.skip}"
    if comma:
        yield 'decimal = ","'
    yield from _key(table.columns, chosen, rows)


def _key(columns: Sequence[str], chosen: Mapping[str, Choice], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    own = chosen.get("sale_id")
    if own is not None and own.column.is_unique:
        if likelihood("sale_id", own.column.name) < 0.8:
            yield comment("not sure: every sampled row has its own value here, but does a sale keep it in later files?")
        yield f"key = [{toml_value(own.column.name)}]"
        return
    parts = next((found for names in _PARCELS if (found := [chosen[name] for name in names if name in chosen])), [])
    if parts and "close_date" in chosen:
        places = [columns.index(part.column.name) for part in (*parts, chosen["close_date"])]
        pairs = Counter(tuple(row[at] for at in places) for row in rows)
        if pairs.total() - len(pairs) <= _MAX_REPEATED * pairs.total():
            yield 'key = ["@parcel", "@close_date"]'
            return
    yield comment("not sure: no column identifies a sale, so the whole row is its key: a corrected row is a new sale")


def _written(line: MappingLine) -> Iterator[str]:
    yield from (comment(f"not sure: {doubt}") for doubt in line.doubts)
    if line.value is not None:
        yield f"{line.field} = {toml_value(line.value)}"


def _unused(columns: Mapping[str, ColumnSample], lines: Sequence[MappingLine]) -> Iterator[str]:
    """Yield comments with the columns that no field uses, those that could be `extra` as such."""
    used = "\n".join(toml_value(line.value) for line in lines if line.value is not None)
    unused = [column for name, column in columns.items() if toml_value(name) not in used and f"{{{name}}}" not in used]
    fit = sorted((column for column in unused if _is_extra(column)), key=lambda column: column.numeric < _NUMERIC)
    extra = dict(islice(((_extra_name(column.name), column) for column in fit), MAX_EXTRA))
    if extra:
        yield comment("Further columns could be kept for the valuation model:")
        yield comment("[extra]")
    for name, column in extra.items():
        value = column.name if column.numeric >= _NUMERIC else {"column": column.name, "categorical": True}
        yield "# " + f"{name} = {toml_value(value)}".replace("\n", " ")
    if others := [column.name for column in unused if column not in extra.values()]:
        yield comment(f"Not used: {list_names(others, limit=20)}")


def _is_extra(column: ColumnSample) -> bool:
    if column.filled < 0.5 or len(column.texts) < 2 or "{" in column.name or not _extra_name(column.name):
        return False
    if column.numeric >= _NUMERIC:
        return not column.is_unique
    return len(column.texts) <= _MAX_CATEGORIES and max(map(len, column.texts)) <= MAX_CATEGORY


def _extra_name(column: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", plain_name(column)).strip("_")[:40].rstrip("_")
    return f"{name}_" if name in KINDS or name in SALE_COLUMNS else name if name[:1].isalpha() else ""


def _report(called: str, table: TableFile, text: str, rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield comments on how many of the sampled rows the mapping reads, and why not the others."""
    given = tomllib.loads(text)
    reader = SaleReader(
        compile_map(given, KINDS, REQUIRED, "suggested"), SaleTerms(given["country"], given["currency"], clock.today())
    )
    read, refused, left_out = 0, dict[str, list[str]](), Counter[str]()
    tried = rows[:: max(1, len(rows) // _TRIED)]
    for row in tried:
        try:
            sale = reader.sale(dict(zip(table.columns, row, strict=True)))
        except PassedOver:
            continue
        except BadInput as error:
            for fault in error.faults:
                refused.setdefault(fault.field, []).append(fault.message)
            continue
        read += 1
        left_out.update(field for field, _ in sale.left_out)
    yield comment(f"Suggested for {called} from the names and values of its columns: read it before you use it.")
    for name in READY:
        if ready(name).columns - ready(name).needed.keys() and len(ready(name).columns & {*table.columns}) >= 12:
            yield comment(f"The file looks like one that --profile {name} reads.")
    yield comment(f"Of {counted(len(tried), 'sampled rows')}, {read:,} are read as sales.")
    for messages in refused.values():
        yield comment(
            f"not sure: {counted(len(messages), 'rows', 'are')} refused, such as: {shorten(messages[0], 200)}"
        )
    for field, count in left_out.most_common():
        yield comment(f"not sure: {field} is left out of {counted(count, 'rows')}, because its values cannot be read")
    yield ""

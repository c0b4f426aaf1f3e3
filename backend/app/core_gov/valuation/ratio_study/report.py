"""Ratio study as JSON, and as tables for the terminal."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from backend.app.core_gov.valuation.ratio_study.bootstrap import ConfidenceInterval
from backend.app.core_gov.valuation.ratio_study.coverage import Coverage, CoverageByValue
from backend.app.core_gov.valuation.ratio_study.measures import (
    MIN_SALES,
    SCALES,
    Measure,
    Measures,
    MeasureVerdict,
    Scale,
)
from backend.app.core_gov.valuation.ratio_study.study import TIERS, Stratum, Study
from backend.app.kit.text import shorten

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

NONE = "–"
STYLES = {MeasureVerdict.WITHIN: "green", MeasureVerdict.OUTSIDE: "yellow", MeasureVerdict.SUSPICIOUS: "red"}
STRATUM_MEASURES = ("median_ratio", "cod", "mdape", "within_10")
"""Measures shown for each tier, area and month; the JSON has every measure."""
SHORT = {"weighted_mean_ratio": "Weighted mean"}
"""Short labels for the terminal."""
TITLE = "italic"
MAX_ROWS = 16
"""Maximum number of areas or months shown in a terminal."""


def as_dict(study: Study) -> dict[str, Any]:
    """Return the study as JSON values; floats have six decimals, so the same sales give the same bytes anywhere."""
    written = _plain(study)
    assert isinstance(written, dict)
    return {**written, "standards": {name: _plain(scale) for name, scale in SCALES.items()}}


def to_json(study: Study) -> str:
    return json.dumps(as_dict(study), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    match value:
        case Measures():
            return {"n": value.n, **_plain(value.by_name)}
        case Measure():
            written = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
            if value.p_value is not None:
                written["p_value"] = float(f"{value.p_value:.3g}")  # it may be far below 1e-6
            return {name: part for name, part in written.items() if part is not None or name == "value"}
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case float():
            return round(value, 6) + 0.0  # no -0.0
        case date():
            return value.isoformat()
        case _ if is_dataclass(value):
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value


# Figures as they are shown


def figure(name: str, value: float | None) -> str:
    """Return a measure's value in its own format: 0.987, +0.012, 11.7 %."""
    if value is None:
        return NONE
    if SCALES[name].unit == "%":
        return percent(value)
    return f"{value:+.3f}" if name in {"prb", "ki"} else f"{value:.3f}"


def percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.1f} %"


def interval_shown(name: str, interval: ConfidenceInterval | None) -> str:
    if interval is None:
        return NONE
    return f"{figure(name, interval.low).removesuffix(' %')} to {figure(name, interval.high)}"


def band_shown(scale: Scale) -> str:
    if scale.band is None:
        return ""
    digits = "g" if scale.unit == "%" else "+.2f" if scale.band.low < 0 else ".2f"
    return f"{scale.band.low:{digits}} to {scale.band.high:{digits}}{' %' if scale.unit else ''}"


def headline(study: Study) -> str:
    sales = f"{study.n:,} sale{'' if study.n == 1 else 's'}"
    if study.first_day is None or study.last_day is None:
        return f"Ratio study of {study.about.market}: {sales}"
    return f"Ratio study of {study.about.market}: {sales}, {study.first_day} to {study.last_day}"


def facts(study: Study) -> Iterator[tuple[str, str]]:
    """Yield the metadata of the study as pairs of name and value."""
    about = study.about
    if about.trained_until:
        yield "Trained on sales before", about.trained_until.isoformat()
    yield from (
        (name, value)
        for name, value in (
            ("Values", f"the column {shorten(about.values)} of the source" if about.values else None),
            ("Model", about.model),
            ("Fingerprint of the data", about.fingerprint),
            ("Currency", about.currency),
            ("Made", about.made_at),
        )
        if value
    )
    yield from ((f"Left out: {reason}", f"{n:,}") for reason, n in about.left_out.items())
    yield "95 % intervals", f"bootstrap, {study.resamples:,} resamples, seed {study.seed}"


def findings(study: Study) -> Iterator[tuple[str, str]]:
    """Yield findings other than the measures, as pairs of name and sentence."""
    yield "Vertical equity", study.vertical_equity.sentence
    yield "Sales chasing", study.sales_chasing.sentence
    for trimmed in (study.trimmed, study.trimmed_tightly):
        yield f"Outliers beyond {trimmed.fences:g} interquartile ranges", f"{trimmed.removed:,} of {study.n:,}"
    yield from _notes(study)
    yield from (("Warning", warning) for warning in study.warnings)


def _notes(study: Study) -> Iterator[tuple[str, str]]:
    """Yield each note on the measures of all sales once, with the measures that it applies to."""
    about: dict[str, list[str]] = {}
    for name, scale in SCALES.items():
        if note := study.untrimmed[name].note:
            about.setdefault(note, []).append(scale.label)
    yield from (
        (", ".join(labels) if len(labels) < len(SCALES) else "Measures", note) for note, labels in about.items()
    )


def strata(study: Study) -> Iterator[tuple[str, tuple[Stratum, ...]]]:
    yield "By price tier", study.tiers
    yield "By postal area", study.areas
    yield "By month", study.months


# Tables for the terminal, 80 columns wide


def as_tables(study: Study) -> "Group":
    """Return the whole study for a terminal."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Table | Text] = [Text(headline(study), style="bold")]
    parts += [Text(f"{name}: {value}", style="dim") for name, value in facts(study)]
    if study.n >= MIN_SALES:
        parts += [Text("\nMeasures", style=TITLE), _measures(study)]
        parts += chain.from_iterable(_strata(title, each) for title, each in strata(study) if each)
        parts += _coverage(study.coverage) if study.coverage else ()
        parts.append(Text())
    parts += [Text(f"{name}: {sentence}") for name, sentence in findings(study)]
    return Group(*parts)


def _table(*heads: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(heads[0])
    for head in heads[1:]:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _measures(study: Study) -> "Table":
    table = _table("", "all sales", "95 % interval", "trimmed", "standard", "")
    for name, scale in SCALES.items():
        measure = study.untrimmed[name]
        row = (SHORT.get(name, scale.label), figure(name, measure.value), interval_shown(name, measure.interval))
        table.add_row(*row, figure(name, study.trimmed.measures[name].value), band_shown(scale), _word(measure.word))
    return table


def _strata(title: str, found: tuple[Stratum, ...]) -> "Iterator[Table | Text]":
    from rich.text import Text

    yield Text(f"\n{title} (! is not within the standard)", style=TITLE)
    table = _table("", "sales", *(SCALES[name].label for name in STRATUM_MEASURES))
    for stratum in _largest_and_rest(found):
        cells = (_against_standard(name, stratum.measures[name]) for name in STRATUM_MEASURES)
        table.add_row(Text(stratum.name), f"{stratum.measures.n:,}", *cells)
    yield table
    if len(found) > MAX_ROWS:
        yield Text(f"{len(found) - MAX_ROWS} more are in the JSON and on the HTML page", style="dim")


def _largest_and_rest(found: tuple[Stratum, ...]) -> tuple[Stratum, ...]:
    return found if len(found) <= MAX_ROWS else (*found[: MAX_ROWS - 1], found[-1])


def _against_standard(name: str, measure: Measure) -> "Text":
    """Return the figure, marked if it is outside its standard."""
    from rich.text import Text

    shown, word = figure(name, measure.value), measure.word
    if SCALES[name].band is None:
        return Text(shown)
    if word is None or word is MeasureVerdict.WITHIN:
        return Text(f"{shown}  ")
    return Text(f"{shown} !", style=STYLES[word])


def _coverage(found: tuple[CoverageByValue, ...]) -> "Iterator[Table | Text]":
    from rich.text import Text

    yield Text("\nPrices inside the intervals (! off by more than allowed, ? perhaps by chance)", style=TITLE)
    table = _table("", *(f"{each.level} %  " for each in found))
    table.add_row("all sales", *(_covered(each.overall) for each in found))
    for place, name in enumerate(TIERS):
        table.add_row(f"{name} of values", *(_covered(each.quintiles[place]) for each in found))
    yield table


def _covered(coverage: Coverage) -> "Text":
    from rich.text import Text

    mark = "  " if coverage.word is not MeasureVerdict.OUTSIDE else " ?" if coverage.note else " !"
    return Text(percent(coverage.covered) + mark, style=STYLES[coverage.word] if coverage.word else "")


def _word(word: MeasureVerdict | None) -> "Text":
    from rich.text import Text

    return Text(word or "", style=STYLES[word] if word else "")

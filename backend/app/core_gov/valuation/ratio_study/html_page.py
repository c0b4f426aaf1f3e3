"""Ratio study as one self-contained HTML page: no scripts, fonts or images."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from backend.app.core_gov.valuation.ratio_study import charts, report
from backend.app.core_gov.valuation.ratio_study.coverage import Coverage
from backend.app.core_gov.valuation.ratio_study.measures import SCALES, Measure, MeasureVerdict
from backend.app.core_gov.valuation.ratio_study.study import TIERS, Stratum, Study

TILES = ("median_ratio", "cod", "mdape", "within_10", "prd", "prb", "mki", "fsd")

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --page: #fff; --rule: #dfe3e8; --mark: #1f5fa8;
  --light: #8fb4dc; --wide: #dbe7f4; --narrow: #b3cdea; --band: #e7f3e8; --good: #1e6b34; --off: #8a5a00;
  --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #a3adb8; --page: #15181c; --rule: #333a42;
  --mark: #7fb2ec; --light: #47698f; --wide: #1f2d3d; --narrow: #2d4a69; --band: #1d2f22; --good: #7fcf95;
  --off: #e0b25c; --bad: #ff8a80 } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --page: #fff; --rule: #ccc; --mark: #1f5fa8;
  --light: #8fb4dc; --wide: #dbe7f4; --narrow: #b3cdea; --band: #e7f3e8; --good: #1e6b34; --off: #8a5a00;
  --bad: #b3261e } body { padding: 0 } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1180px;
  margin: 0 auto; padding: 24px }
h1 { font-size: 24px; margin: 0 0 4px } h2 { font-size: 17px; margin: 32px 0 8px } p { margin: 4px 0 }
.soft, th { color: var(--soft) }
dl { display: grid; grid-template-columns: fit-content(38%) 1fr; gap: 2px 16px }
dd { margin: 0; overflow-wrap: anywhere } dt { color: var(--soft) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(105px, 1fr)); gap: 8px; margin: 20px 0 }
.tile { border: 1px solid var(--rule); border-radius: 6px; padding: 10px 12px; break-inside: avoid }
.tile b { display: block; font-size: 20px; font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 20px }
figure { margin: 0; break-inside: avoid } figcaption { font-weight: 600 } figure p { font-size: 13px }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid var(--rule); font-weight: normal;
  white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 190px }
small { display: inline-block; line-height: 1.25 } tr { break-inside: avoid }
.within { color: var(--good) } .outside { color: var(--off) } .suspicious { color: var(--bad); font-weight: 600 }
svg { width: 100%; height: auto; display: block } .tick { font-size: 11px; fill: var(--soft) }
.grid { stroke: var(--rule) } .bar { fill: var(--mark) } .light { fill: var(--light) } .wide { fill: var(--wide) }
.narrow { fill: var(--narrow) } .band { fill: var(--band) } .dot { fill: var(--mark) }
.line { fill: none; stroke: var(--mark); stroke-width: 2 } .whisker { stroke: var(--mark); stroke-width: 1.5 }
.one { stroke: var(--ink); stroke-dasharray: 4 3 } .middle { stroke: var(--off); stroke-width: 2 }
.promise { stroke: var(--ink); stroke-width: 2 }
"""

_HOW_TO_READ = """
Ratio: value divided by sale price. Each value uses only data from before the sale.
Median ratio: appraisal level. 1.02 means that values are typically 2 % above prices.
COD: uniformity: mean absolute deviation from the median ratio, in percent of it. Lower is better.
PRD, PRB, MKI: vertical equity: whether expensive homes are valued like inexpensive ones. Rely on PRB most: PRD and \
MKI use prices alone, so random variation of prices makes them look regressive.
MdAPE: median absolute percentage error: half of the values are off by less, half by more.
FSD: forecast standard deviation: standard deviation of the error. Up to 0.13 is high confidence, up to 0.20 medium.
Within, outside, suspicious: the figure compared with its standard. Suspicious is better than any market allows: \
the values may have been set with the prices known.
Trimmed: without ratios more than three interquartile ranges beyond the quartiles. If it differs much, a few sales \
dominate the figure: review them.
95 % interval: sampling uncertainty of the figure. Few sales give a wide interval.
Price tiers: fifths by the mean of price and value. By price alone, even perfect values look regressive, because a \
price that is high by chance has a low ratio.
"""


def page(study: Study) -> str:
    """Return the study as an HTML document."""
    title = escape(report.headline(study))
    sections = (_facts(study), _tiles(study), _warnings(study), _measures(study), _charts(study), _coverage(study))
    tables = (_strata(name, found) for name, found in report.strata(study) if found)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body>\n<h1>{title}</h1>\n"
        + "\n".join([*sections, *tables, _findings(study), _how_to_read()])
        + "\n</body></html>\n"
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs) + "</dl>"


def _facts(study: Study) -> str:
    return _pairs(report.facts(study))


def _warnings(study: Study) -> str:
    return "".join(f'<p class="suspicious">{escape(warning)}</p>' for warning in study.warnings)


def _tiles(study: Study) -> str:
    return f'<div class="tiles">{"".join(_tile(name, study.untrimmed[name]) for name in TILES)}</div>'


def _tile(name: str, measure: Measure) -> str:
    scale = SCALES[name]
    return (
        f'<div class="tile">{escape(scale.label)}<b>{report.figure(name, measure.value)}</b>'
        f"{_word(measure.word) or '&nbsp;'}</div>"
    )


def _word(word: MeasureVerdict | None) -> str:
    return f'<span class="{word}">{word}</span>' if word else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; heads and cells are HTML already."""
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _measures(study: Study) -> str:
    trimmed = (f"Trimmed {each.fences:g} × IQR" for each in (study.trimmed, study.trimmed_tightly))
    heads = ("Measure", "All sales", "95 % interval", *trimmed, "Standard", "")
    return "<h2>Measures</h2>" + _table(heads, (_measure_row(study, name) for name in SCALES))


def _measure_row(study: Study, name: str) -> list[str]:
    scale, measure = SCALES[name], study.untrimmed[name]
    says = scale.says
    if measure.regression and measure.p_value is not None:
        says += f" (regression: {report.interval_shown(name, measure.regression)}, p = {measure.p_value:.2g})"
    return [
        f'{escape(scale.label)}<br><small class="soft">{escape(says)}</small>',
        report.figure(name, measure.value),
        report.interval_shown(name, measure.interval),
        report.figure(name, study.trimmed.measures[name].value),
        report.figure(name, study.trimmed_tightly.measures[name].value),
        f'<span title="{escape(scale.source)}">{report.band_shown(scale)}</span>',
        _word(measure.word),
    ]


def _charts(study: Study) -> str:
    figures = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{chart}<p class=soft>{escape(text)}</p></figure>"
        for title, text, chart in _figures(study)
    )
    return f'<h2>Charts</h2><div class="charts">{figures}</div>' if figures else ""


def _figures(study: Study) -> Iterator[tuple[str, str, str]]:
    """Yield title, legend and chart of each figure that has sales."""
    if study.n:
        median = study.untrimmed["median_ratio"].value
        legend = "Dashed: value equals price. Solid: the median. Bars are 0.02 wide."
        yield "Ratios", legend, charts.ratio_histogram(study.histogram, median)
    if len(study.ratio_by_value) > 1:
        legend = "Line: median ratio. Dark: half of the sales, light: four fifths. A falling line is regressive."
        yield "Ratio by market value", legend, charts.ratio_by_value(study.ratio_by_value)
    legend = "Dots with 95 % intervals; green: the standard."
    for name, found in (("price tier", study.tiers), ("month", study.months)):
        if any(stratum.measures["cod"].value is not None for stratum in found):
            level = [(stratum.name, stratum.measures["median_ratio"]) for stratum in found]
            spread = [(stratum.name, stratum.measures["cod"]) for stratum in found]
            yield f"Median ratio by {name}", legend, charts.dots(f"Median ratio by {name}", level, (0.9, 1.1), True)
            yield f"COD by {name}", legend, charts.dots(f"COD by {name}", spread, (5, 15), False)
    if any(each.overall.covered is not None for each in study.coverage):
        legend = "Dark: all sales. Light: fifths from the lowest to the highest value. The line is the nominal level."
        yield "Prices inside the intervals", legend, charts.coverage_bars(study.coverage)


def _coverage(study: Study) -> str:
    if not study.coverage:
        return ""
    heads = ("Prices inside the intervals", *(f"{each.level} %" for each in study.coverage), "Tolerance")
    rows = [("all sales", [each.overall for each in study.coverage])]
    rows += [
        (f"{name} of values", [each.quintiles[place] for each in study.coverage]) for place, name in enumerate(TIERS)
    ]
    body = [[escape(name), *map(_covered, cells), f"{cells[0].allowed:g} points"] for name, cells in rows]
    widths = [report.percent(each.overall.width) for each in study.coverage]
    body.append(["median width, in percent of the value", *widths, ""])
    return "<h2>Intervals</h2>" + _table(heads, body)


def _covered(coverage: Coverage) -> str:
    return _marked(report.percent(coverage.covered), coverage.word, coverage.note)


def _marked(shown: str, word: MeasureVerdict | None, note: str | None) -> str:
    """Return a figure in the color of its verdict, with the verdict in front unless it is "within"."""
    measures_of = f"<small>{word}</small> " if word and word is not MeasureVerdict.WITHIN else ""
    return f'<span class="{word or ""}" title="{escape(note or "")}">{measures_of}{shown}</span>'


def _strata(title: str, found: tuple[Stratum, ...]) -> str:
    heads = (title.removeprefix("By ").capitalize(), "Sales", *(SCALES[name].label for name in report.STRATUM_MEASURES))
    return f"<h2>{escape(title)}</h2>" + _table(heads, map(_stratum_row, found))


def _stratum_row(stratum: Stratum) -> list[str]:
    name = stratum.name
    if stratum.lowest is not None and stratum.highest is not None:
        name += f" ({stratum.lowest:,.0f} to {stratum.highest:,.0f})"
    return [
        escape(name),
        f"{stratum.measures.n:,}",
        *(_cell(each, stratum.measures[each]) for each in report.STRATUM_MEASURES),
    ]


def _cell(name: str, measure: Measure) -> str:
    shown = _marked(report.figure(name, measure.value), measure.word, measure.note)
    if measure.interval is None:
        return shown
    return f'{shown}<br><small class="soft">{report.interval_shown(name, measure.interval)}</small>'


def _findings(study: Study) -> str:
    return "<h2>Findings</h2>" + _pairs(report.findings(study))


def _how_to_read() -> str:
    lines = (line.partition(": ") for line in _HOW_TO_READ.strip().splitlines())
    return "<h2>How to read this study</h2>" + _pairs((name, text) for name, _, text in lines)

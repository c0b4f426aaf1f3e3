"""`valhalla market train`, `market study` and `valhalla property revalue`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from backend.app.cli import files
from backend.app.cli.market import models
from backend.app.cli.market.options import Market
from backend.app.cli.terminal import opened_store, opened_to_read, out, progress
from backend.app.core_gov.market.as_of import day_of_value
from backend.app.core_gov.market.columns import day_of
from backend.app.core_gov.valuation.schemas import Kind
from backend.app.kit import clock
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import write_text

market = typer.Typer()
market.add_typer(models.app, name="models")
property_ = typer.Typer(no_args_is_help=True, help="Property values.")


@market.command("train")
def train(
    name: Market,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Use only sales that closed before this day (default: today)")
    ] = None,
    use: Annotated[bool, typer.Option("--use", help="Use the new model without comparing it")] = False,
) -> None:
    """Train and store a price model of a market. If its sales are unchanged, the existing model is used.

    A model of today is compared with the one in use on the sales of the last quarter, and not used if it is worse. One
    with --until is used without a comparison.
    """
    from backend.app.core_gov.valuation import candidate, service

    day = _day(until, "--until")
    with opened_store() as (store, ctx), progress("Training") as report:
        if until is None:
            trained = candidate.retrain_market(store.db, ctx, name, day, report, compare=not use)
        else:
            stored = service.train_market(store.db, ctx, name, day, report)
            trained = candidate.RetrainedModel(stored.card, stored.new)
    facts = trained.card.facts
    result = "trained" if trained.new else "already on file"
    out.print(f"{trained.card.id} {result}: {facts['sales']:,} sales before {trained.card.until}")
    for method, account in facts["accounts"].items():
        out.print(
            f"  {method}: median error {100 * account['median_error']:.1f} %, within 10 % "
            f"{100 * account['within_10']:.0f} % of {account['sales']:,} held-out sales",
        )
    if trained.card.extra_columns:
        out.print(f"  further columns: {', '.join(trained.card.extra_columns)}")
    for sentence in trained.sentences():
        out.print(sentence)


@market.command("study")
def study(
    name: Market,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First sale date to study (default: the end of training)"),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the study to FILE")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a page with charts to FILE")
    ] = None,
    values: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Study the values in this column of the source, such as an assessor's, instead of ours (all sales)",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing files")] = False,
) -> None:
    """Run an IAAO ratio study: value each sale after training as of its own day, and compare with its price."""
    from backend.app.core_gov.valuation.ratio_study import html_page, stated_values
    from backend.app.core_gov.valuation.ratio_study import report as study_report
    from backend.app.core_gov.valuation.ratio_study import run as study_run

    as_json = files.output(json_file, force=force) if json_file else None
    as_html = files.output(html_file, force=force, others=[as_json] if as_json else ()) if html_file else None
    day = None if since is None else _day(since, "--from")
    if values is not None:
        with opened_to_read() as (store, _):
            result = stated_values.study_stated_values(store.db, name, values, day)
    else:
        with opened_store() as (store, ctx), progress("Valuing") as report:
            result = study_run.study_market(store.db, ctx, name, day, report)
    out.print_report(study_report.as_tables(result))
    if as_json is not None:
        write_text(as_json, study_report.to_json(result))
    if as_html is not None:
        write_text(as_html, html_page.page(result))


@property_.command("revalue")
def revalue(
    everything: Annotated[bool, typer.Option("--all", help="All properties that are not archived or sold")] = False,
    property_ids: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="This property; may be repeated")
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Valuation date (default: today)")] = None,
    after_repair: Annotated[bool, typer.Option("--after-repair", help="Value as repaired (ARV)")] = False,
) -> None:
    """Revalue properties. Skips those already valued for the day, model and data, so a run can be resumed."""
    from backend.app.core_gov.property import revaluation

    if everything == bool(property_ids):
        raise typer.BadParameter("give either --all, or each property with --id", param_hint="--all")
    with opened_store() as (store, ctx), progress("Valuing") as report:
        kind: Kind = "after_repair" if after_repair else "as_is"
        request = revaluation.RevaluationRequest(_day(as_of, "--as-of"), kind, tuple(property_ids or ()))
        result = revaluation.revalue(store.db, ctx, request, report)
    for line in result.lines():
        out.print(line)
    if result.failed:
        raise typer.Exit(1)


def _day(text: str | None, option: str) -> int:
    try:
        day = None if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(f"{option} must be a date such as 2026-01-31, not {text!r:.42}") from None
    return day_of(date.fromisoformat(day_of_value(day, clock.today(), option)))

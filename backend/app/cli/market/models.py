"""`valhalla market models …`: the models of a market, and which of them values use."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from backend.app.cli.market.options import OptionalMarket
from backend.app.cli.terminal import opened_store, opened_to_read, out, progress

if TYPE_CHECKING:
    from backend.app.core_gov.valuation.model_comparison import ModelComparison, MovedValues

app = typer.Typer(invoke_without_command=True)

ModelId = Annotated[str, typer.Argument(metavar="MODEL_ID", help="Id of the model, as listed")]


@app.callback()
def models(ctx: typer.Context, name: OptionalMarket = None) -> None:
    """List the models of a market, newest first; use, delete or compare them."""
    if ctx.invoked_subcommand is None:
        _list_models(name)
    elif name is not None:
        raise typer.BadParameter("give it after the subcommand `list`; the others name a model", param_hint="--market")


@app.command("list")
def list_models(name: OptionalMarket = None) -> None:
    """List the models of a market, newest first, with their use."""
    _list_models(name)


def _list_models(name: str | None) -> None:
    from backend.app.core_gov.valuation import models_in_use

    if name is None:
        raise typer.BadParameter("is required", param_hint="--market")
    with opened_to_read() as (store, _):
        found = store.db.snapshot_now(models_in_use.list_uses, name)
    for card, use in found:
        out.print(f"{card.id}  until {card.until}  {card.facts['sales']:,} sales  {card.created_at}  {use}")
        if card.extra_columns:
            out.print(f"  further columns: {', '.join(card.extra_columns)}")
    if not found:
        out.print(f"{name} has no model; train one with `valhalla market train --market {name}`")


@app.command("use")
def use(model_id: ModelId) -> None:
    """Use a model for values from its day on. Newer models of its market are set aside; each can be used again."""
    from backend.app.core_gov.valuation import models_in_use

    with opened_store() as (store, ctx):
        facts = store.db.write_now(ctx, models_in_use.use_model, model_id)
    out.print(f"{facts.id} is used for values of {facts.market} from {facts.until} on")


@app.command("delete")
def delete(model_id: ModelId) -> None:
    """Delete a model, unless values of today use it. Stored valuations keep its version."""
    from backend.app.core_gov.valuation import models_in_use

    with opened_store() as (store, ctx):
        facts = store.db.write_now(ctx, models_in_use.delete_model, model_id)
    out.print(f"{facts.id} of {facts.market}, trained on sales before {facts.until}, is deleted")


@app.command("compare")
def compare(
    model_id: ModelId,
    other_id: Annotated[
        str | None, typer.Argument(metavar="OTHER_ID", help="The other model (default: the one in use)")
    ] = None,
) -> None:
    """Compare two models: errors on sales after both, drift of their data, and how far values of properties move."""
    from backend.app.core_gov.market.columns import day_of
    from backend.app.core_gov.property.revaluation import active_subjects
    from backend.app.core_gov.valuation.model_comparison import compare_models, moved_values, pair_of
    from backend.app.kit import clock

    today = clock.today()
    day = day_of(date.fromisoformat(today))
    with opened_to_read() as (store, _), progress("Valuing") as report:
        cards = store.db.snapshot_now(pair_of, model_id, other_id, today)
        found = compare_models(store.db, cards, day, report)
        subjects = active_subjects(store.db, cards[0].market, day)
        moved = moved_values(store.db, cards, subjects, day, report)
    _print_accuracy(found)
    _print_drift(found)
    _print_moved(moved, today)


def _print_accuracy(found: "ModelComparison") -> None:
    for note in found.notes:
        out.print(note)
    if found.accuracy:
        out.print(f"{found.accuracy[0].sales:,} sales since {found.since}, each valued as of its own day:")
        rows = [
            (
                *(card.id, card.until, f"{100 * each.median_error:.1f} %", f"{100 * each.mean_error:.1f} %"),
                *(f"{each.median_ratio:.3f}", f"{100 * each.within_10:.0f} %"),
            )
            for card, each in zip(found.cards, found.accuracy, strict=True)
        ]
        headings = ("model", "trained until", "median error", "mean error", "median ratio", "within 10 %")
        out.print_table(headings, rows)


def _print_drift(found: "ModelComparison") -> None:
    older, newer = found.cards
    out.print(f"drift of the training sales, from {older.until} to {newer.until} (population stability index):")
    out.print_table(
        ("characteristic", "index", ""), [(each.name, f"{each.index:.3f}", each.band) for each in found.drift]
    )


def _print_moved(moved: "MovedValues", today: str) -> None:
    unvalued = f", {moved.failed:,} could not be valued" if moved.failed else ""
    if moved.median is None or moved.p90 is None:
        out.print(f"no property on file is valued by this market{unvalued}")
        return
    out.print(
        f"values as of {today} of the properties on file ({moved.valued:,}{unvalued}) move by "
        f"{100 * moved.median:.1f} % in the median, 9 in 10 by at most {100 * moved.p90:.1f} %; the largest changes:"
    )
    rows = [(each.key, f"{each.before:,.0f}", f"{each.after:,.0f}", f"{each.change:+.1%}") for each in moved.largest]
    out.print_table(("property", "older model", "newer model", "change"), rows)

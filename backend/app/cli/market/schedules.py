"""`valhalla market schedule`."""

from typing import Annotated

import typer

from backend.app.cli.market.options import OptionalMarket
from backend.app.cli.terminal import opened_store, opened_to_read, out
from backend.app.core_gov.schedules.schemas import MarketScheduleList
from backend.app.kit.errors import BadInput

app = typer.Typer()

Every = Annotated[str | None, typer.Option(metavar="INTERVAL", help="Such as 24h or 7d, or off (default: as it is)")]


@app.command("schedule")
def schedule(
    market: OptionalMarket = None,
    sync: Every = None,
    train: Every = None,
    revalue: Every = None,
) -> None:
    """Set how often a market is synchronized, trained and its properties revalued; without intervals, list it."""
    from backend.app.core_gov.mls.service import feeds_of_market
    from backend.app.core_gov.schedules import service
    from backend.app.core_gov.schedules.schedule import Task, hours_of

    given: dict[Task, str | None] = {"sync": sync, "train": train, "revalue": revalue}
    hours: dict[Task, int | None] = {}
    for task, text in given.items():
        if text is not None:
            try:
                hours[task] = hours_of(text)
            except BadInput as error:
                raise typer.BadParameter(error.detail, param_hint=f"--{task}") from None
    if hours and market is None:
        raise typer.BadParameter("is required with an interval", param_hint="--market")
    if market is not None and hours:
        with opened_store() as (store, ctx):
            feeds = feeds_of_market(store.settings, market)
            found = store.db.write_now(ctx, service.set_schedules, market, hours, feeds)
    else:
        with opened_to_read() as (reader, _):
            found = reader.db.snapshot_now(service.list_schedules, market)
    print_schedules(found)


def print_schedules(found: MarketScheduleList) -> None:
    """Print a table of scheduled tasks, or that there are none."""
    from backend.app.core_gov.schedules.schedule import interval_text

    rows = [
        (
            *(each.market, each.task, interval_text(each.every_hours), each.done_at or "never"),
            f"failed: {each.failure}" if each.failure else each.result or "",
            each.due_at,
        )
        for each in found.items
    ]
    if not rows:
        out.print("No task is on a schedule.")
        return
    out.print_table(("market", "task", "every", "last finished", "result", "next due"), rows)

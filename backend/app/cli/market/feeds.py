"""`valhalla market sync` and `valhalla market feeds`."""

from typing import Annotated

import typer

from backend.app.cli.terminal import err, opened_store, opened_to_read, out, progress

app = typer.Typer()


@app.command("sync")
def sync(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a feed in feeds.toml")],
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare all keys, to find sales that the feed deleted without notice")
    ] = False,
    accept_deletions: Annotated[
        bool,
        typer.Option("--accept-deletions", help="With --compare: remove the deleted sales even if there are very many"),
    ] = False,
    from_start: Annotated[bool, typer.Option("--from-start", help="Read everything again, not only changes")] = False,
) -> None:
    """Synchronize a market with an MLS feed. Safe to run again; resumes after an interruption."""
    from backend.app.core_gov.mls.service import SyncOptions, sync_feed
    from backend.app.core_gov.mls.throttle import Clock

    if accept_deletions and not compare:
        raise typer.BadParameter("requires --compare", param_hint="--accept-deletions")
    options = SyncOptions(compare=compare, accept_deletions=accept_deletions, from_start=from_start)
    clock = Clock(on_wait=lambda sentence: err.print(sentence, style="yellow"))
    with opened_store() as (store, ctx), progress(name) as report:
        outcome = sync_feed(store.settings, store.db, ctx, name, report, options=options, clock=clock)
    for line in outcome.lines():
        out.print(line)


@app.command("feeds")
def feeds() -> None:
    """List the MLS feeds and the state of each."""
    from backend.app.core_gov.mls.service import feeds_file, list_feeds

    with opened_to_read() as (store, _):
        path = feeds_file(store.settings)
        if store.settings.feeds_file is None and not path.exists():
            out.print(f"There are no feeds. Define them in {path}; docs/market/connect_an_mls.md says how.")
            raise typer.Exit
        statuses = list_feeds(store.settings, store.db)
    rows = []
    for feed in statuses:
        finished, position = (feed.state.finished_at, feed.state.position) if feed.state else (None, None)
        rows.append((feed.name, feed.market, feed.profile, finished or "never", position or "", feed.sentence))
    out.print_table(("feed", "market", "profile", "last finished", "synchronized up to", "state"), rows)

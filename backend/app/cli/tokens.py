"""`valhalla token …`."""

from typing import Annotated

import typer

from backend.app.cli.terminal import err, opened_store, opened_to_read, out
from backend.app.core_gov.access import service as access
from backend.app.core_gov.access.schemas import Role

app = typer.Typer(no_args_is_help=True, help="Access tokens for whoever is not on this machine.")


@app.command("create")
def create_token(name: str, role: Annotated[Role, typer.Option(help="What its holder may do")] = "viewer") -> None:
    """Make a token and show it, this once."""
    with opened_store() as (store, ctx):
        secret = store.db.write_now(ctx, access.create_token, name, role)
    out.print(secret)
    err.print(f"Token {name} ({role}). It cannot be shown again: keep it in a safe place.")


@app.command("list")
def list_tokens() -> None:
    """Show who holds a token."""
    with opened_to_read() as (store, _):
        found = store.db.snapshot_now(access.list_tokens)
    rows = [
        [str(cell or "") for cell in (token.name, token.role, token.created_at, token.revoked_at)] for token in found
    ]
    out.print_table(("name", "role", "created", "revoked"), rows)


@app.command("enable")
def enable_token(name: str) -> None:
    """Make a token valid again that was revoked because its database was salvaged."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, access.enable_token, name)
    out.print(f"Token {name} is valid again.")


@app.command("revoke")
def revoke_token(name: str) -> None:
    """Make a token useless, from the next request on."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, access.revoke_token, name)
    out.print(f"Token {name} is revoked.")

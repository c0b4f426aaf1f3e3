"""`valhalla token …`."""

from typing import Annotated

import typer

from backend.app.cli.terminal import err, opened_store, opened_to_read, out
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.tokens import service as tokens

app = typer.Typer(no_args_is_help=True, help="Access tokens for clients on other machines.")

Holder = Annotated[str, typer.Argument(help="Name of the token's holder")]


@app.command("create")
def create_token(name: Holder, role: Annotated[Role, typer.Option(help="Role of the holder")] = "viewer") -> None:
    """Create a token and print it. It is shown only once."""
    with opened_store() as (store, ctx):
        secret = store.db.write_now(ctx, tokens.create_token, name, role)
    out.print(secret)
    err.print(f"Created token {name} ({role}). It cannot be shown again: store it in a safe place.")


@app.command("list")
def list_tokens() -> None:
    """List the tokens and their holders' roles."""
    with opened_to_read() as (store, _):
        found = store.db.snapshot_now(tokens.list_tokens)
    rows = [
        [str(cell or "") for cell in (token.name, token.role, token.created_at, token.revoked_at)] for token in found
    ]
    out.print_table(("name", "role", "created", "revoked"), rows)


@app.command("enable")
def enable_token(name: Holder) -> None:
    """Re-enable a token that was revoked because its database was salvaged."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, tokens.enable_token, name)
    out.print(f"Enabled token {name}.")


@app.command("revoke")
def revoke_token(name: Holder) -> None:
    """Revoke a token, with effect from the next request."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, tokens.revoke_token, name)
    out.print(f"Revoked token {name}.")

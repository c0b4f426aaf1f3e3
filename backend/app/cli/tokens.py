"""`valhalla token …`."""

from datetime import timedelta
from typing import Annotated

import typer

from backend.app.cli.terminal import err, opened_store, opened_to_list, out
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import sign_in_name
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.access.tokens.schemas import TokenRecord
from backend.app.core_gov.access.tokens.scopes import parse_scopes
from backend.app.core_gov.access.tokens.terms import Term, parse_overlap, parse_term
from backend.app.kit.db import Tx

app = typer.Typer(no_args_is_help=True, help="Access tokens for programs, and for clients on other machines.")

Holder = Annotated[str, typer.Argument(help="Name of the token's holder")]
Expiry = Annotated[str, typer.Option("--expires", help="Duration (90d), date (2027-01-31) or never")]


@app.command("create")
def create_token(
    name: Holder,
    role: Annotated[Role, typer.Option(help="Role of the holder")] = "viewer",
    owner: Annotated[str | None, typer.Option(help="Email address of the person it belongs to")] = None,
    scopes: Annotated[
        str | None, typer.Option(help="What it may use, such as comms:read,property:write; everything if not given")
    ] = None,
    expires: Expiry = "365d",
) -> None:
    """Create a token and print it. It is shown only once."""
    allowed, term = parse_scopes(scopes) if scopes is not None else None, parse_term(expires)
    with opened_store() as (store, ctx):
        secret, token = store.db.write_now(ctx, _create, name, role, owner, allowed, term)
    out.print(secret)
    err.print(f"Created token {name} ({role}). It cannot be shown again: store it in a safe place.")
    err.print(_validity(token))


def _create(
    tx: Tx, name: str, role: Role, owner: str | None, scopes: frozenset[str] | None, term: Term
) -> tuple[str, TokenRecord]:
    person = people.require(tx, sign_in_name(owner)) if owner is not None else None
    secret = tokens.create_token(tx, name, role, owner=person, scopes=scopes, term=term)
    return secret, tokens.read_token(tx, name)


@app.command("list")
def list_tokens() -> None:
    """List the tokens: their holders' roles, what they may use, and until when they are valid."""
    with opened_to_list() as (store, _):
        found = store.db.snapshot_now(tokens.list_tokens)
    head = ("name", "role", "owner", "scopes", "created", "last used", "state")
    out.print_table(head, [_row(token) for token in found])


def _row(token: TokenRecord) -> list[str]:
    scopes = "all" if token.scopes is None else " ".join(token.scopes)
    used = token.used_at[:10] if token.used_at else "never"
    return [token.name, token.role, token.owner or "", scopes, token.created_at[:10], used, _state(token)]


def _state(token: TokenRecord) -> str:
    if token.state == "revoked":
        return f"revoked on {str(token.revoked_at)[:10]}"
    if token.expires_at is None or token.state == "owner inactive":
        return token.state
    return f"expired on {token.expires_at[:10]}" if token.state == "expired" else f"valid until {token.expires_at[:10]}"


@app.command("rotate")
def rotate_token(
    name: Holder,
    overlap: Annotated[str, typer.Option(help="How long the old secret stays valid: a duration, or 0")] = "24h",
) -> None:
    """Replace the secret of a token and print the new one. The old one stays valid during the overlap."""
    duration = parse_overlap(overlap)
    with opened_store() as (store, ctx):
        secret, token = store.db.write_now(ctx, _rotate, name, duration)
    out.print(secret)
    old = f"until {token.previous_until[:16]}Z" if token.previous_until else "no more"
    err.print(f"Rotated token {name}. The old secret works {old}. The new one cannot be shown again.")
    err.print(_validity(token))


def _rotate(tx: Tx, name: str, overlap: timedelta) -> tuple[str, TokenRecord]:
    return tokens.rotate_token(tx, name, overlap), tokens.read_token(tx, name)


@app.command("expire")
def set_expiry(
    name: Holder, expires: Annotated[str, typer.Argument(help="Duration (90d), date (2027-01-31) or never")]
) -> None:
    """Change until when a token is valid."""
    term = parse_term(expires)
    with opened_store() as (store, ctx):
        token = store.db.write_now(ctx, tokens.set_expiry, name, term)
    out.print(_validity(token))


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


def _validity(token: TokenRecord) -> str:
    if token.expires_at is None:
        return f"Token {token.name} has no expiry. `valhalla token expire {token.name} 365d` gives it one."
    return (
        f"Token {token.name} is valid until {token.expires_at[:16]}Z. `valhalla token rotate {token.name}` renews it."
    )

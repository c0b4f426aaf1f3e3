"""`valhalla people …`."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError

from backend.app.cli import providers
from backend.app.cli.terminal import ask_yes, err, opened_store, opened_to_read, out
from backend.app.core_gov.access.email_addresses import service as email_addresses
from backend.app.core_gov.access.email_addresses.schemas import PersonEdit
from backend.app.core_gov.access.factors import service as factors
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.links import NewLink
from backend.app.core_gov.access.people.look_alikes import look_alike_warnings
from backend.app.core_gov.access.people.schemas import InvitationCreate, sign_in_name
from backend.app.core_gov.access.rules import base_url
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.single_sign_on import service as single_sign_on
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.views.service import change_owner
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import Fields, faults_of
from backend.app.settings import Settings

app = typer.Typer(no_args_is_help=True, help="People who sign in: invitations, roles, passwords.")

Address = Annotated[str, typer.Argument(help="Email address of the person", metavar="EMAIL")]


F = TypeVar("F", bound=Fields)


def _checked(schema: type[F], given: Mapping[str, object]) -> F:
    """Return arguments as the API would read them. Raises BadInput."""
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        raise BadInput.of(faults_of(error)) from None


@app.command("invite")
def invite_person(
    email: Address,
    role: Annotated[Role, typer.Option(help="Role of the person")] = "viewer",
    name: Annotated[str | None, typer.Option(help="Name as others see it")] = None,
) -> None:
    """Invite a person: print a link by which they set a password. It works once, within 72 hours."""
    given = {"email": email, "role": role} | ({"name": name} if name is not None else {})
    invitation = _checked(InvitationCreate, given)
    with opened_store() as (store, ctx):
        made = store.db.write_now(ctx, people.invite, invitation)
        _print_link(store.settings, made)


@app.command("reset")
def reset_password(email: Address) -> None:
    """Print a link by which a person sets a new password. A second factor stays."""
    with opened_store() as (store, ctx):
        made = store.db.write_now(ctx, _reset, email)
        _print_link(store.settings, made)


@app.command("list")
def list_people() -> None:
    """List the people who can sign in."""
    with opened_to_read() as (store, _):
        found = store.db.snapshot_now(people.list_people).items
        protected = store.db.snapshot_now(factors.people_with_factor)
    rows = [
        [each.email, each.name, each.role, each.status, "yes" if each.id in protected else "no", each.created_at]
        for each in found
    ]
    out.print_table(("email", "name", "role", "status", "second factor", "created"), rows)


@app.command("role")
def change_role(email: Address, role: Annotated[Role, typer.Argument(help="New role")]) -> None:
    """Change the role of a person, and end their sessions."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, people.change_role, sign_in_name(email), role)
    out.print(f"{sign_in_name(email)} is {role} now.")


@app.command("email")
def change_email(email: Address, new: Annotated[str, typer.Argument(help="New email address", metavar="NEW")]) -> None:
    """Change the email address of a person, and end their sessions. Open links are revoked."""
    given = _checked(PersonEdit, {"email": new}).email
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, email_addresses.change_by_email, sign_in_name(email), given, change_owner)
    out.print(f"{sign_in_name(email)} is {given} now.")


@app.command("disable")
def disable_person(email: Address) -> None:
    """Disable the account of a person, and end their sessions at once."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, people.set_status, sign_in_name(email), "disabled")
        count = store.db.snapshot_now(_count_tokens, sign_in_name(email))
    out.print(f"Disabled {sign_in_name(email)}.{_told(count)}")


@app.command("enable")
def enable_person(email: Address) -> None:
    """Enable the account of a person again."""
    with opened_store() as (store, ctx):
        store.db.write_now(ctx, people.set_status, sign_in_name(email), "active")
    out.print(f"Enabled {sign_in_name(email)}.")


@app.command("reset-factors")
def reset_factors(
    email: Address, yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation")] = False
) -> None:
    """Remove all second factors of a person who has lost them. Ends their sessions, and revokes their links."""
    name = sign_in_name(email)
    with opened_store() as (store, ctx):
        person = store.db.snapshot_now(people.require, name)
        if not (yes or ask_yes(f"Remove all second factors of {person.name} ({person.email})?")):
            raise typer.Exit(1)
        number = store.db.write_now(ctx, factors.reset_factors, name)
    what = "1 second factor" if number == 1 else f"{number} second factors"
    out.print(f"Removed {what} of {name}, and the recovery codes. The sessions of this person have ended.")


def _count_tokens(tx: Tx, email: str) -> int:
    return tokens.count_valid(tx, people.require(tx, email).id)


def _told(count: int) -> str:
    if count == 0:
        return ""
    what = "1 access token of this person is" if count == 1 else f"{count} access tokens of this person are"
    return f" {what} not valid any more, unless the account is enabled again."


app.command("providers")(providers.check_providers)


@app.command("unlink")
def unlink_accounts(email: Address) -> None:
    """Unlink a person's accounts at providers of single sign-on, and end their sessions."""
    with opened_store() as (store, ctx):
        number = store.db.write_now(ctx, single_sign_on.unlink_all, sign_in_name(email))
    out.print(f"Unlinked {number} account{'' if number == 1 else 's'} of {sign_in_name(email)}.")


def _reset(tx: Tx, email: str) -> NewLink:
    return people.create_reset(tx, people.require(tx, sign_in_name(email)).id)


def _print_link(settings: Settings, made: NewLink) -> None:
    out.print(made.url(base_url(settings)))
    what = "Invitation" if made.kind == "invitation" else "Link for a new password"
    err.print(
        f"{what} of {made.person.email} ({made.person.role}). It works once, until {made.expires_at[:16]}Z, and cannot "
        "be shown again: send it to nobody else."
    )
    for warning in look_alike_warnings(made.person.email):
        err.print(warning, style="yellow")

"""`valhalla people providers`."""

import asyncio

import typer

from backend.app.cli.terminal import err, out
from backend.app.core_gov.access.rules import base_url
from backend.app.core_gov.access.single_sign_on.connection import ProviderConnection
from backend.app.core_gov.access.single_sign_on.providers import Provider, providers_file, usable_providers
from backend.app.core_gov.access.single_sign_on.redirects import PATH
from backend.app.core_gov.access.single_sign_on.sign_out import AFTERWARDS
from backend.app.kit.errors import AppError
from backend.app.settings import Settings, load_settings


def check_providers() -> None:
    """List the providers of single sign-on, with the addresses to register there, and check that they answer."""
    settings = load_settings()
    found, faults = usable_providers(settings)
    if not found and not faults:
        out.print(f"There are no providers. Define them in {providers_file(settings)}; docs/people.md says how.")
    works = not faults and (settings.passwords or bool(found))
    for provider in found:
        fault = asyncio.run(_fault_of(provider))
        out.print([(provider.name, "bold"), f": {fault or 'works'}"], style="red" if fault else None)
        for what, address in _addresses(settings, provider):
            out.print(f"  {what:<20} {address}")
        works = works and fault is None
    for fault in faults:
        err.print(fault, style="red")
    if not settings.passwords and not found:
        err.print("Nobody can sign in: VALHALLA_PASSWORDS is off, and no provider is usable.", style="red")
    if not works:
        raise typer.Exit(1)


async def _fault_of(provider: Provider) -> str | None:
    try:
        await ProviderConnection(provider).check()
    except AppError as error:
        return error.detail
    return None


def _addresses(settings: Settings, provider: Provider) -> list[tuple[str, str]]:
    base = base_url(settings)
    return [
        ("issuer", provider.table.issuer),
        ("redirect URI", f"{base}{PATH}/{provider.name}/callback"),
        ("after signing out", f"{base}{AFTERWARDS}"),
        ("back-channel logout", f"{base}/core/access/providers/{provider.name}/back_channel_logout"),
    ]

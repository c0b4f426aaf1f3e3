"""Checks of the settings of sign-in: providers, proxies, and ways to get in. They make no connections."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from backend.app.core_gov.access.single_sign_on.providers import Provider, providers_file, usable_providers
from backend.app.doctor.findings import Finding, bad, ok
from backend.app.kit.errors import BadInput
from backend.app.settings import Settings

_CHECK = "correct the file; `valhalla people providers` checks it again"


def check(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with the settings of sign-in, and which providers are defined."""
    found, faults = usable_providers(settings)
    secret_faults = {each.name: fault for each in found if (fault := _secret_fault(each))}
    for fault in (*faults, *secret_faults.values()):
        yield bad("providers", fault, _CHECK)
    working = [each.name for each in found if each.name not in secret_faults]
    if working:
        yield ok("providers", f"{', '.join(working)}: defined; `valhalla people providers` asks whether they answer")
    elif not settings.passwords:
        sentence = "nobody can sign in, because VALHALLA_PASSWORDS is off and no provider is usable"
        yield bad("sign-in", sentence, f"define one in {providers_file(settings)}, or unset VALHALLA_PASSWORDS")
    if everything := _everything(settings.trusted_proxies):
        sentence = f"VALHALLA_TRUSTED_PROXIES covers every address ({everything}): any client can claim another address"
        yield bad("proxies", f"{sentence}, and HTTPS", "list only the addresses of your proxies")


def _secret_fault(provider: Provider) -> str | None:
    try:
        provider.client_secret()
    except BadInput as error:
        return error.detail
    return None


def _everything(networks: tuple[IPv4Network | IPv6Network, ...]) -> str:
    """Return which of 0.0.0.0/0 and ::/0 the networks cover together, in words; empty if neither."""
    v4 = collapse_addresses(each for each in networks if isinstance(each, IPv4Network))
    v6 = collapse_addresses(each for each in networks if isinstance(each, IPv6Network))
    joined: list[IPv4Network | IPv6Network] = [*v4, *v6]
    return " and ".join(str(each) for each in joined if each.prefixlen == 0)

"""The file of providers: every mistake is one sentence, and no secret is in it."""

from pathlib import Path
from typing import Any

import pytest

from backend.app.core_gov.access.single_sign_on.providers import find_provider, read_providers, usable_providers
from backend.app.kit.errors import BadInput
from backend.app.settings import Settings
from backend.tests.core_gov.access.single_sign_on.conftest import write_providers

RIGHT = {"issuer": "https://id.example.com", "client_id": "valhalla"}


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def test_no_file_means_no_providers(plain: Settings) -> None:
    assert read_providers(plain) == {}
    assert usable_providers(plain) == ([], [])


def test_providers_are_in_the_order_of_the_file(plain: Settings) -> None:
    write_providers(plain, zulu=RIGHT | {"label": "Z", "client_id": "z"}, alpha=RIGHT)
    assert [each.label for each in read_providers(plain).values()] == ["Z", "Alpha"]
    assert find_provider(plain, "alpha").client_secret() is None


def test_two_tables_of_one_client_are_refused(plain: Settings) -> None:
    write_providers(plain, alpha=RIGHT, zulu=RIGHT | {"label": "Z"}, other=RIGHT | {"client_id": "other"})
    found, faults = usable_providers(plain)
    assert [each.name for each in found] == ["alpha", "other"]
    assert faults == [
        f"{plain.data_dir / 'providers.toml'}: zulu has the issuer and client_id of alpha; remove one of the two tables"
    ]
    assert find_provider(plain, "alpha").name == "alpha"
    with pytest.raises(BadInput, match="of alpha"):
        find_provider(plain, "zulu")


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"issuer": None}, "work.issuer is required"),
    ({"client_id": None}, "work.client_id is required"),
    ({"secret": "x"}, "work.secret is not a known field"),
    ({"issuer": "id.example.com"}, "issuer is not a URL"),
    ({"issuer": "http://id.example.com"}, "issuer must start with https://"),
    ({"issuer": "https://me:pw@id.example.com"}, "issuer must not contain a user name or password"),
    ({"issuer": "https://id.example.com/?a=b"}, "issuer must not have a query"),
    ({"issuer": "https://login.microsoftonline.com/common/v2.0"}, "issuer must be that of one directory"),
    ({"issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"}, "issuer must be that of one directory"),
    ({"scopes": ["email"]}, "scopes must contain openid"),
    ({"scopes": ["openid", "a b"]}, "scopes must be words"),
    ({"scopes": "openid email"}, "scopes"),
    ({"allowed_domains": ["*.example.com"], "default_role": "viewer"}, "must be names of domains"),
    ({"allowed_domains": ["example.com"]}, "needs default_role"),
    ({"default_role": "viewer"}, "has default_role, which has no effect"),
    ({"default_role": "owner", "allowed_domains": ["example.com"]}, "default_role must be"),
    ({"role_claim": "groups"}, "needs role_claim and roles together"),
    ({"roles": {"x": "viewer"}}, "needs role_claim and roles together"),
    ({"role_claim": "groups", "roles": {"x": "root"}}, "roles"),
    ({"client_auth": "jwt"}, "client_auth must be"),
    ({"trusts_email": "yes"}, "trusts_email"),
    ({"client_secret_file": "data/secret"}, "is in the data directory"),
    ({"label": "a\nb"}, "label must be one line"),
]


@pytest.mark.parametrize(("changes", "reason"), MISTAKES)
def test_every_mistake_is_one_sentence(plain: Settings, changes: dict[str, Any], reason: str) -> None:
    table = {name: value for name, value in (RIGHT | changes).items() if value is not None}
    write_providers(
        plain, work=table | ({"client_secret_file": str(plain.data_dir / "s")} if "data/" in str(changes) else {})
    )
    with pytest.raises(BadInput) as error:
        read_providers(plain)
    assert reason in error.value.detail
    assert str(plain.data_dir / "providers.toml") in error.value.detail
    assert "\n" not in error.value.detail


def test_broken_files_are_named(plain: Settings) -> None:
    plain.data_dir.mkdir()
    path = plain.data_dir / "providers.toml"
    for text, reason in (
        ("[", "not valid TOML"),
        ("issuer = 'x'", "is outside a provider"),
        ("[Work]", "not a valid name"),
    ):
        path.write_text(text)
        assert reason in usable_providers(plain)[1][0]


def test_secret_that_others_can_read_is_refused(plain: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    write_providers(plain, work=RIGHT | {"client_secret_file": str(secret)})
    provider = find_provider(plain, "work")
    with pytest.raises(BadInput, match="cannot be read"):
        provider.client_secret()
    secret.write_text("top-secret-value\n")
    secret.chmod(0o644)
    with pytest.raises(BadInput, match="chmod 600"):
        provider.client_secret()
    secret.chmod(0o640)
    assert provider.client_secret() == "top-secret-value"
    assert "top-secret-value" not in repr(provider)
    for text in ("", "two words", "ü", "x" * 5_000):
        secret.write_text(text)
        with pytest.raises(BadInput, match="one word of ASCII"):
            provider.client_secret()

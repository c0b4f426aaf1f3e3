"""PostgreSQL over TLS: `sslmode=verify-full` accepts the right server, and refuses every other in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from backend.app.backups.backup import backup, read_archive
from backend.app.backups.restore import restore
from backend.app.bootstrap import open_store
from backend.app.kit.errors import StartError
from backend.app.settings import Settings, load_settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import ACTOR, facts_of, filled_with
from backend.tests.doctor.command import Doctor
from backend.tests.harness import Postgres, Server, http_client, serving
from backend.tests.kit.db.tls import CertificateAuthority, tls_in_front
from backend.tests.promises import promise


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    """An authority whose certificate is in a path that needs escapes in a URL."""
    return CertificateAuthority(tmp_path_factory.mktemp("tls") / "our keys + c++" / "ca=50%&ü.pem")


@contextmanager
def behind_tls(postgres: Postgres, authority: CertificateAuthority, name: str, *, migrated: bool) -> Iterator[str]:
    """Yield the URL of a new database behind a server with a certificate for `name`, without parameters for TLS."""
    found = urlsplit(postgres.new_database(migrated=migrated))
    socket_file = Path(found.query.removeprefix("host=")) / ".s.PGSQL.5432"
    with tls_in_front(socket_file, authority.context(name)) as port:
        yield f"postgresql://postgres@localhost:{port}{found.path}?hostaddr=127.0.0.1"


@pytest.fixture
def url(postgres: Postgres, authority: CertificateAuthority) -> Iterator[str]:
    """URL of an empty database behind a server with a certificate for localhost."""
    with behind_tls(postgres, authority, "localhost", migrated=False) as found:
        yield found


def verified(url: str, authority: CertificateAuthority) -> str:
    return f"{url}&sslmode=verify-full&sslrootcert={quote(str(authority.file))}"


def refusal(url: str, data_dir: Path) -> str:
    with pytest.raises(StartError) as refused, open_store(Settings(data_dir=data_dir, database_url=url)):
        pass
    assert "\n" not in str(refused.value)
    return str(refused.value)


@promise("Operations", "The connection to PostgreSQL can be encrypted, and verified to the host name of the server.")
def test_whole_service_works_over_verified_tls(
    url: str, authority: CertificateAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migration, jobs, API, archives and the doctor, each with connections of its own."""
    settings = Settings(data_dir=tmp_path / "data", database_url=verified(url, authority))
    with serving(settings) as base, http_client(base) as api:
        assert api.post("/core/deals", json={"name": "Elm"}).status_code == 201
        assert [deal["name"] for deal in api.get("/core/deals").json()["items"]] == ["Elm"]
        assert api.get("/readyz").json()["database"] == "postgresql"
        backup(settings, tmp_path / "a.zip", quiet)
    assert read_archive(tmp_path / "a.zip", quiet).manifest.tables["deals"].count == 1
    with open_store(settings) as store, store.db.open_snapshot() as snapshot:
        ((encrypted,),) = snapshot._runner.all(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'valhalla' AND client_addr IS NULL", {}
        )
        assert encrypted > 0, "the connections reach the server through the socket of the TLS server"
    Doctor(settings, monkeypatch).healthy()


def test_restore_over_verified_tls(url: str, authority: CertificateAuthority, tmp_path: Path) -> None:
    here = filled_with(Settings(data_dir=tmp_path / "here"))
    backup(here, tmp_path / "a.zip", quiet)
    there = Settings(data_dir=tmp_path / "there", database_url=verified(url, authority))
    restore(there, ACTOR, tmp_path / "a.zip", quiet)
    assert facts_of(there)["deals"] == facts_of(here)["deals"]


@promise("Operations", "The connection to PostgreSQL can be encrypted, and verified to the host name of the server.")
def test_server_of_another_authority_is_refused(url: str, tmp_path: Path) -> None:
    other = CertificateAuthority(tmp_path / "other.pem")
    sentence = refusal(verified(url, other), tmp_path / "data")
    assert "VALHALLA_DATABASE_URL does not answer" in sentence
    assert "certificate verify failed" in sentence


@promise("Operations", "The connection to PostgreSQL can be encrypted, and verified to the host name of the server.")
def test_server_with_another_name_is_refused(
    postgres: Postgres, authority: CertificateAuthority, tmp_path: Path
) -> None:
    with behind_tls(postgres, authority, "db.elsewhere.example", migrated=True) as url:
        sentence = refusal(verified(url, authority), tmp_path / "data")
        assert "does not match host name" in sentence
        verify_ca = verified(url, authority).replace("verify-full", "verify-ca")
        with open_store(Settings(data_dir=tmp_path / "data", database_url=verify_ca)):
            """The weaker mode does not compare names."""


def test_missing_certificate_and_unencrypted_server_are_refused(
    url: str, authority: CertificateAuthority, postgres: Postgres, tmp_path: Path
) -> None:
    missing = authority.file.with_name("missing.pem")
    sentence = refusal(f"{url}&sslmode=verify-full&sslrootcert={quote(str(missing))}", tmp_path / "data")
    assert f'root certificate file "{missing}" does not exist' in sentence
    assert "does not answer" in refusal(f"{url}&sslmode=disable", tmp_path / "data")


def test_misspelled_parameters_are_refused_in_one_line(url: str, tmp_path: Path) -> None:
    assert 'invalid URI query parameter: "sslrotcert"' in refusal(f"{url}&sslrotcert=x", tmp_path / "data")
    assert 'invalid sslmode value: "verify"' in refusal(f"{url}&sslmode=verify", tmp_path / "data")


@promise("Operations", "Every setting is documented, and a misspelled setting stops the start.")
def test_served_process_says_in_one_line_what_is_wrong(url: str, tmp_path: Path) -> None:
    other = CertificateAuthority(tmp_path / "other.pem")
    settings = {"data_dir": str(tmp_path / "data"), "database_url": verified(url, other)}
    server = Server(settings, tmp_path / "log")
    server.launch()
    try:
        assert server.wait() != 0
    finally:
        server.kill()
    (line,) = [line for line in server.log().splitlines() if "certificate verify failed" in line]
    assert "Valhalla cannot start: " in line
    assert "Traceback" not in server.log()


@pytest.mark.parametrize(
    "query",
    [
        "sslmode=verify-full&sslrootcert=/etc/valhalla/ca.pem",
        "sslrootcert=%2Fetc%2Four%20keys%2Fca.pem",
        "sslrootcert=system&sslmode=verify-full",
        "sslcert=/a/%C3%BC.pem&sslkey=/a/k%2B%3D%26.pem&target_session_attrs=primary&options=-c%20work_mem%3D64MB",
        "host=/var/run/a@b",
    ],
)
def test_parameters_pass_the_check_of_the_url(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://valhalla@db.internal/valhalla?{query}"
    monkeypatch.setenv("VALHALLA_DATABASE_URL", url)
    assert load_settings().database_url == url


@pytest.mark.parametrize("query", ["password=a%ZZ", "password=a=b", "sslrootcert=/our keys/ca.pem", "password=%00"])
def test_malformed_parameters_are_refused_without_quoting_them(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_DATABASE_URL", f"postgresql://valhalla@db.internal/valhalla?{query}")
    with pytest.raises(StartError, match="in user, password and parameters write") as refused:
        load_settings()
    assert query.partition("=")[2] not in str(refused.value)

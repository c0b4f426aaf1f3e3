"""Settings are read from the environment, and an invalid one is one line that says what to correct."""

from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.app.kit.db import opening
from backend.app.kit.errors import StartError
from backend.app.settings import PREFIX, Settings, load_settings, parse_rate
from backend.tests.harness import Postgres, Server
from backend.tests.promises import promise

PASSWORD = "s3kr1t-w0rd"

Load = Callable[[Mapping[str, str]], Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    def loaded(environment: Mapping[str, str]) -> Settings:
        for name, value in environment.items():
            monkeypatch.setenv(PREFIX + name, value)
        return load_settings()

    return loaded


def refusal(load: Load, name: str, value: str) -> str:
    with pytest.raises(StartError) as caught:
        load({name: value})
    line = str(caught.value)
    assert line.startswith(f"{PREFIX}{name} is wrong: ")
    assert line.isprintable()
    assert len(line) < 300
    return line


def test_every_setting_has_a_default(load: Load) -> None:
    found = load({})
    assert (found.host, found.port, found.database_url) == ("127.0.0.1", 8000, None)
    assert (found.allowed_hosts, found.allowed_origins, found.trusted_proxies) == ((), (), ())
    assert found.sqlite_path == found.data_dir / "valhalla.db"


def test_every_setting_has_a_description() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight thousand"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("POOL_SIZE", "0"),
        ("POOL_SIZE", "1000"),
        ("HOST", "127.0.0.1:8000"),
        ("HOST", "http://localhost"),
        ("HOST", "local host"),
        ("DATA_DIR", "~nobody-of-that-name/data"),
        ("MIRROR_SHARE", "0"),
        ("MIRROR_SHARE", "1.5"),
        ("MIRROR_SHARE", "nan"),
        ("MIRROR_MAX_LAG_S", "0"),
        ("MIRROR_MAX_LAG_S", "inf"),
        ("JOBS", "sometimes"),
        ("LEASE_S", "0.5"),
        ("LEASE_S", "3600"),
        ("LEASE_S", "nan"),
        ("TIME_ZONE", "Vancouver"),
        ("TIME_ZONE", "PST"),
        ("TIME_ZONE", "UTC-8"),
        ("TIME_ZONE", "America"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("TIME_ZONE", "/etc/localtime"),
        ("TIME_ZONE", "é" * 10_000),
        ("MAP_TILES", "tiles.example.com/{z}/{x}/{y}.png"),
        ("MAP_TILES", "ftp://tiles.example.com/{z}/{x}/{y}.png"),
        ("MAP_TILES", "https://tiles.example.com/{z}/{x}.png"),
        ("MAP_TILES", "https://{s}.tiles.example.com/{z}/{x}/{y}.png"),
        ("MAP_TILES", "https://user:key@tiles.example.com/{z}/{x}/{y}.png"),
        ("MAP_TILES", "https://tiles.example.com; script-src *//{z}/{x}/{y}"),
        ("MAP_TILES", "https://*/{z}/{x}/{y}.png"),
        ("MAP_TILES", "https://tiles.example.com/{z}/{x}/{y}.png?key=<b>"),
        ("MAP_TILES", "https://tiles.example.com/{z}/{x}/{y}.png'\"\n"),
        ("MAP_ATTRIBUTION", "x" * 201),
        ("MAP_ATTRIBUTION", "\x1b[31mred"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("RATE_LIMIT", "0/minute"),
        ("RATE_LIMIT", "100"),
        ("RATE_LIMIT", "100/day"),
        ("RATE_LIMIT", "-5/second"),
        ("RATE_LIMIT", "9999999999/second"),
        ("RATE_LIMIT", "none"),
        ("RATE_LIMIT", "٣/minute"),
        ("RATE_LIMIT_LOOPBACK", "unlimited"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "*.example.com"),
        ("ALLOWED_HOSTS", "https://office.example.com"),
        ("ALLOWED_HOSTS", "office.example.com:8000"),
        ("ALLOWED_HOSTS", "office.example.com office2.example.com"),
        ("ALLOWED_HOSTS", "ok.example.com, \x1b[31mred\nline"),
        ("ALLOWED_HOSTS", "x" * 10_000),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "null"),
        ("ALLOWED_ORIGINS", "app.example.com"),
        ("ALLOWED_ORIGINS", "https://app.example.com/path"),
        ("ALLOWED_ORIGINS", "https://*.example.com"),
        ("ALLOWED_ORIGINS", "file:///home"),
        ("TRUSTED_PROXIES", "nginx"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "10.0.0.1/24"),
        ("TRUSTED_PROXIES", "10.0.0.1:8080"),
        ("TRUSTED_PROXIES", "127.0.0.1, localhost"),
        ("DATABASE_URL", "valhalla.db"),
        ("DATABASE_URL", "sqlite:///valhalla.db"),
        ("DATABASE_URL", "mysql://user@host/db"),
    ],
)  # fmt: skip
def test_invalid_value_is_one_line(load: Load, name: str, value: str) -> None:
    refusal(load, name, value)


def test_all_invalid_values_are_reported_together(load: Load) -> None:
    with pytest.raises(StartError, match=r"^VALHALLA_PORT is wrong: .+; VALHALLA_LOG_LEVEL is wrong: [^\n]+$"):
        load({"PORT": "x", "LOG_LEVEL": "loud"})


@promise("Operations", "Every setting is documented, and a misspelled setting stops the start.")
@pytest.mark.parametrize("name", ["DATABASE", "DATADIR", "HOSTS", "PORT_", "rate_limits", "X\x1b[31m"])
def test_unknown_name_is_refused_with_a_list_of_settings(load: Load, name: str) -> None:
    with pytest.raises(StartError) as caught:
        load({name: "1"})
    line = str(caught.value)
    assert "is not a setting" in line
    assert "VALHALLA_DATA_DIR" in line
    assert line.isprintable()


def test_map_tiles_need_an_attribution(load: Load) -> None:
    tiles = "https://Tiles.example.com:8443/{z}/{x}/{y}{r}.png?key=a-b_1"
    with pytest.raises(StartError, match="VALHALLA_MAP_ATTRIBUTION is wrong: VALHALLA_MAP_TILES needs it"):
        load({"MAP_TILES": tiles})
    found = load({"MAP_TILES": tiles, "MAP_ATTRIBUTION": "© OpenStreetMap  contributors"})
    assert found.map_tiles == "https://tiles.example.com:8443/{z}/{x}/{y}{r}.png?key=a-b_1"
    assert found.map_tile_origin == "https://tiles.example.com:8443"
    assert found.map_attribution == "© OpenStreetMap contributors"


def test_names_are_case_insensitive(load: Load) -> None:
    assert load({"port": "9000"}).port == 9000


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_empty_value_counts_as_unset(load: Load, name: str) -> None:
    assert load({name: ""}) == Settings()


def test_lists_are_separated_by_commas(load: Load) -> None:
    found = load(
        {
            "ALLOWED_HOSTS": " Office.Example.com. ,10.1.2.3, [::1],,",
            "ALLOWED_ORIGINS": "https://App.example.com/,https://b.example.com:443,http://localhost:3000,http://c:80",
            "TRUSTED_PROXIES": "10.0.0.5, 10.1.0.0/16,fd00::/8",
        }
    )
    assert found.allowed_hosts == ("office.example.com", "10.1.2.3", "::1")
    assert found.allowed_origins == (
        "https://app.example.com",
        "https://b.example.com",
        "http://localhost:3000",
        "http://c",
    )
    assert found.trusted_proxies == tuple(map(ip_network, ("10.0.0.5/32", "10.1.0.0/16", "fd00::/8")))


def test_log_level_is_case_insensitive_and_home_is_expanded(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    found = load({"LOG_LEVEL": " Warning", "LOG_FORMAT": "JSON", "DATA_DIR": "~/valhalla"})
    assert (found.log_level, found.log_format) == ("warning", "json")
    assert found.data_dir == Path("/home/someone/valhalla")


@pytest.mark.parametrize(
    ("rate", "parsed"),
    [("off", None), ("1/second", (1, 1.0)), ("6000/minute", (6000, 60.0)), ("100000/hour", (100_000, 3600.0))],
)
def test_rates_are_parsed(load: Load, rate: str, parsed: tuple[int, float] | None) -> None:
    assert parse_rate(load({"RATE_LIMIT": rate}).rate_limit) == parsed


class TestDatabaseUrl:
    @pytest.mark.parametrize(
        ("given", "taken"),
        [
            ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
            ("postgresql+psycopg://u:p@h:5432/db", "postgresql://u:p@h:5432/db"),
            ("postgresql://u:p%40ss%2F@h/db", "postgresql://u:p%40ss%2F@h/db"),
            ("postgresql://h1:5432,h2:5433/db?target_session_attrs=any", None),
            ("postgresql://u@[::1]:5432/db", None),
            ("postgresql:///db?host=/var/run/postgresql", None),
            ("postgresql://postgres:@/db?host=/tmp/vh-x", None),
            ("postgresql://u:p@h/db?sslmode=require&application_name=a@b", None),
        ],
    )
    def test_valid_urls_are_accepted(self, load: Load, given: str, taken: str | None) -> None:
        assert load({"DATABASE_URL": given}).database_url == (taken or given)

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://u:{}@x@h/db",
            "postgresql://u:{}/x@h/db",
            "postgresql://u:{}?x@h/db",
            "postgresql://u:{}%zz@h/db",
            "postgresql://u:{} x@h/db",
            "postgresql://u:{}\n@h/db",
            "postgresql://u:x@[::{}/db",
            "postgresql://u:x@h:{}/db",
            "postgresql://h/db?{}",
            "mysql://u:{}@h/db",
            "{}",
        ],
    )
    def test_malformed_url_is_refused_without_quoting_it(self, load: Load, url: str) -> None:
        assert PASSWORD not in refusal(load, "DATABASE_URL", url.format(PASSWORD))

    def test_repr_hides_the_password(self) -> None:
        found = Settings(database_url=f"postgresql://u:{PASSWORD}@h/db")
        assert PASSWORD not in f"{found!r} {found}"

    def test_validation_error_hides_the_password(self) -> None:
        with pytest.raises(ValidationError) as caught:
            Settings(database_url=f"postgresql://u:{PASSWORD}@x@h/db", port=-1)
        assert PASSWORD not in str(caught.value)

    def test_unreachable_database_is_reported_without_the_password(self) -> None:
        url = f"postgresql://u:{PASSWORD}@127.0.0.1:1/db"
        with pytest.raises(StartError, match="does not answer") as caught, opening.open_postgres(url, 1):
            pass
        assert "\n" not in str(caught.value)
        assert PASSWORD not in str(caught.value)

    def test_missing_database_is_reported_without_the_password(self, postgres: Postgres) -> None:
        url = postgres.url("missing")
        with pytest.raises(StartError, match="missing") as caught, opening.open_postgres(url, 1):
            pass
        assert "\n" not in str(caught.value)


@promise("Operations", "Every setting is documented, and a misspelled setting stops the start.")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"port": "x"}, "VALHALLA_PORT is wrong"),
        ({"colour": "red"}, "VALHALLA_COLOUR is not a setting"),
        ({"database_url": f"postgresql://u:{PASSWORD}@127.0.0.1:1/db"}, "does not answer"),
        ({"database_url": f"postgresql://u:{PASSWORD}@x@h/db"}, "VALHALLA_DATABASE_URL is wrong"),
    ],
)
def test_server_with_invalid_settings_exits_with_one_line(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    server = Server({"data_dir": str(tmp_path / "data"), **settings}, tmp_path / "log")
    server.launch()
    try:
        assert server.wait() != 0
    finally:
        server.kill()
    (line,) = [line for line in server.log().splitlines() if said in line]
    assert "Valhalla cannot start: " in line
    assert "Traceback" not in server.log()
    assert PASSWORD not in server.log()


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("America/Vancouver", "America/Vancouver"),
        (" america/new york ", "America/New_York"),
        ("Canada/Pacific", "Canada/Pacific"),
        ("utc", "UTC"),
    ],
)
def test_time_zone_is_found_by_its_name(load: Load, value: str, key: str) -> None:
    found = load({"TIME_ZONE": value})
    assert (found.time_zone, str(found.zone)) == (key, key)


@pytest.mark.parametrize(
    ("tz", "key"), [("America/Halifax", "America/Halifax"), (":America/Regina", "America/Regina"), ("PST8PDT,M3", None)]
)
def test_time_zone_is_that_of_the_system_by_default(
    load: Load, monkeypatch: pytest.MonkeyPatch, tz: str, key: str | None
) -> None:
    monkeypatch.setenv("TZ", tz)
    assert (str(load({}).zone) if key else load({}).zone) == key

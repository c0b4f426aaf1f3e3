"""The documented outputs are real, and the notation of the examples works."""

from pathlib import Path

import pytest

from backend.tests.docs.examples import Document, differences, documents, machines
from backend.tests.docs.names import Names
from backend.tests.docs.terminal import Curl, indented
from backend.tests.promises import promise

ONE, OTHER = "dr_0195d3a1c2f4a1b2c3d4e5f60718293a", "dr_0195d3a1c2f4a1b2c3d4e5f60718293b"
REAL, NEXT = "dr_0295d3a1c2f4a1b2c3d4e5f60718293a", "dr_0295d3a1c2f4a1b2c3d4e5f60718293b"


@promise("API", "The API reference shows every operation with a request and its real response.")
@promise("Access", "`valhalla token create NAME --role …` prints a token once; `list` and `revoke` manage tokens.")
@promise("Operations", "`VALHALLA_DATA_DIR` sets the data directory.")
@promise(
    "Operations",
    "`GET /healthz` reports that the process is alive; `GET /readyz` that the database is writable and migrated, and "
    "the JSON files current.",
)
@promise(
    "Market data",
    "`valhalla market import-sales` reads csv, csv.gz and parquet by a profile or a mapping file, whose mistakes are "
    "reported first.",
)
@promise("Documentation", "The documented examples run as tests, including the curl lines of the first version.")
@pytest.mark.parametrize(("path", "machine"), machines(), ids=lambda each: getattr(each, "name", each))
def test_examples_produce_the_documented_output(path: Path, machine: str) -> None:
    found = differences(path, machine)
    assert not found, f"{found}\n\n`python -m backend.tests.docs.examples --write` writes what really happens"


def test_reference_has_examples() -> None:
    assert "api.md" in {path.name for path in documents()}


# Documents


def test_unchanged_examples_are_written_back_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "some.md"
    path.write_text(
        "# Title\n\n```console run\n$ one\nprinted\n\nmore\n$ two \\\n  goes on\n```\n\n"
        "```console\n$ not run\n```\n\n<!-- machine: other -->\n\n```console run\n$ three\n```\n"
        "<!-- machine: one -->\n```console run\n$ four\n```\n<!-- machine: other -->\n```console run\n$ five\n```\n"
    )
    found = Document.read(path)
    assert [(each.program, each.printed) for each in found.machines[""]] == [
        ("one", ["printed", "", "more"]),
        ("two goes on", []),
    ]
    assert {name: [each.program for each in examples] for name, examples in found.machines.items() if name} == {
        "other": ["three", "five"],
        "one": ["four"],
    }
    assert found.text() == path.read_text()


def test_block_without_a_command_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "some.md"
    path.write_text("```console run\nprinted by nothing\n```\n")
    with pytest.raises(AssertionError, match="line 2"):
        Document.read(path)


# Names


def test_placeholder_keeps_its_value() -> None:
    names = Names()
    assert names.agree(f'{{"id": "{ONE}"}}', f'{{"id": "{REAL}"}}')
    assert names.real(f"curl http://127.0.0.1:8000/core/comms/drafts/{ONE}").endswith(REAL)
    assert names.agree(f"{ONE} {OTHER}", f"{REAL} {NEXT}")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        (f"{ONE} {ONE}", f"{REAL} {NEXT}"),  # one name for two things
        (f"{ONE} {OTHER}", f"{REAL} {REAL}"),  # two names for one thing
        (f"{ONE}", REAL.replace("dr_", "pr_")),
        ("at 2026-01-31T09:30:00.000000Z", "at 2026-01-31T09:30:00Z"),
        ("status 200", "status 201"),
    ],
)
def test_literal_text_must_match_exactly(written: str, answer: str) -> None:
    assert not Names().agree(written, answer)


def test_measured_value_may_differ() -> None:
    names = Names()
    assert names.agree("too many requests; try again in 30 s", "too many requests; try again in 7 s")
    assert names.agree('{"mirror_lag_s": 0.0}', '{"mirror_lag_s": 0.217}')


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ('{"id":"dr_01a2…","channel":"sms", …}', f'{{"id":"{REAL}","channel":"sms", "to":null}}'),
        ("first\n…\nlast", "first\nsecond\nthird\nlast"),
        ("…\nlast", "first\nlast"),
        ("send Bearer vlh_… now", "send Bearer vlh_… now"),
    ],
)
def test_ellipsis_matches_omitted_text(written: str, answer: str) -> None:
    assert Names().agree(written, answer)


def test_text_around_an_ellipsis_must_match() -> None:
    assert not Names().agree('{"channel":"sms", …}', '{"channel":"email", "to":null}')
    assert not Names().agree("first … last", "first\nlast")


def test_shortened_id_matches_the_whole_id() -> None:
    names = Names()
    assert names.agree('{"id":"dr_01a2…"}', f'{{"id":"{REAL}"}}')
    assert names.real("curl http://127.0.0.1:8000/core/comms/drafts/dr_01a2…/mark_sent").count(REAL) == 1
    assert not names.agree('{"id":"dr_01a2…"}', f'{{"id":"{NEXT}"}}')


def test_output_is_written_with_the_documents_placeholders() -> None:
    names = Names()
    written = f'{{\n  "id": "{ONE}",\n  "name": "old"\n}}'
    assert not names.agree(written, f'{{\n  "id": "{REAL}",\n  "name": "new"\n}}')
    answer = f'{{\n  "id": "{REAL}",\n  "name": "new",\n  "other": "{NEXT}"\n}}'
    shown = names.rewrite(written, answer)
    assert shown == f'{{\n  "id": "{ONE}",\n  "name": "new",\n  "other": "{NEXT}"\n}}'
    assert names.real(f"{ONE} {NEXT}") == f"{REAL} {NEXT}"


# Commands


def test_curl_commands_are_parsed_like_curl(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_bytes(b"{}")
    get = Curl(["-s", "http://127.0.0.1:8000/healthz", "-H", "X-Request-ID: a:b"], tmp_path)
    assert (get.method, get.body, get.headers["x-request-id"], get.shows_head) == ("GET", None, "a:b", False)
    form = Curl(["-i", "-d", "a=b", "http://127.0.0.1:8000/"], tmp_path)
    assert (form.method, form.body, form.shows_head) == ("POST", b"a=b", True)
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    file = Curl(["-X", "PATCH", "-d", "@body.json", "-H", "Content-Type: application/json", "u"], tmp_path)
    assert (file.method, file.body, file.headers["content-type"]) == ("PATCH", b"{}", "application/json")


def test_an_unknown_option_of_curl_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="--compressed"):
        Curl(["--compressed", "http://127.0.0.1:8000/"], tmp_path)


def test_json_is_indented_if_it_does_not_fit_on_a_line() -> None:
    assert indented({"a": [1, 2], "b": {}}) == '{"a": [1, 2], "b": {}}'
    long = "x" * 90
    assert indented({"a": [1, {"b": long}], "c": None}) == (
        '{\n  "a": [\n    1,\n    {"b": "' + long + '"}\n  ],\n  "c": null\n}'
    )

"""TOML that would overload the parser or cannot be stored: each fault is one sentence."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.data_files import toml_file
from backend.app.kit.data_files.toml_file import parse_toml, read_toml
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

HOSTILE: list[tuple[str | bytes, str]] = [
    ("a = " + "[" * 5_000, "f.toml is nested deeper than 16 levels"),
    ("a = " + "{a=" * 5_000, "f.toml is nested deeper than 16 levels"),
    ("a = " + "[" * 40 + "]" * 40, "f.toml is nested deeper than 16 levels"),
    ("[" + ".".join("a" * 30) + "]", "f.toml is nested deeper than 16 levels"),
    ("\n" + ".".join("a" * 300_000) + " = 1", "f.toml: line 2 has more than 200 dots, which is nested too deep"),
    ("a = " + "9" * 5_000, "f.toml is not valid TOML: it holds a number that is too long"),
    ("b.a = 0x" + "f" * 5_000, "f.toml: b.a is a whole number that does not fit in 64 bits"),
    ("a = [9223372036854775808]", "f.toml: a is a whole number that does not fit in 64 bits"),
    ("a = 2015-99-99", "f.toml is not valid TOML: "),
    ("a = 99999-01-01", "f.toml is not valid TOML: "),
    ('t = { a = ["x\\u0000"] }', "f.toml: t.a contains a NUL character, which cannot be stored"),
    ('"x\\u0000" = 1', "f.toml: the name 'x\\x00' contains a NUL character"),
    ('a = "\\ud800"', "f.toml is not valid TOML: "),
    (b'a = "\xed\xa0\x80"', "f.toml is not UTF-8 text (byte 5)"),
    ("a = '" + "x" * 10_001 + "'", "f.toml: a has more than 10,000 characters"),
    ("a" * 10_001 + " = 1", "f.toml: the name 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' has more than 10,000"),
    ("a = 1\na = 2", "f.toml is not valid TOML: "),
    ("x" * 5_000, "f.toml is not valid TOML: "),
]


@pytest.mark.parametrize(("content", "said"), HOSTILE, ids=range(len(HOSTILE)))
def test_each_fault_is_reported_in_one_sentence(content: str | bytes, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_toml(content.encode() if isinstance(content, str) else content, "f.toml")
    found = caught.value.detail
    assert found.startswith(said)
    assert (found.isprintable(), len(found) < 300) == (True, True)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (toml_file.MAX_BYTES, toml_file.MAX_DEPTH) == (1_000_000, 16)
    path = tmp_path / "f.toml"
    path.write_text("a = 1\n")
    assert read_toml(path, "list of feeds") == {"a": 1}
    monkeypatch.setattr(toml_file, "MAX_BYTES", 5)
    with pytest.raises(BadInput, match=r"f\.toml is larger than a megabyte, too large for a list of feeds"):
        read_toml(path, "list of feeds")


def test_valid_toml_is_read() -> None:
    found = parse_toml(b'[a.b]\nc = [1, 2.5, "x", { d = 2015-01-31 }]\n# ...........\n', "f.toml")
    assert found["a"]["b"]["c"][:3] == [1, 2.5, "x"]


@promise("Command line", "Input files are read within limits, in time proportional to their size.")
@given(st.text(alphabet="[]{}=.,\"'\n #-_0123456789aexTZ:\\u", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadInput):
        parse_toml(text.encode(), "f.toml")

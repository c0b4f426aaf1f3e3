"""Output files: nothing is overwritten unasked, and a file is complete or absent."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.errors import AppError, BadInput, Conflict, StoreFull
from backend.app.kit.output.output_file import (
    NewFile,
    OutputFile,
    default_file,
    named_file,
    open_new,
    whole_file,
    write_text,
)
from backend.tests.promises import promise


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def links_to(path: Path) -> list[Path]:
    """Return other paths of the same file: symbolic link, hard link, linked directory, dots."""
    folder = path.parent
    symbolic, hard, beside = folder / "symbolic", folder / "hard", folder / "folder"
    symbolic.symlink_to(path.name)
    hard.hardlink_to(path)
    beside.symlink_to(folder, target_is_directory=True)
    return [path, symbolic, hard, beside / path.name, folder / "folder" / ".." / folder.name / path.name]


# The check


def test_existing_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(Conflict, match="already exists; choose another name, or --force to replace it"):
        named_file(path)
    write_text(named_file(path, replace=True), "new")
    assert (path.read_text(), names(tmp_path)) == ("new", ["a.csv"])


def test_input_file_is_refused_under_any_name_even_with_force(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("mine")
    for name in links_to(path):
        with pytest.raises(BadInput, match="is the same file as"):
            named_file(name, replace=True, inputs=[path])
    with pytest.raises(BadInput, match="is the same file as"):
        named_file(tmp_path / "later.db", inputs=[tmp_path / "." / "later.db"])
    assert path.read_text() == "mine"


def test_two_outputs_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    (tmp_path / "folder").symlink_to(tmp_path, target_is_directory=True)
    for other in (path, tmp_path / "folder" / "a"):
        with pytest.raises(BadInput, match="are the same file; choose another name for one of them"):
            named_file(other, others=[named_file(path)])


def test_dangling_link_counts_as_existing(tmp_path: Path) -> None:
    path, target = tmp_path / "link", tmp_path / "target"
    path.symlink_to(target)
    with pytest.raises(Conflict, match="already exists"):
        named_file(path)
    assert not target.exists()
    write_text(named_file(path, replace=True), "new")
    assert path.is_symlink()
    assert target.read_text() == "new"


def test_symbolic_link_is_kept_when_its_target_is_replaced(tmp_path: Path) -> None:
    path, target = tmp_path / "link", tmp_path / "target"
    target.write_text("old")
    path.symlink_to(target)
    write_text(named_file(path, replace=True), "new")
    assert path.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("replace", [False, True])
def test_impossible_output_path_is_one_sentence(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "fifo")
    for name in (".", "none/a", "file/a", "fifo", "loop/a", "x" * 300, "nul\0"):
        with pytest.raises(BadInput) as refused:
            named_file(tmp_path / name, replace=replace)
        assert "\n" not in refused.value.detail
    with pytest.raises(BadInput, match="is not a regular file"):
        named_file(Path("/dev/null"), replace=True)
    assert names(tmp_path) == ["fifo", "file", "loop"]


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: path.symlink_to("nowhere")])
def test_existing_default_name_is_numbered(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "a.csv.rejected.csv"
    make(path)
    written = []
    for text in ("second", "third"):
        new = NewFile(default_file(path))
        os.write(new.descriptor, text.encode())
        written.append(new.place())
    assert [each.name for each in written] == ["a.csv.rejected-2.csv", "a.csv.rejected-3.csv"]
    assert [each.read_text() for each in written] == ["second", "third"]
    with open_new(default_file(path)) as file:
        assert Path(file.name).name == "a.csv.rejected-4.csv"


# Writing


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_name_taken_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    path = tmp_path / "a.json"
    output = named_file(path)
    path.write_text("of someone else")
    with pytest.raises(
        Conflict, match=r"was created by another process in the meantime; the content is in .*a-2\.json"
    ):
        write_text(output, "ours")
    assert path.read_text() == "of someone else"
    assert (tmp_path / "a-2.json").read_text() == "ours"
    assert names(tmp_path) == ["a-2.json", "a.json"]


def _no_links(source: object, target: object, *, follow_symlinks: bool) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_failed_write_keeps_the_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("before")

    def fail(output: OutputFile) -> None:
        with whole_file(output) as temp:
            temp.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    for output in (named_file(path, replace=True), named_file(tmp_path / "b")):
        with pytest.raises(StoreFull, match="there is no room for"):
            fail(output)
    assert (names(tmp_path), path.read_text()) == (["a"], "before")


def test_old_content_stays_until_the_new_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("before")
    with whole_file(named_file(path, replace=True)) as temp:
        temp.write_text("new")
        assert path.read_text() == "before"
    assert path.read_text() == "new"


def test_private_file_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("secret")
    path.chmod(0o600)
    write_text(named_file(path, replace=True), "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_temporary_file_of_a_running_process_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a[1]*.csv"
    running = NewFile(named_file(path))
    killed = tmp_path / ".a[1]*.csv.0123abcd.tmp"
    others = [tmp_path / ".a1x.csv.0123abcd.tmp", tmp_path / ".a[1]*.csv.notes.tmp"]
    for each in (killed, *others):
        each.write_text("left")
    write_text(named_file(path), "new")
    assert not killed.exists()
    assert all(each.exists() for each in others)
    assert running.temp.exists()
    running.discard()


def test_very_long_name_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 127)
    write_text(named_file(path), "new")
    assert names(tmp_path) == [path.name]


ACTS = st.lists(
    st.tuples(st.sampled_from(["named", "forced", "default", "user"]), st.sampled_from(["a", "a.csv", "b.csv"])),
    max_size=12,
)


@promise(
    "Command line",
    "No command overwrites an existing file unless told to, and never its inputs or the files of the store.",
)
@given(acts=ACTS)
def test_no_sequence_of_writes_loses_user_content(
    acts: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("acts")
    mine: dict[Path, str] = {}
    for number, (act, name) in enumerate(acts):
        path, text = folder / name, str(number)
        if act == "user":
            path.write_text(text)
            mine[path] = text
            continue
        try:
            output = default_file(path) if act == "default" else named_file(path, replace=act == "forced")
            write_text(output, text)
        except AppError:
            continue
        if act == "forced":
            mine.pop(path, None)
    assert all(path.read_text() == text for path, text in mine.items())
    assert not [name for name in names(folder) if name.endswith(".tmp")]

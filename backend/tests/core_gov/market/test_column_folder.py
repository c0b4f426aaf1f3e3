"""The columns of sales in a file: they save time, and are never wrong, whatever happens to the file."""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market import column_folder, sales_cache, service
from backend.app.core_gov.market import store as store_
from backend.app.core_gov.market.column_file import decode, encode
from backend.app.core_gov.market.column_folder import ColumnFolder, FileFacts, NotReadable
from backend.app.core_gov.market.sales_cache import CachedSales, SalesCache
from backend.app.doctor.checks import examine
from backend.app.kit.db import Tx, state
from backend.app.settings import Settings
from backend.tests.core_gov.market.files import CLERK, make_market
from backend.tests.core_gov.market.test_sales_cache import sale, same, with_extra, write
from backend.tests.promises import promise


@pytest.fixture(autouse=True)
def _keep_small_markets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales_cache, "KEPT_FROM", 1)
    monkeypatch.setattr(sales_cache, "REWRITTEN_FROM", 0.5)


def file_of(store: Store) -> Path:
    return store.settings.data_dir_absolute / column_folder.FOLDER / "kc.columns"


def in_new_process(store: Store) -> CachedSales:
    """Return the sales as a process that has just started reads them."""
    return SalesCache().sales(store.db, "kc")


def without_file(store: Store) -> CachedSales:
    folder = store.db.cached(ColumnFolder)
    path, folder.path = folder.path, None
    try:
        return SalesCache().sales(store.db, "kc")
    finally:
        folder.path = path


def right(store: Store) -> CachedSales:
    """Return the sales of a new process, after comparing them with the database's."""
    found, wanted = in_new_process(store), without_file(store)
    assert (found.revision, found.fingerprint) == (wanted.revision, wanted.fingerprint)
    same(found.sales, wanted.sales)
    np.testing.assert_array_equal(found.sales.parcel_class, wanted.sales.parcel_class)
    return found


@contextmanager
def rows_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    read: list[int] = []
    original = store_.changed_since

    def counted(*args: Any) -> Iterator[list[tuple[Any, ...]]]:
        for rows in original(*args):
            read.append(len(rows))
            yield rows

    with monkeypatch.context() as patched:
        patched.setattr(store_, "changed_since", counted)
        yield read


@promise("Market data", "A process that starts reads the sales of a market from a file, and only what changed since.")
def test_new_process_reads_only_what_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(20)])
    in_new_process(store)
    write(store, [sale(3, price_cents=1_000_000), sale(30, parcel="é9", area="新")])
    with rows_read(monkeypatch) as read:
        found = in_new_process(store)
    assert sum(read) == 2
    assert len(found.sales) == 21
    right(store)
    assert stat.S_IMODE(file_of(store).stat().st_mode) == 0o600
    assert stat.S_IMODE(file_of(store).parent.stat().st_mode) == 0o700


def test_file_is_written_again_when_much_has_changed(store: Store) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(20)])
    cache = SalesCache()
    cache.sales(store.db, "kc")
    first = file_of(store).read_bytes()
    write(store, [sale(30)])
    cache.sales(store.db, "kc")
    assert file_of(store).read_bytes() == first
    write(store, [sale(key) for key in range(31, 60)])
    cache.sales(store.db, "kc")
    assert file_of(store).read_bytes() != first
    right(store)


@promise(
    "Market data",
    "A damaged, cut, foreign or missing file of columns only costs time: the sales are read from the database.",
)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_file_is_never_used(store: Store, data: st.DataObject) -> None:
    if store.db.snapshot_now(service.find_market, "kc") is None:
        make_market(store)
        write(store, [sale(key) for key in range(8)])
    in_new_process(store)
    content = bytearray(file_of(store).read_bytes())
    kind = data.draw(st.sampled_from(("flip", "cut", "more", "empty", "noise")))
    if kind == "flip":
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    elif kind == "more":
        content += b"0"
    else:
        content[:] = b"" if kind == "empty" else data.draw(st.binary(max_size=300))
    file_of(store).write_bytes(content)
    with pytest.raises(NotReadable):
        decode(bytes(content))
    right(store)
    assert decode(file_of(store).read_bytes())


@pytest.mark.parametrize(
    ("name", "value"), [("event", "x"), ("event", 2**70), ("event", True), ("revision", "7"), ("store", None)]
)
def test_header_of_other_types_is_never_used(store: Store, name: str, value: Any) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(8)])
    in_new_process(store)
    digest, header, rest = file_of(store).read_bytes().split(b"\n", 2)
    about = json.loads(header)
    about["facts"][name] = value
    file_of(store).write_bytes(b"\n".join([digest, json.dumps(about).encode(), rest]))
    right(store)
    store.db.cached(ColumnFolder).tidy(store.db)
    right(store)


def test_every_way_of_not_having_the_file(store: Store) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(8)])
    in_new_process(store)
    path = file_of(store)
    path.unlink()
    path.mkdir()
    right(store)
    path.rmdir()
    path.parent.rmdir()
    path.parent.write_text("not a folder")
    right(store)
    path.parent.unlink()
    right(store)
    assert path.is_file()


def test_file_of_another_market_is_not_used(store: Store) -> None:
    make_market(store)
    make_market(store, "other")
    write(store, [sale(key) for key in range(8)])
    store.db.write_now(CLERK, service.upsert_sales, "other", "s", [sale(1)])
    in_new_process(store)
    file_of(store).with_name("other.columns").write_bytes(file_of(store).read_bytes())
    assert len(SalesCache().sales(store.db, "other").sales) == 1


def test_older_copy_of_the_database_does_not_use_the_file(tmp_path: Path) -> None:
    """The same store with another past: its revisions have the same numbers."""
    chosen = Settings(data_dir=tmp_path / "a")
    with open_store(chosen) as store:
        make_market(store)
        write(store, [sale(key) for key in range(8)])
    copy = chosen.sqlite_path.read_bytes()
    with open_store(chosen) as store:
        write(store, [sale(1, price_cents=5_000_000)])
        in_new_process(store)
        content = file_of(store).read_bytes()
    other = Settings(data_dir=tmp_path / "b")
    other.data_dir.mkdir()
    other.sqlite_path.write_bytes(copy)
    with open_store(other) as store:
        write(store, [sale(1, price_cents=7_000_000)])
        file_of(store).parent.mkdir(exist_ok=True)
        file_of(store).write_bytes(content)
        right(store)
        file_of(store).write_bytes(content)
        assert store.db.cached(ColumnFolder).tidy(store.db) == 1


@pytest.mark.parametrize("value", [None, "columns_of_another_store"])
def test_file_of_another_store_is_deleted(store: Store, value: str | None) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(8)])
    in_new_process(store)
    if value is None:
        store.db.write_now(CLERK, column_folder.forget_store)
    else:
        store.db.write_now(CLERK, state.put, column_folder.STORE_KEY, value)
    assert store.db.cached(ColumnFolder).tidy(store.db) == 1
    right(store)


@promise(
    "Market data",
    "A removed sale leaves the files of columns when the command that removed it ends, at the next start, and hourly.",
)
def test_removed_sale_leaves_the_file(settings: Settings) -> None:
    with open_store(settings) as store:
        make_market(store)
        write(store, [sale(key, parcel=f"secret-{key}") for key in range(8)])
        in_new_process(store)
        assert b"secret-3" in file_of(store).read_bytes()
    with open_store(settings) as store:
        assert file_of(store).exists()
        store.db.write_now(CLERK, service.remove_sales, "kc", "s", ["k3"], "gone")
        assert b"secret-3" in file_of(store).read_bytes()
    assert not file_of(store).exists()
    with open_store(settings) as store:
        in_new_process(store)
        assert b"secret-3" not in file_of(store).read_bytes()
        cache = SalesCache()
        cache.sales(store.db, "kc")
        store.db.write_now(CLERK, service.remove_sales, "kc", "s", ["k4"], "gone")
        cache.sales(store.db, "kc")
        assert b"secret-4" not in file_of(store).read_bytes()
        right(store)


def test_removed_sale_leaves_the_file_when_the_command_fails(settings: Settings) -> None:
    with open_store(settings) as store:
        make_market(store)
        write(store, [sale(key, parcel=f"secret-{key}") for key in range(8)])
        in_new_process(store)

    def failing() -> None:
        with open_store(settings) as store:
            store.db.write_now(CLERK, service.remove_sales, "kc", "s", ["k3"], "gone")
            assert file_of(store).exists()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        failing()
    assert not file_of(store).exists()


def test_no_file_with_the_mirror_off(settings: Settings) -> None:
    with open_store(settings) as store:
        make_market(store)
        write(store, [sale(key) for key in range(8)])
        in_new_process(store)
        assert file_of(store).exists()
    with open_store(settings.model_copy(update={"mirror": False})) as store:
        assert not file_of(store).exists()
        in_new_process(store)
        assert not file_of(store).exists()


def test_leftovers_are_deleted_and_other_files_are_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(8)])
    in_new_process(store)
    folder = file_of(store).parent
    (folder / ".kc.columns.0a0a0a0a.tmp").write_text("unfinished")
    (folder / "gone.columns").write_text("of no market")
    (folder / "notes.txt").write_text("of the user")
    monkeypatch.setattr(column_folder, "ABANDONED_S", -1.0)
    assert column_folder.tidy(store.db) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["kc.columns", "notes.txt"]


def test_file_that_another_process_completes_meanwhile_is_no_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(8)])
    in_new_process(store)
    unfinished = file_of(store).with_name(".kc.columns.0a0a0a0a.tmp")
    unfinished.write_text("complete")
    original = column_folder._is_useless

    def completed(tx: Tx, path: Path) -> bool:
        unfinished.unlink(missing_ok=True)
        return original(tx, path)

    monkeypatch.setattr(column_folder, "_is_useless", completed)
    assert column_folder.tidy(store.db) == 0
    assert file_of(store).exists()


def test_disk_without_room_has_no_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_market(store)
    write(store, [sale(key) for key in range(8)])
    monkeypatch.setattr(column_folder, "FREE_SPACE", 1e18)
    in_new_process(store)
    assert not file_of(store).exists()


def test_doctor_does_not_mention_the_files(settings: Settings) -> None:
    with open_store(settings) as store:
        make_market(store)
        write(store, [sale(key) for key in range(8)])
        in_new_process(store)
    before = [each.sentence for each in examine(settings)]
    assert file_of(store).exists()
    assert before
    assert not [sentence for sentence in before if column_folder.FOLDER + "/" in sentence]


def test_further_columns_are_kept_exactly(store: Store) -> None:
    make_market(store)
    write(store, [with_extra(1, garage=0.1, style="Cape"), sale(2), with_extra(3, style="Évasé", garage=2.0)])
    assert without_file(store).sales.extra is not None
    first = right(store)
    assert file_of(store).exists()
    same(right(store).sales, first.sales)
    write(store, [with_extra(2, roof="tin")])
    found = right(store).sales.extra
    assert found is not None
    assert set(found.kinds) == {"garage", "roof", "style"}


def test_every_column_is_kept_exactly(store: Store) -> None:
    make_market(store)
    write(store, [sale(1, price_cents=2**52 + 1, latitude=0.1, year_built=1900), sale(2, living_sqft=None)])
    sales = without_file(store).sales
    parts = encode(FileFacts("s", "kc", 1, 1, "h"), sales, "f")
    found, fingerprint = decode(b"".join(parts))
    same(found, sales)
    assert fingerprint == "f"
    assert {each.name for each in fields(found)} == {each.name for each in fields(sales)}

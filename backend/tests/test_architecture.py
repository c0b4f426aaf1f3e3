"""Project rules that no linter checks: who commits, which tables exist, and size limits."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

import backend.app
from backend.app import store_tables
from backend.app.kit.db import metadata, migrate
from backend.app.kit.errors import StartError
from backend.app.kit.records import RecordTable
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment
from backend.tests.promises import promise

APP = ROOT / "backend" / "app"
FILES = sorted(APP.rglob("*.py"))
MAX_FILE, MAX_FUNCTION, MAX_MODULES = 400, 45, 17


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return every node of a source file."""
    return list(ast.walk(ast.parse(path.read_text())))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Commits


def commits(node: ast.AST) -> bool:
    """Return whether code begins or ends a transaction."""
    if isinstance(node, ast.Attribute):
        return node.attr in {"commit", "rollback", "begin_nested"}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.match(r"\s*(COMMIT|ROLLBACK|SAVEPOINT|BEGIN)\b", node.value) is not None
    return False


@promise("Storage", "Only `kit` commits transactions.")
def test_nothing_outside_kit_commits() -> None:
    found = [
        f"{named(path)}:{getattr(node, 'lineno', 0)}"
        for path in FILES
        if APP / "kit" not in path.parents
        for node in nodes(path)
        if commits(node)
    ]
    assert found == []


@pytest.mark.parametrize("code", ["tx.commit()", "conn.rollback()", "run('  SAVEPOINT x')", "run('COMMIT')"])
def test_commit_outside_kit_is_detected(code: str) -> None:
    assert any(commits(node) for node in ast.walk(ast.parse(code)))


# Lengths


def test_files_and_functions_stay_short() -> None:
    found = []
    for path in FILES:
        if (lines := len(path.read_text().splitlines())) > MAX_FILE:
            found.append(f"{named(path)} has {lines} lines")
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found += [f"{named(path)}: {node.name} has {lines} lines"] * (lines > MAX_FUNCTION)
    assert found == []


# Names


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in FILES:
        module = nodes(path)[0]
        assert isinstance(module, ast.Module)
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name.lstrip("_"), []).append(named(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


NOUNS = {
    *("admin", "operator", "viewer"),
    *("appraisal", "comps", "deal", "draft", "estimate", "landlord", "market", "mls", "parcel", "partner"),
    *("property", "properties", "rent", "sale", "seller", "tenant", "valuation"),
}
"""Names of roles and words of the business."""

OTHER_SENSES = re.compile(
    r"@(cached_)?property|import cached_property|from operator import|\"properties\"|propertyNames|additionalProperties"
)


def words(source: str) -> set[str]:
    """Split identifiers and text into lowercase words without a plural s."""
    found = re.findall(r"[A-Z]?[a-z]+", OTHER_SENSES.sub("", source))
    return {word.lower() for word in found} | {word.lower().removesuffix("s") for word in found}


@pytest.mark.parametrize("source", ["class DealStore: ...", "for_drafts = 1", '"""The partner."""', "x.property"])
def test_business_nouns_are_recognized(source: str) -> None:
    assert words(source) & NOUNS


def test_kit_names_no_business_noun() -> None:
    found = {named(path): words(path.read_text()) & NOUNS for path in FILES if APP / "kit" in path.parents}
    assert {name: nouns for name, nouns in found.items() if nouns} == {}


# Folders


def test_folders_have_at_most_17_modules() -> None:
    counts: dict[str, int] = {}
    for path in FILES:
        if not path.name.startswith("__"):
            counts[named(path.parent)] = counts.get(named(path.parent), 0) + 1
    assert {folder: count for folder, count in counts.items() if count > MAX_MODULES} == {}


# Location of tests

TESTS = ROOT / "backend" / "tests"
WHOLE_PRODUCT = {"browser", "contract", "docs", "released", "survive"}
"""Folders of tests that are about the product and not about one package."""
PROGRAMS = {"accuracy", "bench", "soak", "tools"}
"""Folders at the top of the repository whose tests are in the folder of the same name."""
WHOLE_REPOSITORY = {
    *("test_architecture.py", "test_full_store.py", "test_known_schemas.py", "test_preloaded.py", "test_smoke.py")
}


def misplaced(test: Path, modules: dict[str, set[Path]]) -> str | None:
    """Return why a test file is in the wrong folder, given the folders that have a module of each name."""
    folder, module = test.parent, test.stem.removeprefix("test_")
    if test.parts[0] in WHOLE_PRODUCT | PROGRAMS or test.name in WHOLE_REPOSITORY:
        return None
    if not (APP / folder).is_dir():
        return f"{test}: there is no folder {folder} in backend/app"
    found = {place for place in modules.get(module, ()) if place.parts[:1] == folder.parts[:1]}
    if found and folder not in found:
        return f"{test}: {module}.py is in {' and '.join(map(str, found))}"
    if not found and not folder.parts:
        return f"{test}: there is no module {module} at the top of backend/app"
    return None


def test_tests_mirror_the_application() -> None:
    """Tests are in the folder of the package that they test, and test_x.py in that of x.py if the package has one."""
    modules: dict[str, set[Path]] = {}
    for path in FILES:
        modules.setdefault(path.stem, set()).add(path.relative_to(APP).parent)
    tests = [path.relative_to(TESTS) for path in sorted(TESTS.rglob("test_*.py"))]
    assert all((ROOT / program).is_dir() for program in PROGRAMS)
    assert [fault for test in tests if (fault := misplaced(test, modules))] == []
    assert misplaced(Path("kit/test_sqlite.py"), modules) == "kit/test_sqlite.py: sqlite.py is in kit/db"
    assert (
        misplaced(Path("nowhere/test_x.py"), modules) == "nowhere/test_x.py: there is no folder nowhere in backend/app"
    )
    assert misplaced(Path("test_x.py"), modules) == "test_x.py: there is no module x at the top of backend/app"


# Kinds of records


def every_module() -> Iterator[Any]:
    for module in pkgutil.walk_packages(backend.app.__path__, "backend.app."):
        yield importlib.import_module(module.name)


def test_the_store_knows_every_kind_of_record() -> None:
    found = {
        value.name: value
        for module in every_module()
        for value in vars(module).values()
        if isinstance(value, RecordTable)
    }
    assert sorted(found) == sorted(table.name for table in store_tables.TABLES)
    assert {id(table) for table in found.values()} == {id(table) for table in store_tables.TABLES}


def test_kinds_of_records_have_distinct_names_and_files() -> None:
    for names in (
        [table.name for table in store_tables.TABLES],
        [table.file for table in store_tables.TABLES],
        [table.entity for table in store_tables.TABLES],
        [table.prefix for table in store_tables.TABLES if table.prefix],
    ):
        assert len(names) == len(set(names))


@promise("JSON files", "Every kind of record has a JSON file at the path that the contract names.")
def test_json_files_have_their_contract_paths() -> None:
    assert {table.file for table in store_tables.TABLES} >= {
        "comms/drafts.json", "comms/sendlog.json", "jv/partners.json", "jv/links.json", "deals/deals.json",
        "property/properties.json", "property/ratings.json", "property/comps.json", "property/repair_rent.json",
    }  # fmt: skip


def test_every_table_belongs_to_a_store_or_to_kit() -> None:
    list(every_module())
    ours = {table.name for table in store_tables.TABLES} | {
        f"{table.name}_tags" for table in store_tables.TABLES if table.tags is not None
    }
    ours |= {table.keys.name for table in store_tables.TABLES if table.keys is not None}
    assert metadata.tables.keys() - ours == {
        *store_tables.TYPED_TABLES,
        *store_tables.NOT_ARCHIVED,
        "store_state",
        "leases",
        "search_entries",
    }


# Migrations


@contextmanager
def connected(database: Path | str) -> Iterator[Connection]:
    engine = migrate.engine_for(database)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.fixture
def empty(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | str:
    """A database without migrations."""
    if database == "sqlite":
        return tmp_path / "empty.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(migrated=False)


@pytest.fixture
def made(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | str:
    """A database with the tables and indexes that the stores declare, without any migration."""
    if database == "sqlite":
        found: Path | str = tmp_path / "made.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        found = server.new_database(migrated=False)
    list(every_module())
    with connected(found) as connection:
        metadata.create_all(connection)
    return found


def schema(database: Path | str) -> list[tuple[str, ...]]:
    """Return columns, keys and indexes as the database reports them, with expressions and conditions."""
    with connected(database) as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", r".*expression-based index")
        if isinstance(database, Path):
            rows = connection.execute(text(_SQLITE_INDEXES)).all()
            indexes = [(name, re.sub(r'[\s"]', "", sql)) for name, sql in rows]
        else:
            indexes = [(name, sql) for name, sql in connection.execute(text(_POSTGRESQL_INDEXES)).all()]
        inspector = inspect(connection)
        tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
        columns = [
            (table, column["name"], str(column["type"]), str(column["nullable"]))
            for table in tables
            for column in inspector.get_columns(table)
        ]
        keys = [(table, str(inspector.get_pk_constraint(table)["constrained_columns"])) for table in tables] + [
            (table, str(key["constrained_columns"]), key["referred_table"], str(key["referred_columns"]))
            for table in tables
            for key in inspector.get_foreign_keys(table)
        ]
        unique = [
            (table, str(constraint["column_names"]))
            for table in tables
            for constraint in inspector.get_unique_constraints(table)
        ]
    return sorted([*indexes, *columns, *keys, *unique])


_SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_POSTGRESQL_INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)


def test_expected_revision_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [migrate.HEAD]


@promise("Storage", "Migrations create exactly the schema that the code declares.")
def test_migrations_create_the_declared_tables(empty: Path | str, made: Path | str) -> None:
    assert migrate.upgrade(empty, None)
    assert schema(empty) == schema(made)


def no_index(item: Any, name: str | None, kind: str, *rest: Any) -> bool:
    """Alembic cannot compare indexes on expressions; the test above does. FTS5 of SQLite has tables of its own."""
    return kind != "index" and not (kind == "table" and str(name).startswith("search_words"))


@promise("Storage", "Migrations create exactly the schema that the code declares.")
def test_alembic_finds_no_difference(empty: Path | str) -> None:
    list(every_module())
    migrate.upgrade(empty, None)
    with connected(empty) as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", r".*expression-based index")
        context = MigrationContext.configure(connection, opts={"include_object": no_index, "compare_type": True})
        assert compare_metadata(context, metadata) == []


@promise("Records and lists", "Every filter has a database index.")
def test_every_filter_has_its_index(made: Path | str) -> None:
    names = {row[0] for row in schema(made)}
    for table in store_tables.TABLES:
        assert {f"ix_{table.name}_{name}" for name in table.filters} <= names
        assert table.rules.keys() <= names


def test_migrating_twice_changes_nothing(empty: Path | str) -> None:
    migrate.upgrade(empty, None)
    before = schema(empty)
    assert not migrate.upgrade(empty, migrate.HEAD)
    with connected(empty) as connection:
        command.upgrade(migrate.config(connection), "head")
    assert schema(empty) == before


def test_database_of_a_newer_version_is_refused(empty: Path | str) -> None:
    migrate.upgrade(empty, None)
    before = schema(empty)
    with pytest.raises(StartError, match="made by a newer Valhalla"):
        migrate.upgrade(empty, "9999")
    assert schema(empty) == before


# Importing

WATCH = """
import os, sys, threading
seen = []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

def watch(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITES and args[0] != os.devnull:
        seen.append((event, str(args[0])))
    elif event in {"sqlite3.connect", "os.mkdir", "os.rename", "os.remove", "subprocess.Popen"}:
        seen.append((event, str(args)))
    elif event.startswith("socket.") and event not in {"socket.gethostname"}:
        seen.append((event, str(args)))

sys.addaudithook(watch)
import MODULE
assert seen == [], seen
assert threading.active_count() == 1, threading.enumerate()
"""


@pytest.mark.parametrize("module", ["backend.app.main", "backend.app.cli"])
def test_nothing_happens_at_import(module: str, tmp_path: Path) -> None:
    """No file, connection, thread or process is opened, and settings are not read. Both import bootstrap."""
    env = clean_environment(
        {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT), "VALHALLA_PORT": "nonsense", "HOME": str(tmp_path)}
    )
    run = subprocess.run(
        [sys.executable, "-c", WATCH.replace("MODULE", module)],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=SOON_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (run.stdout, run.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []

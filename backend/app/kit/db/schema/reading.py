"""Reading of a database schema from its catalog."""

from collections import defaultdict
from typing import Any

from sqlalchemy import text

from backend.app.kit.db.schema.description import IndexDescription, Schema, TableDescription, Trigger
from backend.app.kit.db.sql import Query
from backend.app.kit.db.tx import Tx

Rows = list[tuple[Any, ...]]


def read(tx: Tx) -> Schema:
    """Return all tables, indexes and triggers on the search path of this user."""
    return _sqlite(tx) if tx.dialect == "sqlite" else _postgres(tx)


def table_columns(tx: Tx) -> dict[str, list[str]]:
    """Return the columns of each table."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in tx.all(_SQLITE_COLUMNS if tx.dialect == "sqlite" else _POSTGRES_COLUMNS):
        found[row[0]].append(row[1])
    return found


# SQLite

_SQLITE_OBJECTS = Query(text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
_SQLITE_COLUMNS = Query(
    text("""
    SELECT m.name, p.name, p.type, p."notnull", p.dflt_value, p.pk
    FROM sqlite_master m JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table' ORDER BY m.name, p.cid
    """)
)
_SQLITE_UNIQUE = Query(
    text("""
    SELECT m.name, l.name, i.name FROM sqlite_master m
    JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
    WHERE m.type = 'table' AND l.origin = 'u' ORDER BY m.name, l.name, i.seqno
    """)
)
_SQLITE_FOREIGN = Query(
    text("""
    SELECT m.name, f."from", f."table", f."to" FROM sqlite_master m
    JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq
    """)
)


def _sqlite(tx: Tx) -> Schema:
    objects = [(kind, name, table, _one_line(sql)) for kind, name, table, sql in tx.all(_SQLITE_OBJECTS)]
    columns, constraints = _sqlite_columns(tx)
    # A virtual table keeps its content in tables of its own, which it creates itself.
    shadows = [f"{name}_" for _, name, _, sql in objects if sql.upper().startswith("CREATE VIRTUAL TABLE")]
    tables = {
        name: TableDescription(name, columns[name], sorted(constraints[name]), sql)
        for kind, name, _, sql in objects
        if kind == "table" and not name.startswith(("sqlite_", *shadows))
    }
    indexes = {name: _sqlite_index(name, table, sql) for kind, name, table, sql in objects if kind == "index"}
    triggers = {name: Trigger(name, table, sql, [sql]) for kind, name, table, sql in objects if kind == "trigger"}
    return Schema(tables, indexes, triggers)


def _one_line(sql: str) -> str:
    return " ".join(sql.split()).replace("( ", "(").replace(" )", ")")


def _sqlite_columns(tx: Tx) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    keys: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for table, name, kind, not_null, default, place in tx.all(_SQLITE_COLUMNS):
        columns[table][name] = _column(kind, not_null, default)
        if place:
            keys[table].append((place, name))
    constraints: dict[str, list[str]] = defaultdict(list)
    for table, key in keys.items():
        constraints[table].append(f"PRIMARY KEY ({', '.join(name for _, name in sorted(key))})")
    unique: dict[tuple[str, str], list[str]] = defaultdict(list)
    for table, index, name in tx.all(_SQLITE_UNIQUE):
        unique[table, index].append(name or "an expression")
    for (table, _), names in unique.items():
        constraints[table].append(f"UNIQUE ({', '.join(names)})")
    for table, name, other, to in tx.all(_SQLITE_FOREIGN):
        constraints[table].append(f"FOREIGN KEY ({name}) REFERENCES {other}({to})")
    return columns, constraints


def _column(kind: str, not_null: bool, default: str | None) -> str:
    return kind + " NOT NULL" * bool(not_null) + (f" DEFAULT {default}" if default is not None else "")


def _sqlite_index(name: str, table: str, sql: str) -> IndexDescription:
    head, _, where = sql.partition(" WHERE ")
    inside = head.partition("(")[2].rpartition(")")[0]
    return IndexDescription(name, table, head.upper().startswith("CREATE UNIQUE"), _parts(inside), where or None, sql)


def _parts(inside: str) -> list[str]:
    """Split the text at commas that are not within parentheses."""
    if "(" not in inside:
        return [part.strip() for part in inside.split(",")]
    found, depth = [""], 0
    for letter in inside:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found]


# PostgreSQL

_OURS = """
    c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg~_%' ESCAPE '~'
"""
_POSTGRES_COLUMNS = Query(
    text(f"""
    SELECT CAST(c.relname AS text), CAST(a.attname AS text), format_type(a.atttypid, a.atttypmod), a.attnotnull,
        CASE a.attidentity
            WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY'
            WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
            ELSE coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE {_OURS} ORDER BY c.relname, a.attnum
    """)  # noqa: S608 - our own words
)
_POSTGRES_CONSTRAINTS = Query(
    text(f"""
    SELECT CAST(c.relname AS text), pg_get_constraintdef(k.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_constraint k ON k.conrelid = c.oid
    WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND {_OURS} ORDER BY 1, 2
    """)  # noqa: S608
)
_POSTGRES_INDEXES = Query(
    text(f"""
    SELECT CAST(x.relname AS text), CAST(c.relname AS text), i.indisunique, i.indisvalid,
        ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, CAST(i.indnkeyatts AS int)) k),
        pg_get_expr(i.indpred, i.indrelid),
        replace(pg_get_indexdef(i.indexrelid), format(' ON %I.', n.nspname), ' ON ')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
        AND {_OURS} ORDER BY 1
    """)  # noqa: S608
)
_POSTGRES_TRIGGERS = Query(
    text(f"""
    SELECT CAST(t.tgname AS text), CAST(c.relname AS text), CAST(t.tgenabled AS text),
        replace(pg_get_triggerdef(t.oid), format(' ON %I.', n.nspname), ' ON '),
        replace(pg_get_functiondef(t.tgfoid), format('FUNCTION %I.', p.nspname), 'FUNCTION ')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace p ON p.oid = f.pronamespace
    WHERE {_OURS} ORDER BY 1
    """)  # noqa: S608
)


def _postgres(tx: Tx) -> Schema:
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for table, name, kind, not_null, rest in tx.all(_POSTGRES_COLUMNS):
        columns[table][name] = kind + " NOT NULL" * not_null + rest
    constraints: dict[str, list[str]] = defaultdict(list)
    for table, definition in tx.all(_POSTGRES_CONSTRAINTS):
        constraints[table].append(definition)
    tables = {name: _postgres_table(name, found, constraints[name]) for name, found in columns.items()}
    indexes = {
        name: IndexDescription(name, table, unique, keys, where, create if valid else f"{create}, which is not valid")
        for name, table, unique, valid, keys, where, create in tx.all(_POSTGRES_INDEXES)
    }
    triggers: dict[str, Trigger] = {}
    for name, table, enabled, trigger, function in tx.all(_POSTGRES_TRIGGERS):
        state = "" if enabled == "O" else f", which is switched off ({enabled})"
        definition = f"{_one_line(trigger)} {_one_line(function)}{state}"
        triggers[name] = Trigger(name, table, definition, [function.strip(), trigger])
    return Schema(tables, indexes, triggers)


def _postgres_table(name: str, columns: dict[str, str], constraints: list[str]) -> TableDescription:
    lines = [*(f"{column} {kind}" for column, kind in columns.items()), *constraints]
    return TableDescription(name, columns, constraints, f"CREATE TABLE {name} ({', '.join(lines)})")

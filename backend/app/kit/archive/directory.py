"""A directory of JSON files as a store: the mirror's layout, plus the typed tables and a manifest.

    manifest.json  PACKAGE/NAME.json  …  audit/audit_events.json

Each file can be read with `cat`, and the whole directory can be imported. A directory without a manifest comes from the
mirror or an earlier version, and contains only records.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from backend.app.kit import clock
from backend.app.kit.archive.manifest import FORMAT, MANIFEST, MAX_MANIFEST, Entry, Facts, Manifest, parse
from backend.app.kit.archive.source import Lines, chunked
from backend.app.kit.archive.tables import MAX_LINE, ArchiveTable, BadArchive, Shape, archive_line, as_json
from backend.app.kit.archive.target import Act, Target
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import StartError
from backend.app.kit.json_mirror import adoption, json_files
from backend.app.kit.json_mirror.mirror_note import outdated_since

MARK = "unfinished.json"
"""File in a directory that is still being filled. It describes the transfer, with its source."""

_END = b"]}"


class DirectorySource:
    """A directory with a manifest."""

    def __init__(self, root: Path, tables: Iterable[ArchiveTable], where: str) -> None:
        self.where = where
        self._files = {table.name: root / table.file for table in tables}
        manifest = parse(_head(root / MANIFEST), where)
        self.revision, self.version, self.store = manifest.revision, manifest.version, manifest.store
        self.shapes = {name: entry.shape for name, entry in manifest.tables.items()}
        self.counts = {name: entry.count for name, entry in manifest.tables.items()}
        self.stated: dict[str, Facts] | None = {name: entry.facts for name, entry in manifest.tables.items()}
        for name in manifest.tables.keys() - self._files.keys():
            raise BadArchive(f"{where}: {MANIFEST} names the table {name}, which this version does not know")

    def member(self, name: str) -> str:
        return str(self._files[name].name)

    def lines(self, name: str) -> Lines:
        return chunked(_lines(self._files[name], self.where))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_MANIFEST)
    except OSError as error:
        raise BadArchive(f"{path} cannot be read: {error.strerror}") from None


def _lines(path: Path, where: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            if not file.readline(MAX_LINE).startswith(json_files.HEAD):
                raise BadArchive(f"{where}: {path.name} has a first line that is not of a JSON file of Valhalla")
            while line := file.readline(MAX_LINE):
                if line.rstrip() == _END:
                    return
                if not line.endswith(b"\n"):
                    break
                yield line[:-1].removesuffix(b",")
    except OSError as error:
        raise BadArchive(f"{path} cannot be read: {error.strerror}") from None
    raise BadArchive(f"{where}: {path.name} is truncated")


class PlainSource:
    """Records of a directory without a manifest, completed as in an adoption."""

    version, revision = "", HEAD
    stated: dict[str, Facts] | None = None

    def __init__(self, root: Path, tables: Iterable[ArchiveTable], where: str, store: dict[str, str]) -> None:
        """Raise BadArchive if there are no such files, or if they lack changes.

        Records that an adoption would refuse come last, unchanged if they have a unique id.
        """
        self.where, self.store = where, store
        kept = list(tables)
        if since := outdated_since(root):
            raise BadArchive(f"{where} has outdated JSON files, because VALHALLA_MIRROR is off since {since}")
        if not any((root / table.file).exists() for table in kept if table.records):
            raise BadArchive(f"{where} holds no store: it has neither {MANIFEST} nor JSON files of records")
        try:
            found = adoption.find(root, [table.records for table in kept if table.records])
        except StartError as error:
            raise BadArchive(str(error)) from None
        self._docs: dict[str, list[bytes]] = {table.name: [] for table in kept}
        for (name, _), item in found.records.items():
            self._docs[name].append(item.doc.encode())
        self._add_refused(found, kept)
        self.shapes: dict[str, Shape] = {table.name: table.shape for table in kept}
        self.counts = {name: len(docs) for name, docs in self._docs.items()}

    def _add_refused(self, found: adoption.Adoption, kept: list[ArchiveTable]) -> None:
        by_file = {table.file: table for table in kept if table.records}
        taken = {(table, key) for table, key in found.records}
        for number, each in enumerate(found.refused, 1):
            if each.file not in by_file:
                raise BadArchive(f"{self.where}: a change in {each.file} cannot be adopted: {each.reason}")
            table, item = by_file[each.file], each.record
            key = table.shape.key[0]
            own = item.get(key) if isinstance(item, dict) else None
            if not isinstance(own, str) or (table.name, own) in taken:
                own = f"unreadable_{number}"
            taken.add((table.name, own))
            self._docs[table.name].append(archive_line(key, own, item if isinstance(item, str) else as_json(item)))

    def member(self, name: str) -> str:
        return name

    def lines(self, name: str) -> Lines:
        return chunked(self._docs[name])


class DirectoryTarget(Target):
    """A directory being filled under a temporary name. Every added chunk of lines is synced to disk."""

    def __init__(self, root: Path, tables: Iterable[ArchiveTable], version: str) -> None:
        self._root, self._version = root, version
        self._tables = {table.name: table for table in tables}
        self._done: dict[str, int] = {}
        self._file: tuple[str, IO[bytes]] | None = None

    def done(self, name: str) -> int:
        """Open the file of the table, and truncate an incomplete last line."""
        self.close()
        path = self._root / self._tables[name].file
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("r+b" if path.exists() else "w+b")
        self._file = (name, file)
        self._done[name] = _whole_lines(file)
        return self._done[name]

    def add(self, name: str, lines: list[bytes]) -> None:
        assert self._file is not None
        assert self._file[0] == name
        file = self._file[1]
        file.write((b",\n" if self._done[name] else b"\n") + b",\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
        self._done[name] += len(lines)

    def lines(self, name: str) -> Lines:
        self.close()
        return chunked(_lines(self._root / self._tables[name].file, str(self._root)))

    def close(self) -> None:
        """Finish the file being written."""
        if self._file is not None:
            with self._file[1] as file:
                file.write(json_files.END)
                file.flush()
                os.fsync(file.fileno())
            self._file = None

    def finish(self, store: dict[str, str], facts: dict[str, Facts], act: Act | None = None) -> None:
        assert act is None, "nothing can be done in a directory"
        entries = {name: Entry.of(table.shape, facts[name]) for name, table in self._tables.items()}
        manifest = Manifest(
            format=FORMAT, version=self._version, revision=HEAD, made_at=clock.now(), store=store, tables=entries
        )
        path = self._root / MANIFEST
        with path.open("w", encoding="utf-8") as file:
            file.write(manifest.text())
            file.flush()
            os.fsync(file.fileno())
        (self._root / MARK).unlink(missing_ok=True)


def _whole_lines(file: IO[bytes]) -> int:
    """Truncate the closing brackets and any incomplete line. Return the number of complete lines.

    A line is complete if the bytes after it confirm it.
    """
    file.seek(0)
    head = file.readline(MAX_LINE)
    if not head.endswith(b"\n"):
        head = json_files.HEAD + json.dumps(clock.now()).encode() + b', "items": [\n'
        file.seek(0)
        file.write(head)
    whole, end = 0, len(head) - 1
    found, at = 0, len(head)
    while line := file.readline(MAX_LINE):
        if line.rstrip() == _END:
            whole, end = found, at - 1
            break
        found, at = found + 1, at + len(line)
        if line.endswith(b",\n"):
            whole, end = found, at - 2
    file.seek(end)
    file.truncate()
    return whole

"""Archive file: a standard ZIP with a manifest and one file of lines per table.

    manifest.json  NAME.jsonl  …  audit_events.jsonl

Each file is deflated. The ZIP comment at the end is the SHA-256 of all bytes before it, so any change, truncation or
addition is detected. The whole file can be encrypted (`age_stream.py`).
"""

import io
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from backend.app.kit import clock
from backend.app.kit.archive import age_keys
from backend.app.kit.archive.age_keys import AgeRecipient, Identities
from backend.app.kit.archive.age_stream import DecryptedFile, encrypting
from backend.app.kit.archive.manifest import FORMAT, MANIFEST, MAX_MANIFEST, Entry, Facts, Manifest, Tally, parse
from backend.app.kit.archive.source import Lines, Source
from backend.app.kit.archive.tables import MAX_LINE, BadArchive
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import list_names

LEVEL = 6
BLOCK = 1 << 20
MAX_DIRECTORY = 4 * BLOCK
"""Maximum bytes of the ZIP central directory. Each entry takes 46 bytes plus its name."""

MAX_NAMED = 5
"""Most file names in one sentence."""

_DIGEST = 64
_PLACE = b"sha256:"
_SUFFIX = ".jsonl"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, IndexError)


# Writing


def write(path: Path, source: Source, report: ReportProgress) -> Manifest:
    """Write the whole source. The file is complete and synced to disk on return. Raises OSError."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        manifest = _write_members(archive, source, report)
    _append_digest(path)
    return manifest


def write_encrypted(path: Path, source: Source, report: ReportProgress, recipients: Sequence[AgeRecipient]) -> Manifest:
    """Write the whole source in the same way, encrypted. No plain text reaches the disk."""
    with encrypting(path, recipients) as stream:
        ending = _EndingWithDigest(stream)
        with zipfile.ZipFile(ending, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            manifest = _write_members(archive, source, report)
        ending.finish()
    return manifest


def _write_members(archive: zipfile.ZipFile, source: Source, report: ReportProgress) -> Manifest:
    done, total = 0, sum(source.counts.values())
    entries: dict[str, Entry] = {}
    for name, shape in source.shapes.items():
        tally = Tally()
        with archive.open(_info(name + _SUFFIX), "w", force_zip64=True) as member:
            for lines in source.lines(name):
                member.write(tally.add(lines))
                report(done + tally.count, total)
        done += tally.count
        entries[name] = Entry.of(shape, tally.facts)
    manifest = Manifest(
        format=FORMAT,
        version=source.version,
        revision=source.revision,
        made_at=clock.now(),
        store=source.store,
        tables=entries,
    )
    archive.writestr(_info(MANIFEST), manifest.text())
    archive.comment = _PLACE + b"0" * _DIGEST
    return manifest


class _EndingWithDigest(io.RawIOBase):
    """Write-only stream that replaces its last bytes with the digest of all preceding ones."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._digest, self._last = stream, sha256(), b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        whole = self._last + bytes(data)
        self._last, ready = whole[-_DIGEST:], whole[:-_DIGEST]
        self._digest.update(ready)
        self._stream.write(ready)
        return len(data)

    def finish(self) -> None:
        self._stream.write(self._digest.hexdigest().encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return info


def _append_digest(path: Path) -> None:
    """Write the digest of all preceding bytes at the end of the file."""
    with path.open("r+b") as file:
        digest, size = _digest_before_end(file)
        file.seek(size - _DIGEST)
        file.write(digest.encode())
        file.flush()
        os.fsync(file.fileno())


def _digest_before_end(file: IO[bytes] | DecryptedFile) -> tuple[str, int]:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    digest, left = sha256(), size - _DIGEST
    while left > 0 and (block := file.read(min(BLOCK, left))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest(), size


# Reading


@contextmanager
def reading(path: Path, identities: Identities | None = None) -> Iterator["ZipSource"]:
    """Open an archive and read its manifest. An encrypted one needs identities. Raises BadArchive."""
    try:
        if path.exists() and not path.is_file():
            raise BadArchive(f"{path} is not a file")
        file = path.open("rb")
    except OSError as error:
        raise BadArchive(f"{path} cannot be read: {error.strerror}") from None
    with file:
        if not _is_encrypted(file, path, identities):
            with _opened(path, file) as source:
                yield source
            return
        assert identities is not None
        with closing(DecryptedFile(file, identities, str(path))) as plain, _opened(path, plain) as source:
            yield source


def _is_encrypted(file: IO[bytes], path: Path, identities: Identities | None) -> bool:
    """Return whether the file is encrypted. Raises BadArchive if identities are missing, or given for a plain file."""
    encrypted = age_keys.is_encrypted(file.read(100))
    file.seek(0)
    if encrypted and identities is None:
        raise BadArchive(f"{path} is encrypted: name the file with its secret key with --identity FILE")
    if identities is not None and not encrypted:
        raise BadArchive(f"{path} is not encrypted: if you trust it, leave out --identity")
    return encrypted


@contextmanager
def _opened(path: Path, file: IO[bytes] | DecryptedFile) -> Iterator["ZipSource"]:
    try:
        archive = zipfile.ZipFile(_Pieces(file))
    except _DirectoryTooLong:
        raise BadArchive(f"{path} is not a Valhalla archive: it lists too many files") from None
    except _UNREADABLE:
        file.seek(0)
        ours = file.read(4) == b"PK\x03\x04"
        reason = "is truncated or damaged" if ours else "is not a Valhalla archive: it is not a ZIP file"
        raise BadArchive(f"{path} {reason}") from None
    except OSError as error:
        raise BadArchive(f"{path} cannot be read: {error.strerror}") from None
    with archive:
        yield ZipSource(path, file, archive)


class _DirectoryTooLong(Exception):
    """The directory of a ZIP file is longer than MAX_DIRECTORY."""


class _Pieces:
    """A file with a limit on the size of each read.

    `zipfile` reads the central directory in one call, with its stated size.
    """

    def __init__(self, file: IO[bytes] | DecryptedFile) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY:
            raise _DirectoryTooLong
        return self._file.read(
            size if size >= 0 else MAX_DIRECTORY
        )  # read to the end: `zipfile` searches there for the end record


class ZipSource:
    """An open archive with its manifest."""

    def __init__(self, path: Path, file: IO[bytes] | DecryptedFile, archive: zipfile.ZipFile) -> None:
        self.where, self._file, self._archive = path.name, file, archive
        names = archive.namelist()
        if MANIFEST not in names:
            raise BadArchive(f"{self.where} is not a Valhalla archive: it has no {MANIFEST}")
        self.manifest = parse(self._whole(MANIFEST), self.where)
        self._check_names(names)
        self.revision, self.version, self.store = self.manifest.revision, self.manifest.version, self.manifest.store
        self.shapes = {name: entry.shape for name, entry in self.manifest.tables.items()}
        self.counts = {name: entry.count for name, entry in self.manifest.tables.items()}
        self.stated: dict[str, Facts] | None = {name: entry.facts for name, entry in self.manifest.tables.items()}

    def member(self, name: str) -> str:
        return name + _SUFFIX

    def _check_names(self, names: list[str]) -> None:
        wanted = {MANIFEST, *(self.member(name) for name in self.manifest.tables)}
        if twice := {name for name, times in Counter(names).items() if times > 1}:
            raise BadArchive(f"{self.where} holds {list_names(sorted(twice), MAX_NAMED)} twice")
        if missing := wanted - set(names):
            raise BadArchive(f"{self.where} lacks {list_names(sorted(missing), MAX_NAMED)}, which its manifest names")
        if others := set(names) - wanted:
            raise BadArchive(
                f"{self.where} also holds {list_names(sorted(others), MAX_NAMED)}, which is not in its manifest"
            )

    def _whole(self, name: str) -> bytes:
        found = b"".join(self._blocks(name, MAX_MANIFEST))
        if len(found) > MAX_MANIFEST:
            raise BadArchive(f"{self.where}: {name} is too large for a manifest")
        return found

    def _blocks(self, name: str, most: int) -> Iterator[bytes]:
        """Yield the content of a member in blocks, at most one block beyond `most` bytes."""
        try:
            with self._archive.open(name) as member:
                while most >= 0 and (block := member.read(BLOCK)):
                    most -= len(block)
                    yield block
        except _UNREADABLE as error:
            raise BadArchive(f"{self.where}: {name} is damaged: {str(error) or 'it ends too soon'}") from None
        except OSError as error:
            raise BadArchive(f"{self.where}: {name} cannot be read: {error.strerror}") from None

    def lines(self, name: str) -> Lines:
        stated = self.manifest.tables[name].bytes
        rest, read = bytearray(), 0
        for block in self._blocks(self.member(name), stated):
            read += len(block)
            if read > stated:
                raise BadArchive(f"{self.where}: {self.member(name)} holds more than the {stated:,} bytes stated")
            whole, newline, tail = block.rpartition(b"\n")
            if newline:
                rest += whole
                lines, rest = bytes(rest).split(b"\n"), bytearray(tail)
                yield lines
            else:
                rest += tail
            if len(rest) > MAX_LINE:
                raise BadArchive(f"{self.where}: {self.member(name)} has a line of more than {MAX_LINE:,} bytes")
        if rest:
            raise BadArchive(f"{self.where}: the last line of {self.member(name)} is truncated")

    def digest(self) -> str:
        """Return the digest at the end of the file. Raises BadArchive if it does not match the content."""
        digest, size = _digest_before_end(self._file)
        self._file.seek(max(0, size - len(_PLACE) - _DIGEST))
        if self._file.read() != _PLACE + digest.encode():
            raise BadArchive(
                f"{self.where} was changed, damaged or repacked: the checksum at its end does not match its content"
            )
        return digest

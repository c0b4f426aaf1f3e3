"""The only table in a ZIP archive, read without unpacking it to the disk."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

from backend.app.kit.errors import BadInput
from backend.app.kit.text import counted, list_names, shorten

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""First bytes of an archive, of an empty one, and of a part of one."""

MAX_UNPACKED = 4 * 1024**3
"""Maximum size of the table in an archive, in bytes."""

_MAX_MEMBERS = 100
_TABLES = frozenset({".csv", ".tsv", ".tab", ".txt"})
_PACKED = {b"PK": "another archive", b"\x1f\x8b": "gzipped again", b"PAR1": "a Parquet file", b"BZh": "packed again"}
_ENCRYPTED = 0x1
_WORKBOOK = frozenset({"[Content_Types].xml", "content.xml"})


def open_member(file: IO[bytes], name: str) -> IO[bytes]:
    """Open the only table of an archive. Raises BadInput for any other content; enter `broken_archives` first.

    At most the stated size of the table is unpacked, and nothing is written to the disk.
    """
    archive = zipfile.ZipFile(file)
    member = _only_table(archive, name)
    if member.flag_bits & _ENCRYPTED:
        raise BadInput(f"{name} is encrypted: unpack it and import the file inside")
    if member.file_size > MAX_UNPACKED:
        raise BadInput(
            f"{name}: {shorten(member.filename)} has {member.file_size:,} bytes, and at most {MAX_UNPACKED:,} are "
            "unpacked: divide it into several files"
        )
    opened: Any = archive.open(member)
    start = opened.peek(4)[:4]
    if packed := next((what for mark, what in _PACKED.items() if start.startswith(mark)), None):
        raise BadInput(f"{name}: {shorten(member.filename)} inside is {packed}: unpack it first")
    found: IO[bytes] = opened
    return found


def _only_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    names = {member.filename for member in members}
    if names & _WORKBOOK:
        raise BadInput(f"{name} is a workbook: save the sheet as CSV UTF-8")
    if len(members) > _MAX_MEMBERS:
        raise BadInput(f"{name} has {len(members):,} files: archive only the table")
    files = [member for member in members if not (member.is_dir() or member.filename.startswith("__MACOSX/"))]
    tables = [member for member in files if PurePosixPath(member.filename).suffix.lower() in _TABLES]
    if len(tables) > 1:
        named = list_names([member.filename for member in tables])
        raise BadInput(f"{name} has {counted(len(tables), 'tables')} ({named}): archive one by itself")
    if not tables:
        inside = f", only {list_names([member.filename for member in files])}" if files else ""
        raise BadInput(f"{name} has no file that ends in .csv, .tsv, .tab or .txt{inside}")
    if "/" in tables[0].filename or "\\" in tables[0].orig_filename or ":" in tables[0].filename:
        raise BadInput(f"{name} has its table in a folder ({shorten(tables[0].filename)}): archive the file by itself")
    return tables[0]


@contextmanager
def broken_archives(name: str) -> Iterator[None]:
    """Raise BadInput for a damaged archive."""
    try:
        yield
    except NotImplementedError:
        raise BadInput(f"{name} is packed by a method that is not supported: unpack it first") from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise BadInput(f"{name} is not a complete ZIP archive: {error}") from None

"""Encryption and decryption of files in the age format, as streams.

Plain text exists only in memory: some blocks of it in this process and in a pipe. age authenticates each block of
64 KiB and the end of the file, so a changed, reordered or truncated file is detected.

pyrage reads from one stream and writes to another. It runs in a thread, which a pipe connects to the caller.
"""

import io
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pyrage

from backend.app.kit.archive.age_keys import AgeRecipient, Identities
from backend.app.kit.archive.tables import BadArchive

BLOCK = 1 << 20
TAIL = 2 * BLOCK
"""Least bytes at the end of the plain text that are kept in memory: an archive has its directory and manifest there."""

_HEAD = 200
_VERSION = (b"age-encryption.org/v1\n", b"-----BEGIN")
_PASSPHRASE = b"\n-> scrypt "


# Encrypting


@contextmanager
def encrypting(path: Path, recipients: Sequence[AgeRecipient]) -> Iterator[IO[bytes]]:
    """Yield a stream whose content is encrypted to the file. It is complete and synced at the end. Raises OSError."""
    with path.open("wb") as file:
        target = _EncryptedFile(file)
        reading, writing = os.pipe()
        thread = Thread(target=_encrypt, args=(reading, target, [each.key for each in recipients]), daemon=True)
        thread.start()
        try:
            with open(writing, "wb", buffering=BLOCK) as stream:  # noqa: PTH123 - a descriptor
                yield stream
        except BrokenPipeError:
            thread.join()
            if target.error is None:
                raise
        finally:
            thread.join()
        if target.error is not None:
            raise target.error
        file.flush()
        os.fsync(file.fileno())


class _EncryptedFile:
    """The file that pyrage writes to, and the first error of a write.

    pyrage turns errors into texts, and ignores one of its last write.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: BaseException | None = None

    def write(self, block: bytes) -> int:
        try:
            return self._file.write(block)
        except OSError as error:
            self.error = self.error or error
            raise

    def flush(self) -> None:
        """Leave it to the end."""


def _encrypt(reading: int, target: _EncryptedFile, keys: list[Any]) -> None:
    with open(reading, "rb", buffering=BLOCK) as stream:
        try:
            pyrage.encrypt_io(stream, target, keys)
        except BaseException as error:  # noqa: BLE001 - the caller raises it
            target.error = target.error or error


# Decrypting


class DecryptedFile:
    """Plain text of an encrypted file, read-only.

    Opening it decrypts the whole file once, so that a fault is found before anything is read. Seeking back decrypts
    from the start again: an archive is read in the order in which it was written.
    """

    def __init__(self, file: IO[bytes], identities: Identities, where: str) -> None:
        """Raise BadArchive if the file cannot be decrypted to its end."""
        self._file, self._identities, self._where = file, identities, where
        self._at = self._size = 0
        last = deque[bytes](maxlen=TAIL // BLOCK + 1)  # the very last block may be short
        self._decryption = _Decryption(file, identities, where)
        with self._decryption as plain:
            while block := plain.read(BLOCK):
                self._size += len(block)
                last.append(block)
        self._tail = b"".join(last)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read the bytes at the current position. Raises BadArchive if the file can no longer be decrypted."""
        left = max(0, self._size - self._at)
        size = left if size < 0 else min(size, left)
        tail_start = self._size - len(self._tail)
        in_tail = self._at >= tail_start
        found = self._tail[self._at - tail_start :][:size] if in_tail else self._decrypted(size)
        self._at += len(found)
        return found

    def _decrypted(self, size: int) -> bytes:
        if self._decryption.at > self._at or self._decryption.closed:
            self._decryption.close()
            self._decryption = _Decryption(self._file, self._identities, self._where)
        while skip := min(BLOCK, self._at - self._decryption.at):
            self._decryption.read(skip)
        return self._decryption.read(size)

    def close(self) -> None:
        """Stop decrypting. The file itself stays open."""
        self._decryption.close()


class _Decryption:
    """One run through an encrypted file from its start. `at` is the number of bytes read."""

    def __init__(self, file: IO[bytes], identities: Identities, where: str) -> None:
        file.seek(0)
        self._file, self._identities, self._where = file, identities, where
        self._error: BaseException | None = None
        self.at = 0
        reading, writing = os.pipe()
        self._stream = open(reading, "rb", buffering=BLOCK)  # noqa: PTH123, SIM115 - a descriptor, closed by `close`
        self._thread = Thread(target=self._run, args=(writing,), daemon=True)
        self._thread.start()

    def __enter__(self) -> "_Decryption":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _run(self, writing: int) -> None:
        with open(writing, "wb", buffering=0) as stream:
            try:
                pyrage.decrypt_io(self._file, stream, list(self._identities.keys))
            except BaseException as error:  # noqa: BLE001 - the reader raises it
                self._error = error

    @property
    def closed(self) -> bool:
        return self._stream.closed

    def read(self, size: int) -> bytes:
        """Read that many bytes, or fewer at the end. Raises BadArchive."""
        found = self._stream.read(size)
        self.at += len(found)
        if len(found) < size:
            self._thread.join()
            if self._error is not None:
                raise BadArchive(f"{self._where} {self._reason(self._error)}") from None
        return found

    def _reason(self, error: BaseException) -> str:
        if isinstance(error, OSError) and error.errno is not None:
            return f"cannot be read: {error.strerror}"
        self._file.seek(0)
        head = self._file.read(_HEAD)
        if "No matching keys" in str(error):
            if _PASSPHRASE in head:
                return "is encrypted with a passphrase, not to a key: decrypt it with the program age first"
            return f"cannot be decrypted with {self._identities.name}: it is encrypted to other keys"
        if "Unknown age format" in str(error) and not head.startswith(_VERSION):
            return "is encrypted in a newer format of age than this version reads"
        return "is truncated or damaged, or was changed after it was encrypted"

    def close(self) -> None:
        """End the thread, which fails at its next write."""
        with suppress(OSError):
            self._stream.close()
        self._thread.join()

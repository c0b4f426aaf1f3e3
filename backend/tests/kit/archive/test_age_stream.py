"""Encrypted streams: readable at any position, refused in whole if one byte differs, and all errors reported."""

import errno
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.archive import age_stream
from backend.app.kit.archive.age_keys import throwaway_pair
from backend.app.kit.archive.age_stream import DecryptedFile, encrypting
from backend.app.kit.archive.tables import BadArchive
from backend.tests.kit.archive import quick_passphrases
from backend.tests.promises import promise

CHUNK = 65_536
"""Bytes that age authenticates together."""

PUBLIC, SECRET = throwaway_pair()
CONTENT = b"".join(b"%08d" % number for number in range(5 * CHUNK // 8)) + b"end"


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(age_stream, "BLOCK", 10_000)
        patch.setattr(age_stream, "TAIL", 70_000)
        yield


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("encrypted file") / "a.age"
    with encrypting(path, [PUBLIC]) as stream:
        for start in range(0, len(CONTENT), 7_777):
            stream.write(CONTENT[start : start + 7_777])
    return path.read_bytes()


def test_every_implementation_of_age_reads_the_file(encrypted: bytes) -> None:
    assert pyrage.decrypt(encrypted, list(SECRET.keys)) == CONTENT


@given(
    st.lists(
        st.tuples(st.integers(0, len(CONTENT) + 10), st.sampled_from([0, 1, 2]), st.integers(-1, 150_000)), max_size=6
    )
)
def test_decrypted_file_reads_like_the_plain_one(encrypted: bytes, reads: list[tuple[int, int, int]]) -> None:
    plain = io.BytesIO(CONTENT)
    with closing(DecryptedFile(io.BytesIO(encrypted), SECRET, "a.age")) as file:
        for at, whence, size in reads:
            offset = at if whence == io.SEEK_SET else -min(at, len(CONTENT)) if whence == io.SEEK_END else 0
            assert file.seek(offset, whence) == plain.seek(offset, whence)
            assert file.read(size) == plain.read(size)
            assert file.tell() == plain.tell()


@promise("Backups and transfers", "An encrypted archive of which one byte differs or is missing is refused in whole.")
@given(st.data())
def test_one_changed_byte_is_refused_before_anything_is_read(encrypted: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(encrypted) - 1))
    changed = bytearray(encrypted)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadArchive) as refused:
        DecryptedFile(io.BytesIO(bytes(changed)), SECRET, "a.age")
    assert refused.value.detail.startswith("a.age ")
    assert "\n" not in refused.value.detail


@promise("Backups and transfers", "An encrypted archive of which one byte differs or is missing is refused in whole.")
@given(st.data())
def test_truncated_or_extended_file_is_refused(encrypted: bytes, data: st.DataObject) -> None:
    boundary = st.sampled_from(range(encrypted.index(b"\n---") + 60, len(encrypted), CHUNK + 16))
    end = data.draw(st.integers(0, len(encrypted) - 1) | boundary)
    for other in (encrypted[:end], encrypted + encrypted[end:]):
        with pytest.raises(BadArchive, match="is truncated or damaged, or was changed"):
            DecryptedFile(io.BytesIO(other), SECRET, "a.age")


def test_other_keys_and_passphrases_are_refused(encrypted: bytes) -> None:
    _, other = throwaway_pair()
    with pytest.raises(BadArchive, match=r"a.age cannot be decrypted with this process: it is encrypted to other keys"):
        DecryptedFile(io.BytesIO(encrypted), other, "a.age")
    with pytest.raises(BadArchive, match="is encrypted with a passphrase, not to a key"):
        DecryptedFile(io.BytesIO(quick_passphrases.encrypt(CONTENT[:100], "long")), SECRET, "a.age")
    with pytest.raises(BadArchive, match="newer format of age"):
        DecryptedFile(io.BytesIO(encrypted.replace(b"org/v1", b"org/v2", 1)), SECRET, "a.age")


def test_file_that_changes_while_it_is_read_is_refused(encrypted: bytes) -> None:
    changing = io.BytesIO(encrypted)
    with closing(DecryptedFile(changing, SECRET, "a.age")) as file:
        assert file.read(8) == b"00000000"
        file.seek(0)
        changing.getbuffer()[200] ^= 1
        changing.getbuffer()[CHUNK] ^= 1
        file.seek(100_000)
        file.seek(0)
        with pytest.raises(BadArchive, match="is truncated or damaged"):
            file.read(len(CONTENT) - 80_000)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("size", [10, len(CONTENT)])
def test_full_disk_is_reported(size: int) -> None:
    """pyrage itself ignores an error of its last write."""
    with pytest.raises(OSError, match="No space") as error:
        _encrypt(Path("/dev/full"), CONTENT[:size])
    assert error.value.errno == errno.ENOSPC


def _encrypt(path: Path, content: bytes) -> None:
    with encrypting(path, [PUBLIC]) as stream:
        stream.write(content)


def test_error_of_the_writer_is_not_hidden(tmp_path: Path) -> None:
    def interrupted() -> None:
        with encrypting(tmp_path / "a.age", [PUBLIC]) as stream:
            stream.write(CONTENT)
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()

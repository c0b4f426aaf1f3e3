"""Keys of encrypted archives: recipients, which encrypt, and identities, which decrypt.

They have the formats of age (https://age-encryption.org/v1): X25519 keys, and SSH keys of the types ed25519 and rsa.
"""

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from backend.app.kit import clock
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile, whole_file

MAX_KEY_FILE = 1_000_000
"""Most bytes of a file with keys."""

SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - the beginning of every secret key
_X25519, _SSH, _SSH_FILE = "age1", "ssh-", b"-----BEGIN OPENSSH"
_ENCRYPTED = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")

AskPassphrase = Callable[[str], str]
"""Callback that asks for the passphrase of the file with this name."""


@dataclass(frozen=True, slots=True)
class AgeRecipient:
    """A public key, as text and as the object that encrypts."""

    text: str
    key: Any = field(compare=False)


@dataclass(frozen=True, slots=True)
class Identities:
    """Secret keys, and the name of their file in messages."""

    name: str
    keys: tuple[Any, ...] = field(repr=False)


def is_encrypted(head: bytes) -> bool:
    """Return whether a file that begins with these bytes is in the age format."""
    return head.startswith(_ENCRYPTED)


# Recipients


def read_recipients(texts: Iterable[str]) -> list[AgeRecipient]:
    """Return the recipients that the texts name: each is a recipient, or a file with one in each line.

    Raises BadInput, which never quotes a secret key.
    """
    found: dict[str, AgeRecipient] = {}
    for text in texts:
        if text.strip().startswith(SECRET):
            raise BadInput(
                "a secret key was given where a recipient belongs; name its public key (age1…), and replace the secret "
                "key, because other users of this machine may have seen it"
            )
        is_key = text.startswith((_X25519, _SSH)) and not _is_file(text)
        for each in [_recipient(text, text)] if is_key else _recipients_in(Path(text)):
            found.setdefault(each.text, each)
    return list(found.values())


def _is_file(text: str) -> bool:
    """Return whether a text names a file. A long key is too long a name for one."""
    try:
        return Path(text).exists()
    except OSError:
        return False


def _recipients_in(path: Path) -> Iterable[AgeRecipient]:
    lines = _key_lines(_content(path, private=False), path)
    if not lines:
        raise BadInput(f"{path} names no recipient; write one in each line, like age1…")
    return [_recipient(line, f"{path}, line {number}") for number, line in lines]


def _recipient(text: str, where: str) -> AgeRecipient:
    if text.startswith(SECRET):
        raise BadInput(f"{where} is a secret key; write its public key, which begins with {_X25519}")
    kind = pyrage.ssh.Recipient if text.startswith(_SSH) else pyrage.x25519.Recipient
    try:
        return AgeRecipient(" ".join(text.split()[:2]), kind.from_str(text))
    except pyrage.RecipientError:
        raise BadInput(
            f"{where} is not a recipient; write an age key (age1…) or an SSH key (ssh-ed25519 … or ssh-rsa …); keys of "
            "age plugins are not supported"
        ) from None


# Identities


def read_identities(path: Path, ask: AskPassphrase) -> Identities:
    """Read the secret keys in a file. Raises BadInput, also if other users can read it.

    `ask` is called if the file is itself encrypted with a passphrase.
    """
    content = _content(path, private=True)
    if is_encrypted(content):
        try:
            content = pyrage.passphrase.decrypt(content, ask(str(path)))
        except pyrage.DecryptError:
            raise BadInput(f"{path} cannot be opened: the passphrase is wrong, or the file is damaged") from None
    if content.startswith(_SSH_FILE):
        return Identities(str(path), (_ssh_identity(content, path),))
    keys = [_identity(line, f"{path}, line {number}") for number, line in _key_lines(content, path)]
    if not keys:
        raise BadInput(f"{path} holds no secret key; it must have a line that begins with {SECRET}1")
    return Identities(str(path), tuple(keys))


def _ssh_identity(content: bytes, path: Path) -> Any:
    try:
        return pyrage.ssh.Identity.from_buffer(content)
    except pyrage.IdentityError as error:
        reason = (
            "is protected with a passphrase; remove it from a copy with ssh-keygen -p"
            if "decrypted first" in str(error)
            else "is not an SSH key of type ed25519 or rsa"
        )
        raise BadInput(f"{path} {reason}") from None


def _identity(line: str, where: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(line)
    except pyrage.IdentityError:
        pass
    if line.startswith((_X25519, _SSH)):
        raise BadInput(f"{where} is a recipient, which only encrypts; the secret key begins with {SECRET}1")
    raise BadInput(f"{where} is not a secret key of age, which begins with {SECRET}1; age plugins are not supported")


def new_identity(output: OutputFile, passphrase: str | None) -> str:
    """Write a new secret key to a file that only its owner can read, and return the recipient.

    With a passphrase, the file is encrypted with it. Raises the errors of `whole_file`.
    """
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    content = f"# created: {clock.now()}\n# public key: {recipient}\n{identity}\n".encode()
    if passphrase is not None:
        content = pyrage.passphrase.encrypt(content, passphrase, armored=True)
    with whole_file(output, private=True) as temp, temp.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return recipient


def recipients_of(identities: Identities) -> list[str]:
    """Return the recipients of secret keys. Raises BadInput for an SSH key, whose public key is in its own file."""
    if not all(isinstance(key, pyrage.x25519.Identity) for key in identities.keys):
        raise BadInput(f"{identities.name} is an SSH key; its recipient is in the file {identities.name}.pub")
    return [str(key.to_public()) for key in identities.keys]


def throwaway_pair() -> tuple[AgeRecipient, Identities]:
    """Return a new pair of keys that is never stored."""
    identity = pyrage.x25519.Identity.generate()
    public = identity.to_public()
    return AgeRecipient(str(public), public), Identities("this process", (identity,))


# Files of keys


def _content(path: Path, *, private: bool) -> bytes:
    """Read a file of keys. A private one is refused if other users can read it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISDIR(mode):
                raise BadInput(f"{path} is a directory; name a file with keys")
            if private and os.name != "nt" and stat.S_IMODE(mode) & 0o077:
                raise BadInput(f"other users can read or change {path}, which holds a secret key: chmod 600 it first")
            content = file.read(MAX_KEY_FILE + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MAX_KEY_FILE:
        raise BadInput(f"{path} is too large for a file of keys")
    return content


def _key_lines(content: bytes, path: Path) -> list[tuple[int, str]]:
    """Return the lines that are neither empty nor comments, with their numbers."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not a file of keys") from None
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if line and not line.startswith("#")]

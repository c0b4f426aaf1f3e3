"""Keys of encrypted archives: recipients and identities, and what is refused without quoting a secret."""

import os
import stat
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from backend.app.kit.archive.age_keys import (
    Identities,
    new_identity,
    read_identities,
    read_recipients,
    recipients_of,
    throwaway_pair,
)
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.output.output_file import named_file
from backend.tests.kit.archive import quick_passphrases
from backend.tests.promises import promise

SSH_KEYS: dict[str, Ed25519PrivateKey | rsa.RSAPrivateKey] = {
    "ed25519": Ed25519PrivateKey.generate(),
    "rsa": rsa.generate_private_key(65537, 2048),
}


PROTECTED = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDStBrWcu
tQry7+wt72QqihAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIC4AcUUfT3SPG1jJ
iHZ3RWu9edf6gpcXL/ADHy4BiIn6AAAAkM9QnSEoeyS/sWdPZdLXB1JLgseHTeuJkkcUkz
GA8W840GQb8vM5P4UUgLJBk3Ixo1ORyr9KMBrmCKkDU6cVVSHQU7UhsC6pg5EBaIuOsyWk
YnAbB02NOglnu/sc1FW6q5Cs7y0/Ic9WP6DzWP1kL8DJiODH/jI4B9xpvB0US+S5k9er8f
7FH5hX97YOCh/50g==
-----END OPENSSH PRIVATE KEY-----
"""
"""An SSH key with the passphrase `hello`, made for these tests with ssh-keygen."""


def never(path: str) -> str:
    raise AssertionError(f"asked for the passphrase of {path}")


def private(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


def ssh_secret(kind: str) -> bytes:
    return SSH_KEYS[kind].private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def ssh_public(kind: str) -> str:
    return SSH_KEYS[kind].public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def sentence_of(act: object, *arguments: object) -> str:
    assert callable(act)
    with pytest.raises(BadInput) as refused:
        act(*arguments)
    assert "\n" not in refused.value.detail
    return refused.value.detail


def test_new_key_is_private_and_opens_what_its_recipient_encrypts(tmp_path: Path) -> None:
    path = tmp_path / "a key.txt"
    recipient = new_identity(named_file(path), None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    identities = read_identities(path, never)
    assert recipients_of(identities) == [recipient]
    (found,) = read_recipients([recipient, recipient])
    assert pyrage.decrypt(pyrage.encrypt(b"text", [found.key]), list(identities.keys)) == b"text"
    with pytest.raises(Conflict, match="already exists"):
        named_file(path)


def test_key_with_a_passphrase_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    recipient = new_identity(named_file(path), "correct horse")
    assert b"AGE-SECRET-KEY" not in path.read_bytes()
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return "correct horse"

    assert recipients_of(read_identities(path, ask)) == [recipient]
    assert asked == [str(path)]


def test_key_with_another_passphrase_is_refused(tmp_path: Path) -> None:
    secret = str(pyrage.x25519.Identity.generate()).encode()
    path = private(tmp_path / "key.txt", quick_passphrases.encrypt(secret, "correct horse"))
    assert recipients_of(read_identities(path, lambda _: "correct horse"))
    assert "the passphrase is wrong" in sentence_of(read_identities, path, lambda _: "other")


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_ssh_keys_are_recipients_and_identities(tmp_path: Path, kind: str) -> None:
    public = private(tmp_path / "id.pub", f"{ssh_public(kind)} dana@office\n")
    (recipient,) = read_recipients([str(public)])
    assert recipient == read_recipients([ssh_public(kind)])[0]
    secret = private(tmp_path / "id", ssh_secret(kind))
    identities = read_identities(secret, never)
    assert pyrage.decrypt(pyrage.encrypt(b"text", [recipient.key]), list(identities.keys)) == b"text"
    assert f"its recipient is in the file {secret}.pub" in sentence_of(recipients_of, identities)
    private(secret, PROTECTED)
    assert "ssh-keygen -p" in sentence_of(read_identities, secret, never)
    private(secret, b"-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense")
    assert "is not an SSH key of type" in sentence_of(read_identities, secret, never)


@pytest.mark.parametrize("key", ["ssh-rsa " + "A" * 400, "age1" + "q" * 400])
def test_key_that_is_too_long_for_a_file_name_is_read_as_a_key(key: str) -> None:
    assert "is not" in sentence_of(read_recipients, [key])


def test_file_of_recipients_has_one_in_each_line(tmp_path: Path) -> None:
    one, other = throwaway_pair()[0], throwaway_pair()[0]
    path = private(tmp_path / "recipients.txt", f"# Dana\n{one.text}\n\n  {other.text}  \r\n{one.text}\n")
    assert read_recipients([str(path), other.text]) == [one, other]
    private(path, f"{one.text}\nage1nobody\n")
    assert f"{path}, line 2 is not a recipient" in sentence_of(read_recipients, [str(path)])
    private(path, "# nobody\n")
    assert "names no recipient" in sentence_of(read_recipients, [str(path)])


@promise("Backups and transfers", "Secret keys are refused if other users can read them, and are never printed.")
def test_secret_key_in_place_of_a_recipient_is_not_quoted(tmp_path: Path) -> None:
    secret = str(pyrage.x25519.Identity.generate())
    path = private(tmp_path / "key.txt", secret)
    for text in (secret, f" {secret}", str(path)):
        assert secret not in sentence_of(read_recipients, [text])
    assert secret not in repr(read_identities(path, never))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@promise("Backups and transfers", "Secret keys are refused if other users can read them, and are never printed.")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o777])
def test_secret_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = private(tmp_path / "key.txt", str(pyrage.x25519.Identity.generate()))
    path.chmod(mode)
    assert "chmod 600" in sentence_of(read_identities, path, never)


def test_files_without_a_secret_key_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    assert "cannot be read: No such file" in sentence_of(read_identities, path, never)
    assert "cannot be read: Is a directory" in sentence_of(read_identities, tmp_path, never)
    faults: dict[str | bytes, str] = {
        "": "holds no secret key",
        "# nothing": "holds no secret key",
        throwaway_pair()[0].text: "line 1 is a recipient, which only encrypts",
        "AGE-SECRET-KEY-1NONSENSE": "line 1 is not a secret key of age",
        "AGE-PLUGIN-YUBIKEY-1QQQ": "age plugins are not supported",
        b"\xff\xfe": "is not a file of keys",
        b"x" * 1_000_001: "is too large",
    }
    for content, reason in faults.items():
        private(path, content)
        sentence = sentence_of(read_identities, path, never)
        assert reason in sentence
        assert "NONSENSE" not in sentence


def test_recipients_of_several_keys(tmp_path: Path) -> None:
    pair = [pyrage.x25519.Identity.generate() for _ in range(2)]
    path = private(tmp_path / "key.txt", "\n".join(map(str, pair)))
    assert recipients_of(read_identities(path, never)) == [str(each.to_public()) for each in pair]
    assert isinstance(read_identities(path, never), Identities)

"""Files of age that a passphrase opens at once: pyrage chooses the work so that it takes a second and much memory.

The format is that of https://age-encryption.org/v1, for content of one chunk.
"""

import hashlib
import hmac
import os
from base64 import b64encode

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LOG_N = 4
"""Logarithm of the work."""

CHUNK = 64 << 10


def encrypt(content: bytes, passphrase: str, *, armored: bool = False) -> bytes:
    """Encrypt like `pyrage.passphrase.encrypt`, with the least work."""
    assert len(content) <= CHUNK
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    salted = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(passphrase.encode(), salt=salted, n=1 << LOG_N, r=8, p=1, dklen=32)
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (_text(salt), LOG_N, _text(wrapped))
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    encrypted = header + b" %b\n" % _text(mac) + nonce + payload.encrypt(bytes(11) + b"\x01", content, None)
    return _armored(encrypted) if armored else encrypted


def _armored(data: bytes) -> bytes:
    text = b64encode(data)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    name = b"AGE ENCRYPTED FILE"
    return b"\n".join([b"-----BEGIN %b-----" % name, *lines, b"-----END %b-----" % name, b""])


def _text(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(key)

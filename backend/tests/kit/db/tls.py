"""TLS for the PostgreSQL of the tests: certificates made here, and a server on loopback that ends TLS in front of it.

The wheel with PostgreSQL is built without TLS. So the client's side is the real one, from the URL to the verification
by libpq, and the server's side is a real PostgreSQL behind a small server that answers SSLRequest and decrypts, as
poolers and load balancers do (https://www.postgresql.org/docs/current/protocol-message-formats.html).
"""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_SSL_REQUEST, _GSS_REQUEST = 80877103, 80877104


class CertificateAuthority:
    """A certificate authority of its own. `file` has its certificate."""

    def __init__(self, file: Path) -> None:
        self.file, self._key = file, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority {file.stem}")])
        made = self._begun(self._name, self._key).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def _begun(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    def context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context, with a certificate for these names and 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        valid_for = [*(x509.DNSName(name) for name in names), x509.IPAddress(ip_address("127.0.0.1"))]
        made = self._begun(subject, key).add_extension(x509.SubjectAlternativeName(valid_for), False)
        file = self.file.with_name(f"server-{self.file.stem}-{'-'.join(names)}.pem")
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@contextmanager
def tls_in_front(socket_file: Path, context: ssl.SSLContext) -> Iterator[int]:
    """Serve TLS on a port of 127.0.0.1 and pass everything on to a Unix socket. Yield the port.

    A client that does not ask for TLS is disconnected.
    """
    loop = asyncio.new_event_loop()
    running: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = loop.create_task(_serve(reader, writer, socket_file, context))
        running.add(task)
        task.add_done_callback(running.discard)

    server = loop.run_until_complete(asyncio.start_server(accept, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server, running), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server, running: set[asyncio.Task[None]]) -> None:
    server.close()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, socket_file: Path, context: ssl.SSLContext
) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):  # a client that does not like the certificate goes away
        try:
            while (wanted := int.from_bytes((await reader.readexactly(8))[4:])) == _GSS_REQUEST:
                writer.write(b"N")
            if wanted != _SSL_REQUEST:
                return
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(context)
            to_server = await asyncio.open_unix_connection(socket_file)
            await asyncio.gather(_pass_on(reader, to_server[1]), _pass_on(to_server[0], writer))
        finally:
            writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while block := await reader.read(65_536):
            writer.write(block)
            await writer.drain()
    finally:
        writer.close()

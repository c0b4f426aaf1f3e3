"""`python -m bench.provider_double`: an HTTP server on loopback that accepts every message, as Twilio does.

It prints its port, and serves until its standard input ends.
"""

import asyncio
import json
import re
import sys
from itertools import count

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_numbers = count(1)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            found = _LENGTH.search(head)
            await reader.readexactly(int(found[1]) if found else 0)
            body = json.dumps({"sid": f"SM{next(_numbers):032x}", "status": "queued", "error_code": None}).encode()
            lines = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            writer.write(lines % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())

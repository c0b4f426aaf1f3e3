"""`python -m bench.provider_double`: an HTTP server on loopback that accepts every message, as Twilio does.

It prints its port, and serves until its standard input ends. GET returns when the messages of each number arrived since
the last GET (seconds since 1970).
"""

import asyncio
import json
import re
import sys
import time
from collections import defaultdict
from itertools import count
from urllib.parse import parse_qs

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_numbers = count(1)
_arrivals: defaultdict[str, list[float]] = defaultdict(list)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            found = _LENGTH.search(head)
            form = await reader.readexactly(int(found[1]) if found else 0)
            body = json.dumps(_accept(form.decode()) if form else _take_arrivals()).encode()
            lines = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            writer.write(lines % (b"201 Created" if form else b"200 OK", len(body)) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _accept(form: str) -> dict[str, str | None]:
    _arrivals[parse_qs(form)["From"][0]].append(time.time())
    return {"sid": f"SM{next(_numbers):032x}", "status": "queued", "error_code": None}


def _take_arrivals() -> dict[str, list[float]]:
    found = dict(_arrivals)
    _arrivals.clear()
    return found


async def main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())

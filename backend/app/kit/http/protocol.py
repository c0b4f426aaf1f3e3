"""HTTP protocol of `valhalla serve`: uvicorn's, with a limit on the size of a request head.

uvicorn's fast parser accepts heads and trailers of any length, in quadratic time. A single endless header line could
stop the service before any token is checked.
"""

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from backend.app.kit.errors import BadInput
from backend.app.kit.http.responses import problem
from backend.app.kit.ids import new_request_id

MAX_HEAD = 65_536

log = structlog.get_logger("http")


class BoundedProtocol(HttpToolsProtocol):
    """Protocol that closes a connection sending more than 64 KB without completing a head or a piece of a body."""

    _unfinished = 0

    def data_received(self, data: bytes) -> None:
        self._unfinished += len(data)
        super().data_received(data)
        # Callbacks of parts that this data completed have reset the count.
        if self._unfinished > MAX_HEAD and not self.transport.is_closing():
            self._refuse_head()

    def on_headers_complete(self) -> None:
        self._unfinished = 0
        super().on_headers_complete()
        # Trailers would be appended to the head that was just handed over, and could pass for any header.
        if not self.parser.should_upgrade():
            self.headers = []

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Send the response as a problem document. uvicorn's own response is plain text."""
        request_id, client = new_request_id(), self.client[0] if self.client else "unknown"
        log.info("refused", request_id=request_id, status=400, client=client, detail=msg)
        response = problem(BadInput(msg), request_id)
        head = [b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n"]
        for name, value in response.start(request_id)["headers"]:
            head += [name, b": ", value, b"\r\n"]
        self.transport.write(b"".join([*head, b"\r\n", response.body]))
        self.transport.close()

    def _refuse_head(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.send_400_response(f"the head of the request is longer than {MAX_HEAD} bytes")
        else:
            self.transport.abort()  # a response is in progress: a second one would be read as part of it

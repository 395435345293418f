"""A server on a free port of this machine, for clients that cannot be patched and for other processes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock, Thread
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.rest.messages import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import Message
    from io import BufferedIOBase

    from pytest_minivoice.cloud.rest.messages import ApiResponse

_HOST = "127.0.0.1"


@contextmanager
def served(answer: Callable[[str, str, Mapping[str, str], bytes], ApiResponse]) -> Iterator[str]:
    """Serve on 127.0.0.1 until the context ends. Meanwhile the environment says that no proxy is to be asked for it.

    Args:
        answer: Answers by method, URL, headers and body; called by one request at a time.

    Yields:
        The server's URL.
    """
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # noqa: PLC0415 - only when asked for

    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            try:
                body = _body(self.rfile, self.headers)
            except ValueError:
                self.close_connection = True
                self.send_error(400)
                return
            try:
                with lock:
                    found = answer(self.command, f"{url}{self.path}", dict(self.headers.items()), body)
            except NetworkFailure:
                self.close_connection = True
                return
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(found.body)

        def __getattr__(self, name: str) -> Callable[[], None]:
            if not name.startswith("do_"):  # http.server looks for do_GET and the like
                raise AttributeError(name)
            return self._answer

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing: requests are recorded and logged by the API."""

    server = ThreadingHTTPServer((_HOST, 0), Handler)
    server.daemon_threads = True
    # A client may keep its connection open for longer than the test lasts; nobody waits for it.
    server.block_on_close = False
    url = f"http://{_HOST}:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="minivoice-api", daemon=True)
    thread.start()
    try:
        with _no_proxy():
            yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _no_proxy() -> Iterator[None]:
    """Let clients of this process, and of those that it starts, ask this machine itself where a proxy is set.

    Both names are set: some clients read one, some the other, and most the first that is there.
    """
    before = {name: os.environ.get(name) for name in ("no_proxy", "NO_PROXY")}
    known = before["no_proxy"] or before["NO_PROXY"]
    os.environ.update(dict.fromkeys(before, f"{known},{_HOST}" if known else _HOST))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _body(stream: BufferedIOBase, headers: Message) -> bytes:
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        length = int(headers.get("Content-Length") or 0)
        if length < 0:
            message = f"Content-Length is {length}"
            raise ValueError(message)
        return stream.read(length)
    chunks = []
    while size := int(stream.readline().partition(b";")[0], 16):
        chunks.append(stream.read(size))
        stream.readline()
    while stream.readline().strip():
        pass
    return b"".join(chunks)

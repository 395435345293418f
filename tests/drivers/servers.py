"""A server on a loopback port, in a thread, that counts its connections."""

from __future__ import annotations

from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator


class Server(ThreadingMixIn, WSGIServer):
    """Serve each connection in a thread of its own, and keep it open."""

    daemon_threads = True
    connections = 0

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)


class Handler(WSGIRequestHandler):
    """Answer requests on a connection until it is closed; wsgiref's own handler answers one."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle(self):
        self.close_connection = False
        while not self.close_connection:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                return
            handler = ServerHandler(self.rfile, self.wfile, self.get_stderr(), self.get_environ())
            handler.http_version = "1.1"
            handler.request_handler = self
            handler.run(self.server.get_app())
            if self.server.closes_connections:
                self.close_connection = True

    def log_message(self, *parts: object) -> None:
        """Print nothing."""


@contextmanager
def serving(app, *, closes_connections: bool = False) -> Iterator[Server]:
    """Serve a WSGI application; with `closes_connections` each connection is closed after one answer, unannounced."""
    with make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Handler) as server:
        server.closes_connections = closes_connections
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

"""A small web server for pages rendered in a test, with the project's security policy."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.csp import build_policy

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}


class Host:
    """Hands out `pages` (path to HTML) and static files, and notes the paths of `posts`.

    A post is answered with a redirect to `elsewhere`: the same server under another name,
    hence another origin to the browser.
    """

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.posts: list[str] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host._get(self)

            def do_POST(self) -> None:
                host._post(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{port}"
        self.elsewhere = f"http://localhost:{port}/elsewhere"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path
        found = finders.find(path.removeprefix("/static/")) if "/static/" in path else None
        if found:
            with open(found, "rb") as file:  # noqa: PTH123 (the finder's answer is a str)
                _send(request, file.read(), KINDS[path.rpartition(".")[2]])
        else:
            page = self.pages.get(path, "<!DOCTYPE html><title>elsewhere</title>")
            _send(request, page.encode(), "text/html; charset=utf-8")

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers["Content-Length"]))
        self.posts.append(request.path)
        request.send_response(303)
        request.send_header("Location", self.elsewhere)
        request.send_header("Content-Length", "0")
        request.end_headers()


def _send(request: BaseHTTPRequestHandler, body: bytes, kind: str) -> None:
    request.send_response(200)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(body)))
    request.send_header("Content-Security-Policy", build_policy(settings.SECURE_CSP))
    request.end_headers()
    request.wfile.write(body)

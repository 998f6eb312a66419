"""A small OpenID provider on this machine, which vouches for whomever a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt


class Provider:
    """``claims``: what the provider says about the person who signs in; ``url``: the issuer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.claims: dict[str, Any] = {}

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("/.well-known/openid-configuration"):
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{self.url}/{end}" for name, end in places.items()}
            return found | {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        if path.startswith("/token"):
            now = int(time.time())
            token = {"iss": self.url, "aud": "komma", "iat": now, "exp": now + 60} | self.claims
            id_token = jwt.encode(token, "x" * 32, algorithm="HS256")
            return {"access_token": "a", "token_type": "Bearer", "id_token": id_token}
        return self.claims


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(provider.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()

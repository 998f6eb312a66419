"""A lean HTTP client: one kept connection, cookies by hand.

``http.client`` parses headers with the mail parser and would take a good part of the two cores
that it is to measure. Just enough of RFC 9112 and RFC 6265 for our own server.
"""

import re
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

type Fields = Mapping[str, str | Sequence[str]]
type Files = Mapping[str, tuple[str, bytes]]

_TIMEOUT: Final = 30.0  # seconds
_CSRF: Final = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
REDIRECTS: Final = {301, 302, 303}


class Unexpected(Exception):  # noqa: N818 - reads as a finding
    """The server answered something else than the benchmark relies on."""


@dataclass(frozen=True)
class Answer:
    """One answer; ``seconds`` from the first byte sent to the last one received."""

    status: int
    location: str
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()

    def expect(self, status: int, location: str = "") -> "Answer":
        """Return itself if status and address of a redirect (a pattern) are the expected ones.

        Raises:
            Unexpected: they are not; the message holds the beginning of the page's text.
        """
        if self.status == status and re.search(location, self.location):
            return self
        words = re.sub(r"(?s)<(script|style|title).*?</\1>|<[^>]*>|\s+", " ", self.text)
        message = f"{self.status} {self.location}, not {status} {location}: "
        raise Unexpected(message + re.sub(" +", " ", words)[:1500])


class Client:
    """One browser. Not for use by several threads."""

    def __init__(self, port: int, number: int = 1) -> None:
        """``number`` (1 to 254) gives each client an address of its own, as limits count by it."""
        self._port = port
        self._address = f"127.0.0.{number}"
        self._socket: socket.socket | None = None
        self._cookies: dict[str, tuple[str, str]] = {}  # name: (path, value)
        self._csrf = ""

    def get(self, target: str) -> Answer:
        answer = self._exchange("GET", target, b"")
        if token := _CSRF.search(answer.body):
            self._csrf = token[1].decode()
        return answer

    def post(self, target: str, fields: Fields | None = None, files: Files | None = None) -> Answer:
        """Post a form with the token of the last page that had one."""
        given = {"csrfmiddlewaretoken": self._csrf, **(fields or {})}
        if files is None:
            body = urlencode(given, doseq=True).encode()
            return self._exchange("POST", target, body, "application/x-www-form-urlencoded")
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        return self._exchange("POST", target, _multipart(given, files), kind)

    def forget(self) -> None:
        """Become a new browser on the same connection."""
        self._cookies.clear()
        self._csrf = ""

    def copy_cookies(self, other: "Client") -> None:
        """Share another client's session."""
        self._cookies = dict(other._cookies)
        self._csrf = other._csrf

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, method: str, target: str, body: bytes, kind: str = "") -> Answer:
        head = [f"{method} {target} HTTP/1.1", "Host: localhost"]
        if cookies := self._matching(urlsplit(target).path):
            head.append(f"Cookie: {cookies}")
        if method == "POST":
            head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        request = "\r\n".join(head).encode() + b"\r\n\r\n" + body
        started = time.perf_counter()
        try:
            headers, content = self._send(request)
        except (OSError, EOFError):
            self.close()
            raise
        seconds = time.perf_counter() - started
        status = int(headers[0].split(" ", 2)[1])
        location = ""
        for line in headers[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "location":
                location = value
            elif name.lower() == "set-cookie":
                self._keep(value)
        return Answer(status, location, content, seconds)

    def _send(self, request: bytes) -> tuple[list[str], bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(
                ("127.0.0.1", self._port), _TIMEOUT, source_address=(self._address, 0)
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        headers = received[:end].decode("latin-1").split("\r\n")
        size = _length(headers)
        while len(received) < end + 4 + size:
            received += self._more()
        return headers, bytes(received[end + 4 :])

    def _more(self) -> bytes:
        assert self._socket is not None
        if data := self._socket.recv(65536):
            return data
        raise EOFError("The server has closed the connection.")

    def _matching(self, path: str) -> str:
        return "; ".join(
            f"{name}={value}"
            for name, (scope, value) in self._cookies.items()
            if path.startswith(scope)
        )

    def _keep(self, header: str) -> None:
        pair, *attributes = header.split("; ")
        name, _, value = pair.partition("=")
        named = dict(attribute.lower().partition("=")[::2] for attribute in attributes)
        if named.get("max-age") == "0":
            self._cookies.pop(name, None)
        else:
            self._cookies[name] = (named.get("path", "/"), value)


_BOUNDARY: Final = "komma-benchmark"


def _multipart(fields: Fields, files: Files) -> bytes:
    parts = [
        _part(f'name="{name}"', value.encode())
        for name, given in fields.items()
        for value in ([given] if isinstance(given, str) else given)
    ]
    for name, (file_name, content) in files.items():
        parts.append(_part(f'name="{name}"; filename="{file_name}"', content))
    return b"".join([*parts, f"--{_BOUNDARY}--\r\n".encode()])


def _part(disposition: str, content: bytes) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def _length(headers: list[str]) -> int:
    for line in headers:
        if line[:15].lower() == "content-length:":
            return int(line[15:])
    return 0

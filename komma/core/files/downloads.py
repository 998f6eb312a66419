"""Handing out opened files such that the browser saves them and never shows or runs them."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from komma.core.files.names import clean_name


def safe_download(
    chunks: Iterator[bytes], *, name: str, size: int | None = None
) -> StreamingHttpResponse:
    """Return an attachment of opaque type; with ``size`` a cut-off download is noticed.

    The stream runs after the transaction: ``chunks`` must not touch the database.
    """
    response = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=clean_name(name))
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if size is not None:
        response.headers["Content-Length"] = str(size)
    return response

"""The official register: reading 11,400 invented places in, and finding one among them."""

import time
from itertools import cycle
from typing import Final

from benchmarks.client import Client
from benchmarks.installation import Installation
from benchmarks.load import Bench

# A common beginning, one written in another way, a key, a postcode, and nothing at all.
_TYPED: Final = ("Neu", "Gross+Muehl", "St.+Berg", "Oberdorf+an+der+Ach", "01100", "00042", "Xyz")


def measure(bench: Bench, made: Installation) -> None:
    """Read a register in while the server runs, then search on a public page."""
    from tests.factories import register

    file = made.directory / "register.txt"
    file.write_bytes(register.content(register.full_size()))
    started = time.monotonic()
    made.run("komma.config.command", "gemeinden", str(file))
    bench.add("register import, 11,400 places", time.monotonic() - started, "s", None, "15 s")
    with made.owner() as owner:
        owner.execute("VACUUM ANALYZE")
    typed = cycle(_TYPED)

    def search(client: Client) -> float:
        return client.get(f"/kommunen/?q={next(typed)}").expect(200).seconds

    bench.page("town search", search, aim="50 ms")

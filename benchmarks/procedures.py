"""Procedures: putting a draft of 60 steps in force."""

import re
from typing import Final

from benchmarks.client import Client, Unexpected
from benchmarks.load import Bench, connected
from benchmarks.pages import sign_in
from benchmarks.seed import PROCEDURE, STEPS, Account

_EDIT: Final = f"/verfahren/{PROCEDURE}/bearbeiten/"
_MARK: Final = re.compile(r'name="mark" value="([^"]+)"')


def publishing(bench: Bench, account: Account) -> None:
    """The request that checks and publishes; beginning the draft does not count."""
    with connected(bench.port) as signed_in:
        sign_in(signed_in, account)

        def publish(client: Client) -> float:
            client.get(_EDIT).expect(200)
            client.post(_EDIT).expect(302, "/bearbeiten/$")
            page = client.get(f"{_EDIT}veroeffentlichen/").expect(200)
            found = _MARK.search(page.text)
            if found is None:
                raise Unexpected("The draft is not shown.")
            fields = {"mark": found[1], "change_note": "Gemessen.", "sure": "on"}
            answer = client.post(f"{_EDIT}veroeffentlichen/", fields)
            return answer.expect(302, f"/verfahren/{PROCEDURE}/$").seconds

        def as_signed_in(client: Client) -> None:
            client.copy_cookies(signed_in)

        name = f"publishing {STEPS} steps"
        bench.page(name, publish, aim="100 ms", prepare=as_signed_in)

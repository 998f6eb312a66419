"""Pages that everybody reads, and those of staff with many cases."""

import re
from itertools import cycle
from typing import Final

from benchmarks.client import Client, Unexpected
from benchmarks.load import Bench, connected
from benchmarks.seed import NEEDLE, TASKS, Account

_CASE: Final = re.compile(r"/faelle/[0-9a-f]{8}-[0-9a-f-]{27}/")


def start_page(bench: Bench) -> None:
    """The public start page, alone and with four readers."""

    def visit(client: Client) -> float:
        return client.get("/").expect(200).seconds

    bench.page("start page", visit, aim="5 ms")
    bench.page("start page", visit, aim="", clients=4)


def case_pages(bench: Bench, account: Account) -> None:
    """List, page and search of cases, signed in as somebody who holds keys of all cases."""
    with connected(bench.port) as signed_in:
        sign_in(signed_in, account)
        listed = signed_in.get("/faelle/").expect(200).text
        cases = cycle(sorted(set(_CASE.findall(listed))))

        def case_list(client: Client) -> float:
            return client.get("/faelle/").expect(200).seconds

        def case_page(client: Client) -> float:
            return client.get(next(cases)).expect(200).seconds

        def search(client: Client) -> float:
            answer = client.post("/faelle/suche/", {"text": NEEDLE}).expect(200)
            if answer.text.count(NEEDLE) < 2:  # once in the field, and in each find
                raise Unexpected("The search finds nothing.")
            return answer.seconds

        def as_signed_in(client: Client) -> None:
            client.copy_cookies(signed_in)

        bench.page("case list", case_list, aim="30 ms", prepare=as_signed_in)
        bench.page("case list", case_list, aim="", clients=4, prepare=as_signed_in)
        bench.page("case page", case_page, aim="15 ms", prepare=as_signed_in)
        bench.page("case page", case_page, aim="", clients=4, prepare=as_signed_in)
        bench.page("search in opened cases", search, aim="500 ms", prepare=as_signed_in)


def task_pages(bench: Bench, account: Account, case: str) -> None:
    """The list of somebody's many tasks, and a case that is led to the last step."""
    with connected(bench.port) as signed_in:
        sign_in(signed_in, account)
        mine = re.search(r"Meine \((\d+)", signed_in.get("/aufgaben/").expect(200).text)
        if mine is None or int(mine[1]) < TASKS:
            raise Unexpected("There are not as many tasks as there should be.")
        if "12 von 13 Schritten getan" not in signed_in.get(f"/faelle/{case}/").text:
            raise Unexpected("The case is not led to its last step.")

        def task_list(client: Client) -> float:
            return client.get("/aufgaben/").expect(200).seconds

        def case_page(client: Client) -> float:
            return client.get(f"/faelle/{case}/").expect(200).seconds

        def procedure_page(client: Client) -> float:
            return client.get(f"/faelle/{case}/verfahren/").expect(200).seconds

        def as_signed_in(client: Client) -> None:
            client.copy_cookies(signed_in)

        bench.page(f"{TASKS} open tasks", task_list, aim="", prepare=as_signed_in)
        bench.page("case with a full procedure", case_page, aim="", prepare=as_signed_in)
        bench.page("procedure of a case", procedure_page, aim="", prepare=as_signed_in)


def sign_in(client: Client, account: Account) -> None:
    """Sign in with the password, which opens the vault in the same step."""
    client.get("/anmelden/").expect(200)
    fields = {"login": account.email, "password": account.password}
    client.post("/anmelden/", fields).expect(302, "/start/$")

"""Several clients at once, and the bare view beside everything."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.client import Client, Unexpected
from benchmarks.figures import Figure, median, p95
from benchmarks.memory import Groups, processor_time

type Visit = Callable[[Client], float]
"""One visit of a page or a path; returns the seconds that count."""

type Prepare = Callable[[Client], None]


@dataclass
class Load:
    """What some clients experienced together; ``errors`` are visits that failed.

    ``seconds`` of each visit, ``duration`` of all; ``busy``: processor time that the server used.
    """

    seconds: list[float] = field(default_factory=list)
    duration: float = 0.0
    busy: float = 0.0
    errors: list[Exception] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Completed visits per second."""
        return len(self.seconds) / self.duration

    @property
    def cost(self) -> float:
        """Processor time of web server and database per completed visit, in milliseconds."""
        return self.busy / len(self.seconds) * 1000

    def add(self, other: "Load") -> None:
        """Count another load of the same kind in."""
        self.seconds += other.seconds
        self.duration += other.duration
        self.busy += other.busy
        self.errors += other.errors


def nothing(client: Client) -> None:
    """Prepare nothing."""


class Bench:
    """Measures visits of one server and collects the figures."""

    def __init__(self, port: int, groups: Groups, *, seconds: float) -> None:
        """``groups`` is the server; ``seconds`` is the time for one measurement of a page."""
        self.port = port
        self.groups = groups
        self.seconds = seconds
        self.figures: list[Figure] = []

    def add(
        self, name: str, value: float, unit: str, bare: float | None = None, aim: str = ""
    ) -> None:
        """Note one figure."""
        self.figures.append(Figure(name, value, unit, bare, aim))
        print(f"  {name}: {value:.4g} {unit}", flush=True)

    def page(
        self, name: str, visit: Visit, *, aim: str, clients: int = 1, prepare: Prepare = nothing
    ) -> None:
        """Measure a page; the first visits, which compile templates, do not count.

        Raises:
            Exception: a visit failed.
        """
        self.load(visit, clients=clients, seconds=min(0.5, self.seconds), prepare=prepare)
        with self.bare(clients) as bare:
            load = self.load(visit, clients=clients, seconds=self.seconds, prepare=prepare)
        for error in load.errors:
            raise error
        title = f"{name}, {clients} clients" if clients > 1 else name
        seconds = load.seconds
        self.add(f"{title}, median", median(seconds), "ms", median(bare.seconds), aim)
        self.add(f"{title}, p95", p95(seconds), "ms", p95(bare.seconds))
        self.add(f"{title}, processor", load.cost, "ms", bare.cost)

    @contextmanager
    def bare(self, clients: int) -> Iterator[Load]:
        """Measure the bare view before and after the block, since other work comes and goes."""
        seconds = min(1.0, self.seconds / 2)
        found = self.load(visit_bare, clients=clients, seconds=seconds)
        yield found
        found.add(self.load(visit_bare, clients=clients, seconds=seconds))

    def load(
        self, visit: Visit, *, clients: int, seconds: float, prepare: Prepare = nothing
    ) -> Load:
        """Let clients repeat a visit; all start together, each finishes its last one."""
        found = Load()
        start = threading.Barrier(clients + 1)

        def work(number: int) -> None:
            with connected(self.port, number) as client:
                prepare(client)
                start.wait()
                end = time.perf_counter() + seconds
                while time.perf_counter() < end:
                    try:
                        found.seconds.append(visit(client))
                    except (OSError, EOFError, Unexpected) as error:
                        found.errors.append(error)
                        client.close()

        threads = [
            threading.Thread(target=work, args=[number], daemon=True)
            for number in range(1, clients + 1)
        ]
        for thread in threads:
            thread.start()
        before = processor_time(self.groups)
        start.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        found.duration = time.perf_counter() - started
        found.busy = processor_time(self.groups) - before
        return found


@contextmanager
def connected(port: int, number: int = 1) -> Iterator[Client]:
    """A client that is closed after use."""
    client = Client(port, number)
    try:
        yield client
    finally:
        client.close()


def visit_bare(client: Client) -> float:
    """The bare view."""
    return client.get("/bench/bare").expect(200).seconds

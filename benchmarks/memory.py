"""Memory and processor time of the process groups that are measured."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil

type Groups = Mapping[str, Sequence[int]]
"""By name the process ids at the head of each group; all descendants belong to it."""


class MemoryWatch:
    """Samples PSS: shared pages count once, split among the processes that share them.

    Source: ``/proc/<pid>/smaps_rollup`` of each process and all its descendants. The peak is that
    of a group's sum, not the sum of peaks.
    """

    def __init__(self, groups: Groups, *, every: float = 1.0) -> None:
        self._groups = groups
        self._every = every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peaks: dict[str, float] = dict.fromkeys(groups, 0)  # bytes

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            for name, heads in self._groups.items():
                size = sum(_proportional_size(head) for head in heads)
                self.peaks[name] = max(self.peaks[name], size)
            if self._done.wait(self._every):
                return


def processor_time(groups: Groups) -> float:
    """Seconds of processor time that the living processes of all groups have used.

    Unlike elapsed time it hardly changes when other programs keep the machine busy.
    """
    heads = [head for group in groups.values() for head in group]
    return sum(_summed(head, lambda process: sum(process.cpu_times()[:2])) for head in heads)


def _proportional_size(head: int) -> float:
    return _summed(head, lambda process: process.memory_full_info().pss)


def _summed(head: int, measure: Callable[[psutil.Process], float]) -> float:
    found = 0.0
    with suppress(psutil.NoSuchProcess):
        for process in [psutil.Process(head), *psutil.Process(head).children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                found += measure(process)
    return found

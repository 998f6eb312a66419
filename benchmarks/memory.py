"""Peak memory of the process groups while the benchmark runs."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil


class MemoryWatch:
    """Samples PSS: shared pages count once, split among the processes that share them.

    Source: ``/proc/<pid>/smaps_rollup`` of each process and all its descendants. The peak is that
    of a group's sum, not the sum of peaks.
    """

    def __init__(self, groups: Mapping[str, Sequence[int]], *, every: float = 1.0) -> None:
        """``groups`` gives the process ids at the head of each group."""
        self._groups = groups
        self._every = every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peaks: dict[str, int] = dict.fromkeys(groups, 0)  # bytes

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


def _proportional_size(head: int) -> int:
    size = 0
    with suppress(psutil.NoSuchProcess):
        for process in [psutil.Process(head), *psutil.Process(head).children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                size += process.memory_full_info().pss
    return size

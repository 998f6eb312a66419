"""Looking for processes that were left behind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def living_servers(cluster: Path) -> list[int]:
    """Process ids that work in a cluster directory; zombies have no working directory."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if (process / "cwd").readlink() == cluster.resolve():
                    found.append(int(process.name))
            except OSError:
                continue
    return found


def living_commands(mark: str) -> list[int]:
    """Process ids whose command line or environment contains ``mark``."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            except OSError:
                continue
            if mark.encode() in words:
                found.append(int(process.name))
    return found


def soon(condition: Callable[[], bool], patience: float = 15.0) -> bool:
    """Whether a condition comes true within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()

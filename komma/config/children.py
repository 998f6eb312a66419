"""Child processes that never outlive this one."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

from komma.config import launch
from komma.config.places import SystemUser


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    user: SystemUser | None = None,
    at_parent_death: signal.Signals = signal.SIGTERM,
    variables: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; call it from the main thread.

    A session of its own keeps Ctrl-C away from it, so that children stop in our order. Linux
    sends ``at_parent_death`` when the *thread* that started it ends, therefore the main thread.
    ``user`` is the system user to change to; it has an effect for root only.
    """
    ids = (str(user.uid), str(user.gid)) if user and os.geteuid() == 0 else ("-", "-")
    prefix = [sys.executable, "-I", "-S", launch.__file__]
    arguments = [str(os.getpid()), str(int(at_parent_death)), *ids]
    return subprocess.Popen(  # noqa: S603 - our own programs, no shell
        [*prefix, *arguments, *command],
        env=variables,
        cwd="/" if user else None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, patience: float) -> None:
    """Stop a child by a signal; after ``patience`` seconds end its whole process group."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a child and everything in its session at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

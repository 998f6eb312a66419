"""Become another program that ends together with its parent process.

Run as a script in a bare interpreter (``python -I -S launch.py …``), so that it costs 10 ms and
needs no ``preexec_fn``, which is unsafe beside threads. Arguments: the parent's process id, the
signal to get at its death, user and group id to change to (``-`` to keep them), then the program
and its arguments. Source of the parent-death signal: prctl(2), Linux only.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel for a signal when the parent ends; exit if it has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def main(arguments: list[str]) -> None:
    parent, signal_number, user, group, *command = arguments
    if user != "-":
        os.setgroups([])
        os.setgid(int(group))
        os.setuid(int(user))
    # After the change of user, which clears the parent-death signal.
    die_with_parent(int(parent), int(signal_number))
    os.umask(0o077)
    os.execv(command[0], command)  # noqa: S606 - our own programs


if __name__ == "__main__":
    main(sys.argv[1:])

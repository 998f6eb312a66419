"""``python -m benchmarks``: measure everything and print one table (docs/benchmarks.md)."""

import argparse
import json
import os
import platform
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import pages, procedures, register, reports, seed
from benchmarks.figures import table
from benchmarks.installation import Failed, Installation, groups, installation
from benchmarks.load import Bench
from benchmarks.memory import MemoryWatch

PARTS = ("start", "cases", "tasks", "procedures", "reports", "register")
MEGABYTE = 1024 * 1024


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cases, short measurements")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--keep", action="store_true", help="leave the data directory behind")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure a part")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        with installation(_free_port(), keep=options.keep) as made:
            bench = _measure(made, options.only or PARTS, quick=options.quick)
    except Failed as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    print(f"\n{table(bench.figures)}\n")
    print(f"{_machine()}; {time.monotonic() - started:.0f} s in all")
    if options.json:
        report = {"machine": _machine(), "figures": [asdict(f) for f in bench.figures]}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _measure(made: Installation, parts: Sequence[str], *, quick: bool) -> Bench:
    print("Filling the database …", flush=True)
    made.run("benchmarks.seed", "town", str(made.directory), role="owner")
    made.run("benchmarks.seed", "cases", "500" if quick else "5000", role="web")
    made.start()
    bench = Bench(made.port, groups(made), seconds=1.0 if quick else 4.0)
    with MemoryWatch(bench.groups) as memory, made.owner() as owner:
        # What the server does by itself within a minute: so much at once is not the usual way.
        owner.execute("VACUUM ANALYZE")
        if "start" in parts:
            pages.start_page(bench)
        if "cases" in parts:
            pages.case_pages(bench, seed.account(made.directory))
        if "tasks" in parts:
            made.run("benchmarks.seed", "tasks", str(made.directory), role="web")
            pages.task_pages(bench, seed.account(made.directory), seed.full_case(made.directory))
        if "procedures" in parts:
            made.run("benchmarks.seed", "procedure", role="owner")
            procedures.publishing(bench, seed.account(made.directory, "coordination"))
        if "reports" in parts:
            reports.measure(bench, owner, made.directory / "keys", seconds=4 if quick else 15)
        if "register" in parts:
            register.measure(bench, made)
    for name, size in memory.peaks.items():
        aim = "300 MB" if name == "web and worker" else ""
        bench.add(f"peak memory, {name}", size / MEGABYTE, "MB", None, aim)
    return bench


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _machine() -> str:
    return (
        f"{platform.machine()}, {os.process_cpu_count()} cores, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main())

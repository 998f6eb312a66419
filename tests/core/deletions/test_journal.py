"""The journal of deletions: durable, shared by processes, private, and short-lived."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine

from komma.core.deletions import JournalUnwritableError, begin, confirm, journal

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.KOMMA_DATA_DIR = tmp_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deletions.journal"


@pytest.fixture
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)):
        yield


@pytest.mark.usefixtures("_on_a_day")
def test_a_line_holds_day_and_id_only(file: Path) -> None:
    case = uuid4()
    begin(case)
    confirm(case)
    assert file.read_text() == f"2026-11-22 {case} begun\n2026-11-22 {case}\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_announced_is_not_deleted() -> None:
    announced, deleted = uuid4(), uuid4()
    begin(announced)
    begin(deleted)
    confirm(deleted)
    assert journal.read() == journal.Journal({deleted}, {announced}, 0)


def test_without_a_file_nothing_was_deleted() -> None:
    assert journal.read() == journal.Journal(set(), set(), 0)
    journal.prune()


def test_old_lines_go_and_young_ones_stay(file: Path) -> None:
    old, young = uuid4(), uuid4()
    with time_machine.travel(dt.datetime(2026, 10, 12, 12, tzinfo=dt.UTC)):
        confirm(old)
    with time_machine.travel(dt.datetime(2026, 10, 13, 12, tzinfo=dt.UTC)):
        confirm(young)
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)):
        assert journal.read().deleted == {old, young}
        journal.prune()
        assert journal.read().deleted == {young}
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_torn_line_does_not_swallow_the_next(file: Path) -> None:
    case = uuid4()
    file.write_text("2026-11-22 0190a")
    confirm(case)
    assert journal.read() == journal.Journal({case}, set(), 1)


def test_words_that_are_no_id_are_damage(file: Path) -> None:
    file.write_text(f"2026-13-40 {uuid4()}\nDROP\n2026-11-22 {'-' * 36}\n")
    assert journal.read() == journal.Journal(set(), set(), 3)


def test_no_place_is_told(settings: Any, tmp_path: Path) -> None:
    settings.KOMMA_DATA_DIR = tmp_path / "missing"
    with pytest.raises(JournalUnwritableError):
        begin(uuid4())


def test_no_line_is_lost_while_others_write_and_prune() -> None:
    written = [uuid4() for _ in range(120)]

    def write(part: int) -> None:
        for case in written[part::4]:
            confirm(case)

    def prune() -> None:
        for _ in range(60):
            # Something to drop each time, so that the file is replaced.
            with journal._path().open("a") as stream:
                stream.write("damaged\n")
            journal.prune()

    confirm(uuid4())
    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    threads.append(threading.Thread(target=prune))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.read().deleted >= set(written)


def test_another_process_that_replaces_the_file_is_noticed(file: Path) -> None:
    """Negative control of the lock: a descriptor of the replaced file would lose the line."""
    confirm(uuid4())
    hold = "import fcntl,os,sys,time; f=os.open(sys.argv[1],os.O_RDWR); fcntl.flock(f,2)"
    swap = "print(1,flush=True); time.sleep(.5); open(sys.argv[1]+'.n','w'); os.rename(sys.argv[1]+'.n',sys.argv[1])"
    stale = os.open(file, os.O_WRONLY | os.O_APPEND)
    case, lost = uuid4(), uuid4()
    with subprocess.Popen(
        [sys.executable, "-c", f"{hold}; {swap}", str(file)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        confirm(case)
    os.write(stale, f"2026-11-22 {lost}\n".encode())
    os.close(stale)
    assert journal.read().deleted == {case}

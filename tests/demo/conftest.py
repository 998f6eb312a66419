"""A small part of the demonstration network: two municipalities with their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from komma.demo import cases, network, prevention
from tests.factories import as_owner

if TYPE_CHECKING:
    from pathlib import Path


TOWNS = {"jena", "kassel", "vorpommern-greifswald"}


def fill() -> None:
    """Do what ``komma demo`` does, in one process."""
    with as_owner():
        network.fill(lambda line: None, only=TOWNS)
    cases.tell_all(lambda line: None, only=TOWNS)
    prevention.fill(lambda line: None)


@pytest.fixture(autouse=True)
def _own_data_dir(settings: Any, tmp_path: Path) -> None:
    settings.KOMMA_DATA_DIR = tmp_path
    settings.KOMMA_DEMO = True

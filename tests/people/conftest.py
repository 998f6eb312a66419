"""People who can sign in."""

from __future__ import annotations

import pytest

from tests.factories import as_owner
from tests.factories.people import PASSWORD, Account, make_account
from tests.factories.towns import Town, make_member


@pytest.fixture
def alice(db: None) -> Account:
    """Somebody with password and vault and no role."""
    with as_owner():
        return make_account("Alice Ahrens", email="alice@stadt.example", password=PASSWORD)


@pytest.fixture
def bob(db: None) -> Account:
    with as_owner():
        return make_account("Bob Brandt", email="bob@stadt.example", password=PASSWORD)


@pytest.fixture
def lead(town: Town) -> Account:
    """Somebody whose role opens cases, with password and vault."""
    with as_owner():
        account = make_account("Lea Lindner", email="lea@stadt.example", password=PASSWORD)
        make_member(town.units["assault"], account)
    return account

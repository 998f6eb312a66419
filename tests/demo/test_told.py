"""What the demonstration remembers of itself."""

from __future__ import annotations

from komma.demo import told


def _told(name: str = "") -> told.Told:
    return told.Told("jena/support/1", "0", "Jena", name, "ABCD-EFGH")


def test_remembers_cases_and_lists_only_named_receipts() -> None:
    told.remember(_told())
    told.remember(_told("Bemerkungen: im Team"))
    assert [each.name for each in told.all_told()] == ["", "Bemerkungen: im Team"]
    assert told.receipts() == [("Bemerkungen: im Team (Jena)", "ABCD-EFGH")]


def test_forgetting_begins_anew() -> None:
    told.remember(_told("Team"))
    told.forget()
    assert not told.all_told()
    assert not told.receipts()


def test_receipts_do_not_show_in_logs() -> None:
    assert "ABCD" not in repr(_told("Team"))

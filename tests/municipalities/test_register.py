"""The official register: a first edition, a second one made from it, and files that are refused."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from komma.cases.models import Case
from komma.municipalities.actions import Refused
from komma.municipalities.actions.register import Outcome, read_in
from komma.municipalities.models import FormerName, Municipality, RegisterImport, Unit
from komma.municipalities.queries import current_of, find_municipalities
from komma.municipalities.register.errors import Unreadable
from komma.municipalities.register.reading import read_register
from komma.municipalities.register.succession import Piece, successors
from tests.factories import as_owner, register
from tests.factories.register import excerpt, gone, grown_by, next_edition, renamed, town
from tests.factories.reports import make_report
from tests.factories.towns import make_town

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

BEFORE = dt.date(2024, 12, 30)  # the last day before the second edition


def read(lines: list[str], **successions: str) -> Outcome:
    keys = {old.removeprefix("k"): new for old, new in successions.items()}
    edition = read_register(register.content(lines))
    with as_owner():
        return read_in(edition, successions=keys, progress=lambda done, total: None)


def get(ags: str) -> Municipality:
    return Municipality.objects.get(ags=ags)


class TestFirstEdition:
    def test_creates_kreise_and_municipalities(self) -> None:
        outcome = read(excerpt())
        assert outcome.added == Municipality.objects.count() == 31
        assert get("16055000").name == "Weimar"
        assert get("16055000").official_name == "Weimar, Stadt"
        assert get("16055000").municipality_kind == "city"
        assert get("16055000").district is None
        assert get("16072").name == "Landkreis Sonneberg"
        assert get("16070").name == "Ilm-Kreis"
        assert get("01054").name == "Kreis Nordfriesland"
        lauscha = get("16072011")
        assert lauscha.district == get("16072")
        assert (lauscha.land, lauscha.seat_postcode, lauscha.population) == ("TH", "98724", 3188)
        assert get("16072").seat_postcode == "96515"
        assert get("16072").population == 56922

    def test_two_that_differ_in_titles_only_can_be_told_apart(self) -> None:
        read(excerpt())
        assert get("01054036").name == "Garding"
        assert get("01054035").name == "Garding, Kirchspiel"

    def test_equal_names_get_their_kreis_into_the_address(self) -> None:
        more = [town("16070999", "Lauscha", area=77), town("16072999", "Quittung", area=78)]
        read([*excerpt(), *more])
        assert get("16072011").slug == "lauscha-sonneberg"
        assert get("16070999").slug == "lauscha-ilm-kreis"
        assert get("16072023").slug == "frankenblick"
        assert get("16070006").slug == "boesleben-wuellersleben"
        assert get("16072999").slug == "quittung-sonneberg"  # /melden/quittung/ is another page

    def test_what_people_entered_stays(self) -> None:
        with as_owner():
            mine = make_town("Unser Ilmenau", "16070029", land="TH", slug="ilmenau").municipality
            other = make_town("Lauscha, Stadt", "16072011", land="TH", slug="glas").municipality
            free = make_town("Musterhausen", "05999001").municipality
        read(excerpt())
        mine.refresh_from_db()
        assert (mine.name, mine.slug, mine.population) == ("Unser Ilmenau", "ilmenau", 39127)
        other.refresh_from_db()
        assert (other.name, other.slug) == ("Lauscha", "glas")
        free.refresh_from_db()
        assert free.valid_until is None
        assert Unit.objects.filter(organisation_id=mine.pk).exists()

    def test_again_changes_nothing(self) -> None:
        read(excerpt())
        before = list(Municipality.objects.order_by("ags").values())
        outcome = read(excerpt())
        assert outcome.was_known
        assert (outcome.added, outcome.changed, outcome.ended) == (0, 0, 0)
        assert list(Municipality.objects.order_by("ags").values()) == before
        assert RegisterImport.objects.count() == 1


class TestSecondEdition:
    """Two become one, one goes into a neighbour, one is renamed, one gets a key, one is lost."""

    @pytest.fixture
    def later(self) -> list[str]:
        both = 1872 + 2635
        return next_edition(
            excerpt(),
            changes={
                "16072011": gone,  # Lauscha and Steinach become a new place
                "16072019": gone,
                "16070001": gone,  # Alkersleben goes into Arnstadt
                "16070004": grown_by(709),
                "16070057": renamed("Geratal am Wald"),
                "16070013": gone,  # Elxleben: a new key
                "16070034": gone,  # Martinroda: gone without a trace
                "16055000": renamed("Weimar, Kulturstadt"),  # a title only
            },
            added=[
                town("16072090", "Glasbach", area=both, people=6829, postcode="98724"),
                town("16070091", "Elxleben", area=947, people=593, postcode="99334"),
            ],
        )

    def test_everything_finds_its_place(self, later: list[str]) -> None:
        read(excerpt())
        ids = dict(Municipality.objects.values_list("ags", "pk"))
        outcome = read(later)
        assert (outcome.added, outcome.renamed, outcome.rekeyed, outcome.merged) == (1, 1, 1, 3)
        assert outcome.orphans == [("Martinroda", "16070034")]
        for old in ("16072011", "16072019"):
            assert get(old).valid_until == BEFORE
            assert get(old).successor == get("16072090")
        assert get("16070001").successor == get("16070004")
        assert get("16070091").pk == ids["16070013"]
        assert get("16070091").slug == "elxleben"
        assert get("16070057").name == "Geratal am Wald"
        assert get("16070057").slug == "geratal"
        assert get("16055000").name == "Weimar"
        assert get("16070034").valid_until == BEFORE
        assert get("16070034").successor is None
        former = set(FormerName.objects.values_list("municipality__ags", "text"))
        assert former == {("16070057", "Geratal"), ("16070091", "16070013")}

    def test_twice_is_once(self, later: list[str]) -> None:
        read(excerpt())
        read(later)
        before = list(Municipality.objects.order_by("ags").values())
        assert read(later).changed == 0
        assert list(Municipality.objects.order_by("ags").values()) == before

    def test_cases_stay_with_their_organisation(self, later: list[str]) -> None:
        with as_owner():
            ended = make_town("Lauscha", "16072011", land="TH")
            moved = make_town("Elxleben", "16070013", land="TH")
        read(excerpt())
        reported = [make_report(ended), make_report(moved)]
        read(later)
        with as_owner():
            cases = Case.objects.filter(pk__in=[each.id for each in reported])
            homes = set(cases.values_list("unit__organisation_id", flat=True))
        assert homes == {ended.municipality.pk, moved.municipality.pk}

    def test_a_kreis_with_a_new_key_takes_its_towns_along(self) -> None:
        read(excerpt())
        ids = dict(Municipality.objects.values_list("ags", "pk"))
        outcome = read(next_edition(excerpt(), kreis={"16072": "16099"}))
        assert (outcome.rekeyed, outcome.ended, outcome.added) == (9, 0, 0)
        assert get("16099").pk == ids["16072"]
        assert get("16099011").pk == ids["16072011"]
        assert get("16099011").district_id == ids["16072"]
        assert [each.ags for each in find_municipalities("16072011")] == ["16099011"]

    def test_succession_can_be_set_by_hand(self, later: list[str]) -> None:
        read(excerpt())
        outcome = read(later, k16070034="16070004")
        assert outcome.orphans == []
        assert get("16070034").successor == get("16070004")
        assert current_of(get("16070034")) == get("16070004")

    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("16070034", "99999999", "gibt es nicht"),
            ("16070004", "16070029", "gilt noch"),
            ("16070034", "16070034", "führt im Kreis"),
        ],
    )
    def test_wrong_succession_changes_nothing(
        self, later: list[str], old: str, new: str, why: str
    ) -> None:
        read(excerpt())
        with pytest.raises(Refused, match=why):
            read(later, **{f"k{old}": new})
        assert get("16070034").valid_until is None
        assert RegisterImport.objects.count() == 1

    def test_older_or_partial_files_are_refused(self, later: list[str]) -> None:
        read(excerpt())
        with pytest.raises(Refused, match="Es fehlt Schleswig-Holstein"):
            read([text for text in later if text[10:12] != "01"])
        read(later)
        with pytest.raises(Refused, match=r"älter als der zuletzt eingelesene vom 31\.12\.2024"):
            read(excerpt())


class TestSuccession:
    """Areas alone decide, and only where they allow one answer."""

    @pytest.mark.parametrize(
        ("ended", "grown", "expected"),
        [
            ({"a": 10, "b": 20}, {"x": 30}, {"a": "x", "b": "x"}),
            ({"a": 10, "b": 20}, {"x": 10, "y": 20}, {"a": "x", "b": "y"}),
            ({"a": 10}, {"x": 10, "y": 10}, {}),  # two places could have taken it
            ({"a": 10, "b": 10}, {"x": 10}, {}),  # which of the two?
            ({"a": 10}, {"x": 11}, {}),
            ({"a": 0}, {"x": 5}, {}),
            (
                {str(n): 1 << n for n in range(20)},
                {"x": (1 << 20) - 1},
                {str(n): "x" for n in range(20)},
            ),
        ],
    )
    def test_exact_sums(
        self, ended: dict[str, int], grown: dict[str, int], expected: dict[str, str]
    ) -> None:
        assert (
            successors(
                [Piece(*each) for each in ended.items()], [Piece(*each) for each in grown.items()]
            )
            == expected
        )


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda text: text[:128] + "x" * 11 + text[139:], r"Zeile 44: Fläche unlesbar"),
            (lambda text: text[:120], r"Zeile 44: Textkennzeichen unlesbar"),
            (lambda text: "77" + text[2:], r"Zeile 44: die Satzart „77“ gibt es nicht"),
            (lambda text: text[:2] + "20230229" + text[10:], r"Zeile 44: der Gebietsstand"),
            (lambda text: text[:2] + "20221231" + text[10:], r"Zeile 44: der Gebietsstand weicht"),
            (lambda text: text[:10] + "99" + text[12:], r"Zeile 44: das Land „99“ gibt es nicht"),
            (lambda text: text[:10] + "16073024" + text[18:], r"Zeile 44: .* fehlt der Kreis"),
            (lambda text: text[:10] + "16072023" + text[18:], r"Zeile 44: .* kommt zweimal vor"),
            (lambda text: text[:22] + " " * 50 + text[72:], r"Zeile 44: der Name fehlt"),
            (lambda text: text[:170] + "?????" + text[175:], r"Zeile 44: "),
        ],
    )  # fmt: skip
    def test_the_line_is_named(self, change: register.Change, why: str) -> None:
        lines = excerpt()
        assert len(read_register(register.content(lines)).places) == 31  # negative control
        lines[-1] = str(change(lines[-1]))
        with pytest.raises(Unreadable, match=why):
            read_register(register.content(lines))

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "Die Datei ist leer"),
            ("10202311300x".encode("utf-16"), "Zeile 1 ist nicht in UTF-8"),
            (register.content(excerpt()[:1]), "keine Kreise"),
            (register.content(excerpt()[:2]), "keine Gemeinden"),
            (b"%PDF-1.7", "Zeile 1"),
            (bytes(1000), "Zeile 1"),
        ],
    )
    def test_other_files(self, content: bytes, why: str) -> None:
        with pytest.raises(Unreadable, match=why):
            read_register(content)

    def test_latin_1_names_the_line(self) -> None:
        content = "\n".join(excerpt()).encode("latin-1")
        with pytest.raises(Unreadable, match=r"Zeile 8 ist nicht in UTF-8"):
            read_register(content)


class TestCommand:
    def call(self, path: Path, *more: str) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        with as_owner():
            call_command("gemeinden", str(path), *more, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    def test_says_what_has_changed(self, tmp_path: Path) -> None:
        out, err = self.call(register.EXCERPT)
        assert "Gebietsstand 30.11.2023: 28 Gemeinden, 3 Landkreise." in out
        assert "neu: 31" in out
        assert "© Statistisches Bundesamt (Destatis)" in out
        assert "31 von 31" in err
        assert "war schon eingelesen" in self.call(register.EXCERPT)[0]
        later = tmp_path / "later.txt"
        later.write_bytes(register.content(next_edition(excerpt(), changes={"16070034": gone})))
        assert "Nachfolge von Martinroda: --nachfolge 16070034=" in self.call(later)[0]
        self.call(later, "--nachfolge", "16070034=16070004")
        assert get("16070034").successor == get("16070004")

    def test_refusals_are_one_line(self, tmp_path: Path) -> None:
        for arguments in ([str(tmp_path)], [str(register.EXCERPT), "--nachfolge", "1=2"]):
            with pytest.raises(CommandError) as refused, as_owner():
                call_command("gemeinden", *arguments)
            assert len(str(refused.value).splitlines()) == 1

    def test_the_web_role_may_not(self) -> None:
        with pytest.raises(CommandError, match="owner role"):
            call_command("gemeinden", str(register.EXCERPT))
        assert not Municipality.objects.exists()


def test_full_size_has_no_two_equal_addresses() -> None:
    outcome = read(register.full_size())
    assert outcome.added == 11400

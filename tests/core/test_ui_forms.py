"""Forms as people meet them: every hint and error is tied to its input."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from komma.core.ui.choices import hinted
from komma.core.ui.widgets import DayInput, FilesField, SealedTextarea

WRITE = "Bitte schreiben Sie kurz, was passiert ist. Ein Satz genügt."


class Report(forms.Form):
    text = forms.CharField(
        label="Was ist passiert?",
        help_text="In Ihren Worten.",
        widget=SealedTextarea,
        error_messages={"required": WRITE},
    )
    place = forms.ChoiceField(label="Wo?", choices=[("", "–"), ("a", "Am Schalter")])
    care = forms.ChoiceField(
        label="Wer soll sich kümmern?",
        help_text="Sie können das ändern.",
        widget=forms.RadioSelect,
        choices=[("s", hinted("Unterstützung", "Ohne Verfahren.")), ("c", "Beschwerde")],
    )
    motives = forms.MultipleChoiceField(
        label="Was steckt dahinter?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("r", "Rassismus")],
        required=False,
    )
    read = forms.BooleanField(label="Gelesen", help_text="Bitte bestätigen.")
    when = forms.DateField(label="Wann?", widget=DayInput, required=False)
    files = FilesField(label="Dateien", required=False)


class Elements(HTMLParser):
    """All start tags of a piece of HTML, and the text of the elements that have an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in {"input", "br", "img", "hr"}:
            self._open.append(found.get("id"))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for identifier in self._open:
            if identifier:
                self.text[identifier] = self.text.get(identifier, "") + data

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        (match,) = [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]
        return match


def described_by(page: Elements, attrs: dict[str, str | None]) -> str:
    return " ".join(page.text[each] for each in (attrs.get("aria-describedby") or "").split())


def test_hint_of_a_text_field_is_linked() -> None:
    page = Elements(Report()["text"].as_field_group())
    box = page.one("textarea")
    assert "In Ihren Worten." in described_by(page, box)
    assert page.one("label")["for"] == box["id"]
    assert "aria-invalid" not in box


def test_error_of_a_text_field_is_linked_and_marked() -> None:
    page = Elements(Report({})["text"].as_field_group())
    box = page.one("textarea")
    assert WRITE in described_by(page, box)
    assert "In Ihren Worten." in described_by(page, box)
    assert box["aria-invalid"] == "true"
    assert "kern-form-input__input--error" in (box["class"] or "")


def test_sealed_text_stays_out_of_the_browsers_services() -> None:
    box = Elements(Report()["text"].as_field_group()).one("textarea")
    assert (box["autocomplete"], box["spellcheck"], box["translate"]) == ("off", "false", "no")


def test_a_group_is_a_fieldset_with_legend_hint_and_error() -> None:
    html = Report({})["care"].as_field_group()
    page = Elements(html)
    group = page.one("fieldset")
    assert "Sie können das ändern." in described_by(page, group)
    assert "id_care_error" in (group["aria-describedby"] or "").split()
    assert [tag for tag, _ in page.tags].count("legend") == 1
    assert "Wer soll sich kümmern?" in html


def test_radio_buttons_are_never_marked_invalid_one_by_one() -> None:
    # ARIA 1.2 does not support aria-invalid on the role radio.
    page = Elements(Report({})["care"].as_field_group())
    radios = [attrs for tag, attrs in page.tags if tag == "input"]
    assert len(radios) == 2
    assert all("aria-invalid" not in each for each in radios)
    assert all("kern-form-check__radio--error" in (each["class"] or "") for each in radios)


def test_explanation_of_a_choice_is_linked_to_it_alone() -> None:
    page = Elements(Report()["care"].as_field_group())
    assert described_by(page, page.one("input", value="s")) == "Ohne Verfahren."
    assert "aria-describedby" not in page.one("input", value="c")


def test_explained_choice_validates_like_any_other() -> None:
    form = Report({"text": "x", "place": "a", "care": "s", "read": "on"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["care"] == "s"


def test_checkboxes_of_a_group_look_like_checkboxes() -> None:
    box = Elements(Report()["motives"].as_field_group()).one("input")
    assert box["class"] == "kern-form-check__checkbox"


def test_single_checkbox_has_label_hint_and_error() -> None:
    page = Elements(Report({})["read"].as_field_group())
    box = page.one("input")
    assert box["type"] == "checkbox"
    assert box["aria-invalid"] == "true"
    assert page.one("label")["for"] == box["id"]
    assert "Bitte bestätigen." in described_by(page, box)


def test_a_day_is_given_to_the_browser_as_iso() -> None:
    form = Report(initial={"when": dt.date(2026, 3, 2)})
    box = Elements(form["when"].as_field_group()).one("input")
    assert (box["type"], box["value"]) == ("date", "2026-03-02")


@pytest.mark.parametrize(("mark", "shown"), [(True, True), (False, False)])
def test_voluntary_answers_are_marked_unless_the_form_says_not(mark: bool, shown: bool) -> None:
    form = Report()
    form.mark_optional = mark  # type: ignore[attr-defined]
    assert ("freiwillig" in form["when"].as_field_group()) is shown
    assert "freiwillig" not in form["text"].as_field_group()


def test_the_question_of_a_page_is_its_heading() -> None:
    form = Report()
    form.question = "care"  # type: ignore[attr-defined]
    html = "".join(field.as_field_group() for field in form)
    assert html.count("<h1") == 1
    assert "<h1" in form["care"].as_field_group()


def test_hint_and_label_are_escaped() -> None:
    class Nasty(forms.Form):
        name = forms.CharField(label="<b>x", help_text="<script>y")

    html = str(Nasty({"name": ""}))
    assert "<script>" not in html
    assert "<b>" not in html


def test_error_summary_leads_to_every_field_with_an_error() -> None:
    form = Report({})
    page = Elements(render_to_string("components/error_summary.html", {"form": form}))
    targets = [(attrs["href"] or "")[1:] for tag, attrs in page.tags if tag == "a"]
    shown = {attrs.get("id") for _, attrs in Elements(str(Report())).tags}
    assert targets == ["id_text", "id_place", "id_care_0", "id_read"]
    assert set(targets) <= shown


def test_error_summary_is_absent_without_errors() -> None:
    assert "Bitte prüfen" not in render_to_string(
        "components/error_summary.html", {"form": Report()}
    )


def test_whole_form_has_the_summary_and_all_fields() -> None:
    html = str(Report({}))
    assert html.count("Bitte prüfen Sie Ihre Angaben") == 1
    assert all(f'name="{name}"' in html for name in Report.base_fields)


def files(*names: str) -> Any:
    return MultiValueDict({"files": [SimpleUploadedFile(n, b"x") for n in names]})


class Upload(forms.Form):
    files = FilesField(label="Dateien", required=False, max_length=8)


def test_several_files_come_as_a_list() -> None:
    form = Upload({}, files("a.png", "b.png"))
    assert form.is_valid()
    assert [each.name for each in form.cleaned_data["files"]] == ["a.png", "b.png"]


def test_no_file_is_an_empty_list() -> None:
    form = Upload({}, {})
    assert form.is_valid()
    assert form.cleaned_data["files"] == []


def test_every_file_is_checked_not_only_the_last() -> None:
    assert not Upload({}, files("much-too-long.png", "b.png")).is_valid()


def test_required_files_are_asked_for() -> None:
    field = FilesField()
    with pytest.raises(forms.ValidationError):
        field.clean([])

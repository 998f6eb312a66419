"""Working on a case: taking over, noting, classifying, status, who leads."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases import forms, rules
from komma.cases.actions import work, writing
from komma.cases.codes import Ground, Status
from komma.cases.queries import CaseFile
from komma.cases.steps.people import for_assignment
from komma.cases.steps.step import Data, Step, handled, is_open
from komma.procedures.queries import level_table


def _grounds(file: CaseFile | None = None) -> list[str]:
    return [str(label) for label in Ground.labels]


def _declaration() -> str:
    """Return what is declared, in full, so that the file shows which grounds were asked for."""
    return (
        _("Keiner dieser Gründe trifft auf mich zu:")
        + "\n"
        + "\n".join(f"– {ground}" for ground in _grounds())
    )


def _for_status(file: CaseFile) -> Data:
    return {"statuses": rules.CHANGES[Status(file.case.status)]}


WORKING_STEPS = (
    Step(
        slug="uebernehmen",
        title=gettext_lazy("Fall übernehmen"),
        label=gettext_lazy("Übernehmen"),
        form=forms.TakeOverForm,
        run=lambda file, data: work.take_over(file, _declaration(), version=data["version"]),
        done=gettext_lazy("Sie haben den Fall übernommen. Die meldende Person sieht den Stand."),
        allowed=lambda file: file.can_be_taken_over,
        intro=gettext_lazy(
            "Wer einen Fall bearbeitet, darf nicht befangen sein. Bitte prüfen Sie diese Gründe:"
        ),
        points=_grounds,
    ),
    Step(
        slug="notiz",
        title=gettext_lazy("Interne Notiz"),
        label=gettext_lazy("Notiz speichern"),
        form=forms.NoteForm,
        run=lambda file, data: writing.note(file, data["text"], token=data["token"]),
        done=gettext_lazy("Die Notiz steht im Fall."),
        allowed=lambda file: True,
        intro=gettext_lazy("Notizen sehen nur Personen mit Zugang, nie die meldende Person."),
    ),
    Step(
        slug="einstufen",
        title=gettext_lazy("Gefahr einstufen"),
        label=gettext_lazy("Stufe speichern"),
        form=forms.ClassifyForm,
        run=lambda file, data: work.classify(
            file,
            data["level"],
            data["reason"],
            version=data["version"],
            criteria=data["criteria"],
            title=data["title"],
        ),
        done=gettext_lazy("Die Stufe ist gespeichert."),
        allowed=handled(is_open),
        intro=gettext_lazy("Ab Stufe 2: Leitung einbeziehen, an Polizei und Anzeige denken."),
        options=lambda file: {"levels": level_table(file.case.organisation_id)},
    ),
    Step(
        slug="status",
        title=gettext_lazy("Status ändern"),
        label=gettext_lazy("Status speichern"),
        form=forms.StatusForm,
        run=lambda file, data: work.change_status(
            file, data["status"], data["reason"], version=data["version"]
        ),
        done=gettext_lazy("Der Status ist geändert. Die meldende Person sieht ihn."),
        allowed=handled(lambda file: bool(rules.CHANGES[Status(file.case.status)])),
        options=_for_status,
    ),
    Step(
        slug="zustaendig",
        title=gettext_lazy("Fallführung festlegen"),
        label=gettext_lazy("Speichern"),
        form=forms.AssignForm,
        run=lambda file, data: work.assign(file, data["person"], version=data["version"]),
        done=gettext_lazy("Die Fallführung ist festgelegt."),
        allowed=handled(lambda file: is_open(file) and bool(for_assignment(file)["people"])),
        intro=gettext_lazy(
            "Die Person erklärt beim Öffnen, dass sie nicht befangen ist. Bis dahin steht am Fall, "
            "dass die Erklärung fehlt."
        ),
        options=for_assignment,
    ),
)

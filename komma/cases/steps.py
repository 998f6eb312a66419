"""What a holder can do with a case, as one table: address, words, form, rule, action.

The page `cases:step` is made from it; answers have a page of their own because of their files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases import forms, rules
from komma.cases.actions import (
    access,
    deadlines,
    handover,
    procedure,
    removal,
    tasks,
    work,
    writing,
)
from komma.cases.codes import Ground, Status
from komma.cases.deadlines import Days, days_of
from komma.cases.forms.handover import TakeBackForm
from komma.cases.forms.tasks import NewTaskForm, ProcedureForm
from komma.cases.queries import CaseFile, colleagues
from komma.cases.tasks import INTERIM, tasks_of
from komma.municipalities.queries import away_until
from komma.procedures.queries import in_force, level_table

type Data = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One page that changes a case.

    ``allowed``: whether it is offered now; the action decides again. ``options``: what the form
    needs to know of the case. ``leaves``: the case is out of sight afterwards.
    """

    slug: str
    title: Promise
    label: Promise
    form: type[django_forms.Form]
    run: Callable[[CaseFile, Data], object]
    done: Promise
    allowed: Callable[[CaseFile], bool]
    intro: Promise | None = None
    points: Callable[[CaseFile], list[str]] = lambda file: []
    options: Callable[[CaseFile], Data] = field(default=lambda file: {})
    danger: bool = False
    leaves: bool = False


def _grounds(file: CaseFile | None = None) -> list[str]:
    return [str(label) for label in Ground.labels]


def _still_open(file: CaseFile) -> list[str]:
    """Name what ends undone with the case; the interim notice is no task of its own then."""
    waiting = [each for each in tasks_of(file) if each.is_open and each.step != INTERIM]
    return [_("Noch offen: %s") % each.title for each in waiting]


def _declaration() -> str:
    """Return what is declared, in full, so that the file shows which grounds were asked for."""
    return (
        _("Keiner dieser Gründe trifft auf mich zu:")
        + "\n"
        + "\n".join(f"– {ground}" for ground in _grounds())
    )


def _recuse(file: CaseFile, data: Data) -> None:
    access.recuse(file, f"{Ground(data['ground']).label}\n{data['text']}".strip())


def _away(until: dict[UUID, dt.date], person: UUID) -> str:
    """Return what stands behind the name of somebody who is not there today."""
    if person not in until:
        return ""
    return _(" – abwesend bis %s") % f"{until[person]:%d.%m.%Y}"


def _for_grant(file: CaseFile) -> Data:
    active = {holder.person for holder in file.active}
    away = away_until(file.case.organisation_id)
    return {
        "people": [
            (
                str(found.person),
                f"{found.name}, {found.title}"
                + (_(" – hat Zugang, bekommt ihn neu") if found.person in active else "")
                + _away(away, found.person),
            )
            for found in colleagues(file)
            if found.person != file.person
        ]
    }


def _for_exclusion(file: CaseFile) -> Data:
    people = {found.person: f"{found.name}, {found.title}" for found in colleagues(file)}
    people |= {holder.person: f"{holder.name}, {holder.function}" for holder in file.holders}
    people.pop(file.person, None)
    return {"people": [(str(person), label) for person, label in people.items()]}


def _for_assignment(file: CaseFile) -> Data:
    others = [holder for holder in file.handlers if holder.person != file.assignee]
    away = away_until(file.case.organisation_id)
    return {
        "people": [
            (str(h.person), f"{h.name}, {h.function}{_away(away, h.person)}") for h in others
        ]
    }


def _for_status(file: CaseFile) -> Data:
    return {"statuses": rules.CHANGES[Status(file.case.status)]}


def _record_days(file: CaseFile, data: Data) -> None:
    version = data.pop("version")
    deadlines.record_days(file, Days(**data), version=version)


def _for_task(file: CaseFile) -> Data:
    away = away_until(file.case.organisation_id)
    return {
        "people": [
            (str(h.person), f"{h.name}, {h.function}{_away(away, h.person)}") for h in file.active
        ]
    }


def _add_task(file: CaseFile, data: Data) -> None:
    tasks.add(
        file,
        title=data["title"],
        note=data["note"],
        owner=data["person"],
        due_on=data["due_on"],
    )


def _for_procedure(file: CaseFile) -> Data:
    known = in_force(file.case.organisation_id).values()
    fitting = [p.procedure for p in known if file.case.unit.pillar in p.procedure.pillars]
    return {"procedures": [(each.id, f"{each.title} – {each.about}") for each in fitting]}


def _handled(rule: Callable[[CaseFile], bool]) -> Callable[[CaseFile], bool]:
    return lambda file: file.may_handle and rule(file)


def _is_open(file: CaseFile) -> bool:
    return rules.is_open(file.case.status)


STEPS = (
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
        allowed=_handled(_is_open),
        intro=gettext_lazy("Ab Stufe 2: Leitung einbeziehen, an Polizei und Anzeige denken."),
        options=lambda file: {"levels": level_table(file.case.organisation_id)},
    ),
    Step(
        slug="aufgabe",
        title=gettext_lazy("Aufgabe hinzufügen"),
        label=gettext_lazy("Hinzufügen"),
        form=NewTaskForm,
        run=_add_task,
        done=gettext_lazy("Die Aufgabe steht im Fall."),
        allowed=_handled(_is_open),
        intro=gettext_lazy("Wer sie bekommt, erfährt per Mail nur, dass etwas wartet."),
        options=_for_task,
    ),
    Step(
        slug="verfahren-wechseln",
        title=gettext_lazy("Anderes Verfahren wählen"),
        label=gettext_lazy("Verfahren beginnen"),
        form=ProcedureForm,
        run=lambda file, data: procedure.begin(
            file, data["procedure"], data["reason"], version=data["version"]
        ),
        done=gettext_lazy("Das Verfahren ist begonnen, seine ersten Aufgaben stehen im Fall."),
        allowed=_handled(lambda file: _is_open(file) and file.case.status != Status.RECEIVED),
        intro=gettext_lazy(
            "Was schon erledigt ist, bleibt im Verlauf. Offene Schritte des bisherigen Verfahrens "
            "entfallen, Aufgaben von Hand bleiben."
        ),
        options=_for_procedure,
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
        allowed=_handled(lambda file: bool(rules.CHANGES[Status(file.case.status)])),
        options=_for_status,
    ),
    Step(
        slug="fristen",
        title=gettext_lazy("Fristen festhalten"),
        label=gettext_lazy("Festhalten"),
        form=forms.DeadlinesForm,
        run=_record_days,
        done=gettext_lazy("Die Tage sind festgehalten. Die meldende Person sieht die Fristen."),
        allowed=_handled(_is_open),
        intro=gettext_lazy(
            "Von diesen Tagen an zählen die Fristen. Was Sie hier schreiben, steht auch im "
            "Postfach; frühere Angaben bleiben im Verlauf."
        ),
        options=lambda file: {"known": days_of(file.case, file.entries)},
    ),
    Step(
        slug="zustaendig",
        title=gettext_lazy("Fallführung festlegen"),
        label=gettext_lazy("Speichern"),
        form=forms.AssignForm,
        run=lambda file, data: work.assign(file, data["person"], version=data["version"]),
        done=gettext_lazy("Die Fallführung ist festgelegt."),
        allowed=_handled(lambda file: _is_open(file) and bool(_for_assignment(file)["people"])),
        intro=gettext_lazy(
            "Die Person erklärt beim Öffnen, dass sie nicht befangen ist. Bis dahin steht am Fall, "
            "dass die Erklärung fehlt."
        ),
        options=_for_assignment,
    ),
    Step(
        slug="zugang",
        title=gettext_lazy("Zugang geben"),
        label=gettext_lazy("Zugang geben"),
        form=forms.GrantForm,
        run=lambda file, data: access.grant(file, data["person"], data["reason"]),
        done=gettext_lazy("Die Person kann den Fall jetzt öffnen."),
        allowed=_handled(lambda file: True),
        intro=gettext_lazy(
            "Die Person liest dann alles, auch was schon geschrieben ist. "
            "Die meldende Person sieht, wenn sie den Fall öffnet."
        ),
        options=_for_grant,
    ),
    Step(
        slug="vertretung",
        title=gettext_lazy("Vertretung einschalten"),
        label=gettext_lazy("Einschalten"),
        form=forms.DeputiesForm,
        run=lambda file, data: access.call_in_deputies(file, data["reason"]),
        done=gettext_lazy("Die Vertretung kann den Fall jetzt öffnen."),
        allowed=_handled(lambda file: bool(file.reserve)),
        intro=gettext_lazy("Die Vertretung dieses Falls bekommt Zugang und eine Nachricht."),
    ),
    Step(
        slug="ausschliessen",
        title=gettext_lazy("Person ausschließen"),
        label=gettext_lazy("Ausschließen"),
        form=forms.ExcludeForm,
        run=lambda file, data: access.exclude(file, data["person"], data["reason"]),
        done=gettext_lazy("Die Person ist ausgeschlossen. Was neu entsteht, kann sie nicht lesen."),
        allowed=_handled(lambda file: True),
        intro=gettext_lazy(
            "Das gilt für immer. Die Person sieht nicht mehr, dass es diesen Fall gibt. "
            "Frühere Öffnungen bleiben für die meldende Person sichtbar."
        ),
        options=_for_exclusion,
        danger=True,
    ),
    Step(
        slug="befangen",
        title=gettext_lazy("Befangenheit anzeigen"),
        label=gettext_lazy("Fall abgeben"),
        form=forms.RecuseForm,
        run=_recuse,
        done=gettext_lazy("Sie haben den Fall abgegeben. Danke, dass Sie das sagen."),
        allowed=lambda file: True,
        intro=gettext_lazy(
            "Sie geben den Fall ab und sehen ihn danach nicht mehr. Die anderen lesen Ihren Grund. "
            "Führen Sie den Fall, springt die Vertretung ein."
        ),
        danger=True,
        leaves=True,
    ),
    Step(
        slug="anfrage-zuruecknehmen",
        title=gettext_lazy("Anfrage zurücknehmen"),
        label=gettext_lazy("Zurücknehmen"),
        form=TakeBackForm,
        run=lambda file, data: handover.take_back(file, data["reason"]),
        done=gettext_lazy("Die Anfrage ist zurückgenommen. Der Fall bleibt bei Ihnen."),
        allowed=_handled(lambda file: file.offer is not None),
        intro=gettext_lazy(
            "Die andere Stelle kann den Fall dann nicht mehr übernehmen. Die meldende Person "
            "erfährt es im Postfach."
        ),
    ),
    Step(
        slug="abschliessen",
        title=gettext_lazy("Fall abschließen"),
        label=gettext_lazy("Abschließen"),
        form=forms.CloseForm,
        run=lambda file, data: work.close(file, **data),
        done=gettext_lazy(
            "Der Fall ist abgeschlossen. Die meldende Person bekommt Ihre Nachricht."
        ),
        allowed=_handled(lambda file: rules.can_close(file.case.status)),
        points=_still_open,
    ),
    Step(
        slug="aufnehmen",
        title=gettext_lazy("Fall wieder aufnehmen"),
        label=gettext_lazy("Wieder aufnehmen"),
        form=forms.ReopenForm,
        run=lambda file, data: work.reopen(file, data["reason"], version=data["version"]),
        done=gettext_lazy("Der Fall ist wieder offen."),
        allowed=_handled(lambda file: rules.can_reopen(file.case.status)),
    ),
    Step(
        slug="loeschen",
        title=gettext_lazy("Fall endgültig löschen"),
        label=gettext_lazy("Endgültig löschen"),
        form=forms.DeleteForm,
        run=lambda file, data: removal.delete_case(file, version=data["version"]),
        done=gettext_lazy("Der Fall ist gelöscht."),
        allowed=_handled(
            lambda file: rules.can_delete(file.case.status, asked=file.deletion_asked)
        ),
        intro=gettext_lazy(
            "Meldung, Nachrichten, Notizen und Dateien verschwinden sofort und für alle. "
            "In Sicherungen stehen sie noch bis zu 35 Tage, verschlüsselt. Gibt es noch ein "
            "Verfahren, für das Sie die Akte brauchen, oder muss das Archiv gefragt werden?"
        ),
        danger=True,
        leaves=True,
    ),
)
BY_SLUG = {step.slug: step for step in STEPS}


def offered(file: CaseFile) -> list[Step]:
    """Return the steps that this holder can take now."""
    return [step for step in STEPS if step.allowed(file)]

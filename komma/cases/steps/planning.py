"""What is to be done and by when: tasks, procedure, days that deadlines count from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from komma.cases import forms
from komma.cases.actions import added_facts, deadlines, procedure, tasks
from komma.cases.codes import Status
from komma.cases.days import Days
from komma.cases.deadlines import days_of, facts_of
from komma.cases.forms.tasks import NewTaskForm, ProcedureForm
from komma.cases.queries import CaseFile
from komma.cases.steps.people import for_task
from komma.cases.steps.step import Data, Step, handled, is_open
from komma.procedures.queries import in_force


def _record_days(file: CaseFile, data: Data) -> None:
    version = data.pop("version")
    deadlines.record_days(file, Days(**data), version=version)


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


PLANNING_STEPS = (
    Step(
        slug="aufgabe",
        title=gettext_lazy("Aufgabe hinzufügen"),
        label=gettext_lazy("Hinzufügen"),
        form=NewTaskForm,
        run=_add_task,
        done=gettext_lazy("Die Aufgabe steht im Fall."),
        allowed=handled(is_open),
        intro=gettext_lazy("Wer sie bekommt, erfährt per Mail nur, dass etwas wartet."),
        options=for_task,
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
        allowed=handled(lambda file: is_open(file) and file.case.status != Status.RECEIVED),
        intro=gettext_lazy(
            "Was schon erledigt ist, bleibt im Verlauf. Offene Schritte des bisherigen Verfahrens "
            "ruhen von da an, Aufgaben von Hand bleiben."
        ),
        options=_for_procedure,
    ),
    Step(
        slug="fristen",
        title=gettext_lazy("Fristen festhalten"),
        label=gettext_lazy("Festhalten"),
        form=forms.DeadlinesForm,
        run=_record_days,
        done=gettext_lazy("Die Tage sind festgehalten. Die meldende Person sieht die Fristen."),
        allowed=handled(is_open),
        intro=gettext_lazy(
            "Von diesen Tagen an zählen die Fristen. Was Sie hier schreiben, steht auch im "
            "Postfach; frühere Angaben bleiben im Verlauf."
        ),
        options=lambda file: {"known": days_of(file.case, file.entries)},
    ),
    Step(
        slug="angaben",
        title=gettext_lazy("Angaben ergänzen"),
        label=gettext_lazy("Speichern"),
        form=forms.AddedFactsForm,
        run=lambda file, data: added_facts.add_facts(
            file, data["changed"], version=data["version"]
        ),
        done=gettext_lazy(
            "Die Angaben sind ergänzt. Fristen, Hinweise und Aufgaben richten sich danach."
        ),
        allowed=handled(is_open),
        intro=gettext_lazy(
            "Nur was Sie wissen. Die meldende Person liest es im Postfach; es ändert ihre Meldung "
            "nicht."
        ),
        options=lambda file: {"known": facts_of(file.case, file.entries)},
    ),
)

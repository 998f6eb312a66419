"""Who can open the case: access, deputies, exclusion, recusal, other bodies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from komma.cases import forms
from komma.cases.actions import access, handover
from komma.cases.codes import Ground
from komma.cases.forms.handover import TakeBackForm
from komma.cases.queries import CaseFile
from komma.cases.steps.people import for_exclusion, for_grant
from komma.cases.steps.step import Data, Step, handled


def _recuse(file: CaseFile, data: Data) -> None:
    access.recuse(file, f"{Ground(data['ground']).label}\n{data['text']}".strip())


ACCESS_STEPS = (
    Step(
        slug="zugang",
        title=gettext_lazy("Zugang geben"),
        label=gettext_lazy("Zugang geben"),
        form=forms.GrantForm,
        run=lambda file, data: access.grant(file, data["person"], data["reason"]),
        done=gettext_lazy("Die Person kann den Fall jetzt öffnen."),
        allowed=handled(lambda file: True),
        intro=gettext_lazy(
            "Die Person liest dann alles, auch was schon geschrieben ist. "
            "Die meldende Person sieht, wenn sie den Fall öffnet."
        ),
        options=for_grant,
    ),
    Step(
        slug="vertretung",
        title=gettext_lazy("Vertretung einschalten"),
        label=gettext_lazy("Einschalten"),
        form=forms.DeputiesForm,
        run=lambda file, data: access.call_in_deputies(file, data["reason"]),
        done=gettext_lazy("Die Vertretung kann den Fall jetzt öffnen."),
        allowed=handled(lambda file: bool(file.reserve)),
        intro=gettext_lazy("Die Vertretung dieses Falls bekommt Zugang und eine Nachricht."),
    ),
    Step(
        slug="ausschliessen",
        title=gettext_lazy("Person ausschließen"),
        label=gettext_lazy("Ausschließen"),
        form=forms.ExcludeForm,
        run=lambda file, data: access.exclude(file, data["person"], data["reason"]),
        done=gettext_lazy("Die Person ist ausgeschlossen. Was neu entsteht, kann sie nicht lesen."),
        allowed=handled(lambda file: True),
        intro=gettext_lazy(
            "Das gilt für immer. Die Person sieht nicht mehr, dass es diesen Fall gibt. "
            "Frühere Öffnungen bleiben für die meldende Person sichtbar."
        ),
        options=for_exclusion,
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
        allowed=handled(lambda file: file.offer is not None),
        intro=gettext_lazy(
            "Die andere Stelle kann den Fall dann nicht mehr übernehmen. Die meldende Person "
            "erfährt es im Postfach."
        ),
    ),
)

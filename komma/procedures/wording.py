"""Procedures in German words: limits, conditions, and what speaks against publishing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from komma.municipalities.codes import Pillar, Role
from komma.procedures.checks import Fault
from komma.procedures.codes import AffectedRole, Form, Side, Wish
from komma.procedures.model import Limit, LimitUnit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from komma.procedures.checks import Problem
    from komma.procedures.model import Step, When

CONDITIONS: dict[str, StrOrPromise] = {
    "levels": gettext_lazy("Gefahrenstufe"),
    "sides": gettext_lazy("Von wem es ausging"),
    "affected": gettext_lazy("Aufgabe der betroffenen Person"),
    "forms": gettext_lazy("Was geschehen ist"),
    "wishes": gettext_lazy("Wunsch der meldenden Person"),
}
_CODES: dict[str, Mapping[str, StrOrPromise]] = {
    "sides": dict(Side.choices),
    "affected": dict(AffectedRole.choices),
    "forms": dict(Form.choices),
    "wishes": dict(Wish.choices),
}

# What is wrong, and what to do about it.
FAULTS: dict[Fault, tuple[StrOrPromise, StrOrPromise]] = {
    Fault.NO_STEPS: (
        gettext_lazy("Das Verfahren hat noch keinen Schritt."),
        gettext_lazy("Fügen Sie den ersten hinzu."),
    ),
    Fault.TWICE: (
        gettext_lazy("Zwei Schritte haben denselben Kurznamen."),
        gettext_lazy("Entfernen Sie einen davon und legen Sie ihn neu an."),
    ),
    Fault.UNKNOWN_PHASE: (
        gettext_lazy("Ein Schritt gehört zu keinem Abschnitt."),
        gettext_lazy("Wählen Sie beim Schritt einen Abschnitt."),
    ),
    Fault.UNKNOWN_STEP: (
        gettext_lazy("Ein Schritt wartet auf einen, den es nicht mehr gibt."),
        gettext_lazy("Wählen Sie unter „Vorher erledigt“ neu."),
    ),
    Fault.CIRCLE: (
        gettext_lazy("Diese Schritte warten im Kreis aufeinander; keiner kann beginnen."),
        gettext_lazy("Nehmen Sie bei einem davon unter „Vorher erledigt“ das Häkchen weg."),
    ),
    Fault.BEHIND_CIRCLE: (
        gettext_lazy("Diese Schritte kommen nie an die Reihe, weil sie auf einen Kreis warten."),
        gettext_lazy("Lösen Sie zuerst den Kreis."),
    ),
    Fault.NEVER: (
        gettext_lazy(
            "Dieser Schritt kann nie gelten: Seine Bedingungen passen nicht zum Verfahren."
        ),
        gettext_lazy(
            "Ändern Sie, wann der Schritt gilt, oder für welche Fälle das Verfahren da ist."
        ),
    ),
    Fault.IDLE: (
        gettext_lazy("Dieser Schritt wartet auf einen, der nie zusammen mit ihm gilt."),
        gettext_lazy(
            "Nehmen Sie unter „Vorher erledigt“ das Häkchen weg, oder ändern Sie die Stufen."
        ),
    ),
    Fault.UNKNOWN_ROLE: (
        gettext_lazy("Zuständigkeit oder Vertretung ist eine Rolle, die es nicht gibt."),
        gettext_lazy("Wählen Sie beide neu."),
    ),
    Fault.TWO_PILLARS: (
        gettext_lazy(
            "„%(role)s“ kann keinen Fall der Stelle „%(pillars)s“ öffnen: Wer unterstützt, prüft "
            "nie denselben Fall."
        ),
        gettext_lazy(
            "Wählen Sie eine Rolle der Stelle, die den Fall hat, oder ändern Sie unter „Wofür es "
            "gilt“, welche Stelle mit dem Verfahren arbeitet."
        ),
    ),
    Fault.NO_KEY: (
        gettext_lazy(
            "„%(role)s“ kann keinen Fall öffnen, der nach diesem Verfahren geführt wird, und den "
            "Schritt deshalb nicht tun."
        ),
        gettext_lazy("Wählen Sie eine Rolle der Stelle, die mit dem Verfahren arbeitet."),
    ),
    Fault.NO_CASES: (
        gettext_lazy(
            "„%(role)s“ öffnet von sich aus keine Fälle und kann deshalb nicht vertreten."
        ),
        gettext_lazy(
            "Wählen Sie für die Vertretung die Rolle der Stelle, die den Fall hat. Dieselbe Rolle "
            "wie bei „Zuständig“ heißt: eine zweite Person."
        ),
    ),
    Fault.NOBODY_THERE: (
        gettext_lazy(
            "In Fällen dieser Stelle kann weder Zuständigkeit noch Vertretung den Fall öffnen: "
            "%(pillars)s."
        ),
        gettext_lazy(
            "Nennen Sie für eines von beiden eine Rolle dieser Stelle, oder nehmen Sie die Stelle "
            "unter „Wofür es gilt“ heraus."
        ),
    ),
    Fault.EMPTY_ROLE: (
        gettext_lazy("Die Rolle „%(role)s“ hat bei Ihnen niemand."),
        gettext_lazy(
            "Bitten Sie die Verwaltung der Konten, jemanden dafür aufzunehmen%(whom)s, oder wählen "
            "Sie bei diesen Schritten eine andere Rolle."
        ),
    ),
    Fault.ONE_PERSON: (
        gettext_lazy("Zuständigkeit und Vertretung sind bei Ihnen dieselbe eine Person."),
        gettext_lazy(
            "Lassen Sie eine zweite Person in die Stelle aufnehmen%(whom)s, oder wählen Sie eine "
            "andere Vertretung."
        ),
    ),
    Fault.LONG: (
        gettext_lazy("Die Frist ist ungewöhnlich lang."),
        gettext_lazy(
            "Prüfen Sie Zahl und Einheit. Möglich sind bis zu 72 Stunden, 30 Arbeitstage, "
            "26 Wochen oder 24 Monate."
        ),
    ),
    Fault.INTERIM: (
        gettext_lazy("Zwischenstände kommen zu selten."),
        gettext_lazy("Wählen Sie höchstens 12 Wochen, oder 0 für keine."),
    ),
    Fault.SILENT_CONSENT: (
        gettext_lazy(
            "Der Schritt braucht Einverständnis, aber die meldende Person erfährt nichts davon."
        ),
        gettext_lazy("Schreiben Sie, was sie liest, wenn er getan ist."),
    ),
    Fault.EMPTY_TEXT: (
        gettext_lazy("Bei diesem Schritt fehlt ein Text."),
        gettext_lazy("Titel, Anleitung und „Erledigt, wenn“ braucht jeder Schritt."),
    ),
    Fault.EMPTY_HEAD: (
        gettext_lazy("Beim Verfahren selbst fehlt ein Text."),
        gettext_lazy("Titel, Beschreibung, Fall zum Üben und Grundlage braucht es."),
    ),
    Fault.NO_UNIT: (
        gettext_lazy("Keine Stelle arbeitet mit diesem Verfahren."),
        gettext_lazy("Wählen Sie unter „Wofür es gilt“ mindestens eine."),
    ),
}


def role_label(code: str) -> str:
    """Return a role in words; a code that is none comes back as it is."""
    return str(Role(code).label) if code in Role.values else code


def deputy_label(step: Step) -> str:
    """Return who steps in for whoever is responsible, in words."""
    if step.role == step.deputy:
        return _("eine zweite Person dieser Rolle")
    return role_label(step.deputy)


def finding_texts(problem: Problem, accounts: Iterable[str] = ()) -> tuple[str, str]:
    """Return what is wrong and what to do; ``accounts``: names of those who take people in."""
    names = ", ".join(accounts)
    words = {
        "role": role_label(problem.role),
        "pillars": ", ".join(Pillar(each).label for each in problem.pillars),
        "whom": f" ({names})" if names else "",
    }
    what, advice = FAULTS[problem.fault]
    return str(what) % words, str(advice) % words


def limit_text(limit: Limit) -> str:
    """Return a limit as it reads: "innerhalb von 3 Arbeitstagen"."""
    n = limit.length
    texts = {
        LimitUnit.HOURS: ngettext("innerhalb einer Stunde", "innerhalb von %(n)d Stunden", n),
        LimitUnit.WORKING_DAYS: ngettext(
            "bis zum nächsten Arbeitstag", "innerhalb von %(n)d Arbeitstagen", n
        ),
        LimitUnit.WEEKS: ngettext("innerhalb einer Woche", "innerhalb von %(n)d Wochen", n),
        LimitUnit.MONTHS: ngettext("innerhalb eines Monats", "innerhalb von %(n)d Monaten", n),
    }
    return texts[limit.unit] % {"n": n}


def condition_text(name: str, codes: Iterable[int | str]) -> str:
    """Return the values of one condition in words, in the order of their list."""
    if name == "levels":
        return ", ".join(str(level) for level in sorted(codes))
    labels, chosen = _CODES[name], set(codes)
    known = [str(label) for code, label in labels.items() if code in chosen]
    return "; ".join([*known, *sorted(str(code) for code in chosen - labels.keys())])


def when_texts(when: When) -> list[tuple[str, str]]:
    """Return the conditions that are named, as (what, values)."""
    return [
        (str(label), condition_text(name, getattr(when, name)))
        for name, label in CONDITIONS.items()
        if getattr(when, name)
    ]


def condition_note(when: When, *, consent: bool = False) -> str:
    """Return in a few words when a step applies, empty where it always does."""
    texts = [
        _("Stufe %s") % values if name == "levels" else f"{CONDITIONS[name]}: {values}"
        for name in CONDITIONS
        if (values := condition_text(name, getattr(when, name)))
    ]
    texts += [_("mit Einverständnis")] if consent else []
    return _("Nur: %s") % " · ".join(texts) if texts else ""


def interim_text(weeks: int) -> str:
    """Return how often the reporter hears of the progress."""
    if not weeks:
        return _("nicht von selbst")
    return ngettext("jede Woche", "alle %(n)d Wochen", weeks) % {"n": weeks}

"""The check for unmarked template text finds what it should, and nothing else."""

from __future__ import annotations

import pytest

from scripts.check_translations import unmarked


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "Guten Tag" %}</p>',
        "<p>{% blocktranslate %}Guten Tag {{ name }}{% endblocktranslate %}</p>",
        "{# Guten Tag #}<!-- Guten Tag -->{% comment %}Guten Tag{% endcomment %}",
        '<a href="{% url "home" %}" class="kern-link" title="{% translate "Start" %}">KommA</a>',
        '{% include "a.html" with title=_("Guten Tag") kind="info" %}',
        "<td>{{ value }} – 3 × 4 &nbsp;</td>",
        "<style>body { color: red }</style>",
    ],
)
def test_marked_text_passes(source: str) -> None:
    assert list(unmarked(source)) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<p>Guten Tag</p>", 1),
        ("<p>\n  {{ name }} sagt\n</p>", 2),
        ('<img\n alt="Ein Bild">', 2),
        ('<p>{% translate "Ja" %}</p>\n{% include "a.html" with title="Guten Tag" %}', 2),
        ("{% blocktranslate %}a\nb{% endblocktranslate %}\n<b>Nein</b>", 3),
    ],
)
def test_unmarked_text_is_found_in_its_line(source: str, line: int) -> None:
    assert [number for number, _ in unmarked(source)] == [line]

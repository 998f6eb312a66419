"""Find visible template text that is not marked for translation.

German stands in the templates themselves, so no catalogue can be incomplete; what can go wrong
is text outside ``{% translate %}`` and ``{% blocktranslate %}``, which no language could replace.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Names that are the same in every language.
PROPER_NAMES = {"KommA"}
VISIBLE_ATTRIBUTES = "title|alt|placeholder|aria-label|aria-description"
VISIBLE_ARGUMENTS = "title|text|label|heading|hint|summary|caption|legend|value_label"

IGNORED = re.compile(
    r"""\{\#.*?\#\}
    |\{%\s*comment\b.*?\{%\s*endcomment\s*%\}
    |\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}
    |\{%\s*block\s+\w*class\w*\s*%\}.*?\{%\s*endblock\b.*?%\}
    |<!--.*?-->
    |<(script|style|svg)\b.*?</\1>""",
    re.DOTALL | re.VERBOSE,
)
TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
HTML_TAG = re.compile(r"<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(rf"""\s(?:{VISIBLE_ATTRIBUTES})=(?:"([^"]*)"|'([^']*)')""")
ARGUMENT = re.compile(rf"""\s(?:{VISIBLE_ARGUMENTS})=(?:"([^"]*)"|'([^']*)')""")
WORD = re.compile(r"[^\W\d_]{2,}")


def main() -> int:
    """Print every finding as path:line; 1 if there is any."""
    templates = sorted((ROOT / "komma").rglob("templates/**/*.html"))
    findings = 0
    for path in templates:
        for line, text in unmarked(path.read_text(encoding="utf-8")):
            print(f"{path.relative_to(ROOT)}:{line}: not marked for translation: {text}")
            findings += 1
    print(f"{len(templates)} templates, {findings} unmarked texts.")
    return 1 if findings else 0


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """Yield line number and words of every visible text that no translation can replace.

    >>> list(unmarked('<p>{% translate "Guten Tag" %}</p>'))
    []
    >>> list(unmarked('<p>Guten Tag</p>'))
    [(1, 'Guten Tag')]
    """
    source = IGNORED.sub(_blank, source)
    for tag in TEMPLATE_TAG.finditer(source):
        if tag[0].startswith("{%") and re.match(r"\{%\s*include\b", tag[0]):
            yield from _attributes(ARGUMENT, tag[0], source, tag.start())
    source = TEMPLATE_TAG.sub(_blank, source)
    for tag in HTML_TAG.finditer(source):
        yield from _attributes(ATTRIBUTE, tag[0], source, tag.start())
    text = HTML_TAG.sub(_blank, source)
    for number, line in enumerate(text.splitlines(), start=1):
        if _has_words(line):
            yield number, " ".join(line.split())


def _attributes(
    pattern: re.Pattern[str], tag: str, source: str, offset: int
) -> Iterator[tuple[int, str]]:
    for found in pattern.finditer(tag):
        value = found[1] or found[2] or ""
        if _has_words(value):
            yield source.count("\n", 0, offset + found.start() + 1) + 1, value


def _has_words(text: str) -> bool:
    text = re.sub(r"&\w+;", "", text)
    return any(word not in PROPER_NAMES for word in WORD.findall(text))


def _blank(found: re.Match[str]) -> str:
    # Line numbers must survive; a double blank keeps neighbouring words apart.
    return "  " + "\n" * found[0].count("\n")


if __name__ == "__main__":
    sys.exit(main())

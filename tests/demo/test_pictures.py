"""The pictures of README and guide: each is taken, lies there and is shown."""

from __future__ import annotations

import re

from django.conf import settings

ROOT = settings.BASE_DIR.parent
FOLDER = ROOT / "docs" / "bilder"


def test_what_is_taken_what_lies_there_and_what_is_shown_are_the_same() -> None:
    script = (ROOT / "scripts" / "screenshots.py").read_text(encoding="utf-8")
    taken = set(re.findall(r'Picture\(\s*"([\w-]+)"', script))
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    shown = {name for text in texts for name in re.findall(r"bilder/([\w-]+)\.png\)", text)}
    assert taken == {picture.stem for picture in FOLDER.glob("*.png")}
    assert shown == taken

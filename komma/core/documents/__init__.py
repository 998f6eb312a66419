"""Documents to print: tagged PDF (PDF/UA-1, ISO 14289-1) by Typst.

What is filled in reaches the template as data, never as code, so that no text can change a
document's layout or read a file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

_FONTS = Path(__file__).with_name("fonts")
_DATA = "data"  # read in a template by json(bytes(sys.inputs.data))


def render_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """Return the document as PDF/UA-1. ``data`` must be JSON; raises RuntimeError for a template
    that breaks the standard, for instance an image without alternative text."""
    return bytes(
        typst.compile(
            template,
            root=template.parent,
            font_paths=[_FONTS],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=_inputs(data),
            pdf_standards=["ua-1"],
        )
    )


def count_pages(template: Path, data: dict[str, Any]) -> int:
    """Return how many pages the document takes."""
    found = typst.query(
        template,
        "<pages>",
        field="value",
        one=True,
        root=template.parent,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs=_inputs(data),
    )
    return int(json.loads(found))


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    return {_DATA: json.dumps(data, ensure_ascii=False)}

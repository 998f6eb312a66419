"""Refresh the vendored copy of the KERN design system (run by a developer, never at run time).

    uv run python scripts/vendor_ui.py

needs `npm` and fetches the package through npm's own configuration. The result
under `komma/static/vendor/kern/` is committed. Three changes are made to the
built style sheet:

* the icons, which KERN inlines as `data:` addresses, become files of their own, so that
  the content security policy can stay at `'self'`;
* the dark colours apply to screens only: on paper they would be pale text on white;
* comments are dropped, since they are no use to a browser (the licence stays beside it).

Only the font files for the weights that KERN's tokens name are kept.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import unquote

PACKAGE = "@kern-ux/native"
VERSION = "2.7.2"
TARGET = Path(__file__).resolve().parent.parent / "komma" / "static" / "vendor" / "kern"
# The weights behind KERN's tokens font-weight-regular, -medium and -semi-bold.
FONT_WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}
# Licence of the font files. It is not part of the package, so a refresh must keep it.
FONT_LICENCE = Path("fonts") / "OFL.txt"

INLINE_IMAGE = re.compile(r'url\("(data:image/svg\+xml,[^"]*)"\)')
ICON_RULE = re.compile(r'\.kern-icon--([a-z-]+)\{[^}]*?url\("(data:image/svg\+xml,[^"]*)"\)')
ANY_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
COLOURS = {
    "@media (prefers-color-scheme: dark)": "@media screen and (prefers-color-scheme: dark)",
    "@media (prefers-color-scheme: light)": "@media print, (prefers-color-scheme: light)",
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def fetch(directory: Path) -> Path:
    """Unpack the npm package into `directory`; return the folder with its files."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],
        cwd=directory,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = directory.glob("*.tgz")
    with tarfile.open(archive) as bundle:
        bundle.extractall(directory, filter="data")
    return directory / "package"


def move_icons_to_files(css: str, target: Path) -> str:
    """Write each inlined icon to `target/icons/`; return the style sheet that names the files."""
    names = {uri: name for name, uri in ICON_RULE.findall(css)}
    icons = target / "icons"
    icons.mkdir()

    def as_file(match: re.Match[str]) -> str:
        uri = match[1]
        name = names.get(uri) or hashlib.sha256(uri.encode()).hexdigest()[:12]
        (icons / f"{name}.svg").write_text(unquote(uri.partition(",")[2]) + "\n")
        return f'url("icons/{name}.svg")'

    return INLINE_IMAGE.sub(as_file, css)


def print_in_light_colours(css: str) -> str:
    """Return the style sheet with dark colours on screens only; exit if its shape changed."""
    for found, wanted in COLOURS.items():
        if css.count(found) != 1:
            sys.exit(f"the style sheet no longer has exactly one {found}")
        css = css.replace(found, wanted)
    return css


def font_faces(source: Path, target: Path) -> str:
    """Copy the needed font files and return the `@font-face` rules for them."""
    (target / "fonts").mkdir(exist_ok=True)
    rules = []
    for name, weight in FONT_WEIGHTS.items():
        file = f"FiraSans-{name}.woff2"
        shutil.copyfile(source / "dist" / "fonts" / "fira-sans" / file, target / "fonts" / file)
        rules.append(
            "@font-face {\n"
            '  font-family: "Fira Sans";\n'
            f'  src: url("fonts/{file}") format("woff2");\n'
            f"  font-weight: {weight};\n"
            "  font-style: normal;\n"
            "  font-display: swap;\n"
            "}\n"
        )
    return "\n".join(rules)


def refuse_foreign_addresses(css: str) -> None:
    """Exit when the style sheet would make a browser fetch anything from elsewhere."""
    for groups in ANY_URL.findall(css):
        address = groups[0] or groups[1]
        if ":" in address or address.startswith("//"):
            sys.exit(f"the style sheet still refers to {address[:80]}")


def main() -> None:
    """Replace `TARGET` by a fresh copy of the pinned version."""
    font_licence = (TARGET / FONT_LICENCE).read_text()
    shutil.rmtree(TARGET)
    (TARGET / FONT_LICENCE.parent).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        source = fetch(Path(scratch))
        built = (source / "dist" / "kern.min.css").read_text().removeprefix("\ufeff")
        css = print_in_light_colours(COMMENT.sub("", built))
        css = move_icons_to_files(css, TARGET)
        faces = font_faces(source, TARGET)
        refuse_foreign_addresses(css + faces)
        (TARGET / "kern.css").write_text(css)
        (TARGET / "fonts.css").write_text(faces)
        shutil.copyfile(source / "LICENSE.md", TARGET / "LICENSE.md")
    (TARGET / FONT_LICENCE).write_text(font_licence)
    (TARGET / "VERSION").write_text(
        f"{PACKAGE} {VERSION}\n"
        "modified by scripts/vendor_ui.py: icons in files, paper in light colours, no comments\n"
    )


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with a string for people stands in po/POTFILES, and every file there exists. With --write: makes it so."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
MARKED = {
    ".c": re.compile(r"\b(?:_|N_|C_|ngettext|g_dngettext|dgettext) ?\("),
    ".ui": re.compile(r'translatable="yes"'),
    ".in": re.compile(r"^(?:\[Desktop Entry\]|<component)", re.M),
}
FOLDERS = ("src", "ui", "data")


def main():
    listed = {line.strip() for line in (ROOT / "po/POTFILES").read_text().splitlines()
              if line.strip() and not line.startswith("#")}
    marked = {str(f.relative_to(ROOT)) for folder in FOLDERS for f in (ROOT / folder).rglob("*")
              if f.suffix in MARKED and MARKED[f.suffix].search(f.read_text())}
    missing, gone = sorted(marked - listed), sorted(f for f in listed if not (ROOT / f).exists())
    if "--write" in sys.argv and (missing or gone):
        head = [line for line in (ROOT / "po/POTFILES").read_text().splitlines() if line.startswith("#")]
        (ROOT / "po/POTFILES").write_text("\n".join(head + sorted(marked)) + "\n")
        return 0
    for name in missing:
        print(f"po/POTFILES lacks {name}")
    for name in gone:
        print(f"po/POTFILES names {name}, which does not exist")
    return 1 if missing or gone else 0


if __name__ == "__main__":
    sys.exit(main())

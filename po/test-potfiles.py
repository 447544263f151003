#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with a string for people stands in po/POTFILES, and every file there exists. With --write: makes it so."""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
MARKED = {
    ".c": re.compile(r"\b(?:_|N_|C_|ngettext|g_dngettext|dgettext) ?\("),
    ".ui": re.compile(r'translatable="yes"'),
    ".in": re.compile(r"^(?:\[Desktop Entry\]|<component)", re.M),
}
FOLDERS = ("src", "ui", "data")


def check_extraction(files):
    """A format that the preprocessor puts together (G_GINT64_FORMAT) can't be translated: xgettext sees half of it."""
    if not shutil.which("xgettext"):
        return 0
    said = subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
                           "--flag=g_strdup_printf:1:c-format", "--flag=g_set_error:4:c-format", "--flag=g_error_new:3:c-format",
                           "--flag=g_print:1:c-format", "--flag=g_printerr:1:c-format", "--output=/dev/null", *files],
                          cwd=ROOT, capture_output=True, text=True)
    bad = [line for line in said.stderr.splitlines() if "not a valid" in line]
    print(*bad, sep="\n", end="\n" if bad else "")
    return 1 if bad or said.returncode else 0


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
    if missing or gone:
        print("mend it with: po/test-potfiles.py . --write")
        return 1
    return check_extraction(sorted(listed))


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No string of the window, of a notification or of the background service contains a word that is not for people; po/WORDS holds them with the right word beside each."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
# What the background service says reaches people in the window too, as toasts and on rows. The command line and the docs may speak of
# peers and pairing, and so may what only somebody who starts porchd by hand reads.
FOLDERS = ("src/gtk/", "ui/", "data/", "src/daemon/", "src/libporch/", "src/bus/")
NOT_IN_THE_WINDOW = ("src/daemon/porch-daemon-options.c",)
COMMAND = re.compile("“porch [^”]*”")     # a command quoted for those who use it


def words():
    for line in (ROOT / "po/WORDS").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, right = line.split("\t")
            yield re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.I), right


def strings():
    """(file:line, text) of each translatable string, as xgettext sees them."""
    files = [f for f in (ROOT / "po/POTFILES").read_text().split() if f.startswith(FOLDERS) and f not in NOT_IN_THE_WINDOW]
    pot = subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--no-wrap",
                          "--output=-", *files], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    place = ""
    for block in pot.split("\n\n")[1:]:
        place = " ".join(re.findall(r"^#: (.*)$", block, re.M))
        for text in re.findall(r'^msgid(?:_plural)? "(.*)"$', block, re.M):
            yield place, text.replace("_", "")


def main():
    bad, count = 0, 0
    patterns = list(words())
    for place, text in strings():
        count += 1
        for pattern, right in patterns:
            found = pattern.search(COMMAND.sub("", text))
            if found:
                bad += 1
                print(f"{place}: “{text}” says “{found.group()}”; say: {right}")
    print(f"{count} strings, {len(patterns)} words, {bad} wrong")
    # A test that reads nothing must not pass.
    return 1 if bad or count < 400 else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No string of the window or of a notification contains a word that is not for people; po/WORDS holds them with the right word beside each."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
# The command line and the docs may speak of peers and pairing; the window and the notifications may not.
FOLDERS = ("src/gtk/", "ui/", "data/io.github.porchshare.Porch.desktop.in", "src/daemon/porch-daemon-bubbles.c",
           "src/daemon/porch-daemon-notice.c", "src/daemon/porch-daemon-notifier.c", "src/daemon/porch-daemon-strangers.c")


def words():
    for line in (ROOT / "po/WORDS").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, right = line.split("\t")
            yield re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.I), right


def strings():
    """(file:line, text) of each translatable string, as xgettext sees them."""
    files = [f for f in (ROOT / "po/POTFILES").read_text().split() if f.startswith(FOLDERS)]
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
            found = pattern.search(text)
            if found:
                bad += 1
                print(f"{place}: “{text}” says “{found.group()}”; say: {right}")
    print(f"{count} strings, {len(patterns)} words, {bad} wrong")
    # A test that reads nothing must not pass.
    return 1 if bad or count < 100 else 0


if __name__ == "__main__":
    sys.exit(main())

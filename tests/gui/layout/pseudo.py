#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pseudo.py long|rtl SOURCE-ROOT OUT.mo: a made-up translation of everything that the window says, to see how it bears other languages.

long: each word a good third longer, with accents above (as German or Finnish are to English); rtl: words in the order of right-to-left
scripts. Made from the sources with xgettext, for tests only."""
import os
import re
import subprocess
import sys
import tempfile

KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "ngettext:1,2", "g_dngettext:2,3", "g_dpgettext2:2c,3")
# What is not for people: conversions of printf, markup, entities, what a time is made of.
KEPT = re.compile(r"%(?:\d+\$)?<\w+>|%(?:\d+\$)?[-+ 0#']*(?:\d+|\*)?(?:\.\d+)?(?:ll|l|h|j|z)?[a-zA-Z%]|<[^>]*>|&\w+;|\\n|\n")
ACCENTS = str.maketrans("AEIOUaeiou", "ÅËÎÖÜåéîöü")


def longer(text):
    """Vowels come twice, the second with an accent; so every word grows, and with it the longest one."""
    return re.sub(r"[AEIOUaeiou]", lambda m: m.group() + m.group().lower().translate(ACCENTS), text)


def turned(text):
    """Each word inside a right-to-left override: it runs from right to left, as do the words of the sentence."""
    return re.sub(r"[^\s_…]+", lambda m: "\u202e" + m.group() + "\u202c", text)


def translate(text, how):
    out, at = [], 0
    for kept in KEPT.finditer(text):
        out += [how(text[at:kept.start()]), kept.group()]
        at = kept.end()
    out.append(how(text[at:]))
    mark = "\u200f" if how is turned else ""      # a paragraph runs as its first letter does
    return re.sub(r"^(\\n)*", lambda m: m.group() + mark, "".join(out))


def unquote(lines):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', "".join(lines))).replace('\\"', '"')


def quote(text):
    return '"%s"' % text.replace('"', '\\"')


def template(root):
    out = subprocess.run(["xgettext", "--from-code=UTF-8", "--add-comments=Translators", "-f", "po/POTFILES", "-D", root, "-o", "-",
                          *["--keyword=" + k for k in KEYWORDS]], cwd=root, capture_output=True, text=True, check=True)
    return out.stdout


def catalogue(pot, how):
    count, out = 0, ['msgid ""', 'msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"', ""]
    for block in re.split(r"\n\n+", pot)[1:]:
        fields = {}
        for line in block.split("\n"):
            head = re.match(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ', line)
            if head:
                field = fields.setdefault(head.group(1), [])
            if not line.startswith("#") and line:
                field.append(line)
        if not fields.get("msgid") or not unquote(fields["msgid"]):
            continue
        count += 1
        flags = [line for line in block.split("\n") if line.startswith("#,")]
        out += flags + [line for key in ("msgctxt", "msgid", "msgid_plural") for line in fields.get(key, [])]
        one = quote(translate(unquote(fields["msgid"]), how))
        if "msgid_plural" in fields:
            out += ["msgstr[0] " + one, "msgstr[1] " + quote(translate(unquote(fields["msgid_plural"]), how))]
        else:
            out.append("msgstr " + one)
        out.append("")
    return count, "\n".join(out)


def main():
    kind, root, target = sys.argv[1:]
    count, po = catalogue(template(root), {"long": longer, "rtl": turned}[kind])
    assert count > 200, "only %d texts were found" % count
    with tempfile.NamedTemporaryFile("w", suffix=".po", encoding="utf-8") as f:
        f.write(po)
        f.flush()
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        subprocess.run(["msgfmt", "--check-format", "-o", target, f.name], check=True)
    print("%d texts" % count)


if __name__ == "__main__":
    main()

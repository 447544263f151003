#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Porch's icon beside those of Files, Text Editor and Fragments, at 16 to 128 px on light and on dark, in one picture: docs/design/icons.png.

    tests/gui/compare-icons.py FOLDER docs/design/icons.png

FOLDER holds the unpacked packages nautilus-data, gnome-text-editor and fragments (apt-get download …; dpkg -x …deb FOLDER)."""
import os
import pathlib
import re
import sys

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import Gio, GdkPixbuf  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parents[2]
APPS = ["io.github.porchshare.Porch", "org.gnome.Nautilus", "org.gnome.TextEditor", "de.haeckerfelix.Fragments"]
SIZES = [128, 96, 64, 48, 32, 24, 16]
SYMBOLIC = [32, 16]
GROUNDS = [(0xfafafaff, "#2e3436"), (0x242424ff, "#ffffff")]
GAP = 16


def render(path, size, ink=None):
    text = path.read_text()
    if ink:
        text = re.sub(r"#(2e3436|222222|241f31|000000|222|000)\b", ink, text)
        if "fill=" not in text and "fill:" not in text:
            text = text.replace("<svg", '<svg fill="%s"' % ink, 1)
    stream = Gio.MemoryInputStream.new_from_data(text.encode())
    return GdkPixbuf.Pixbuf.new_from_stream_at_scale(stream, size, size, True)


def find(folders, name):
    for folder in folders:
        for path in pathlib.Path(folder).rglob(name + ".svg"):
            return path
    raise SystemExit("no icon %s below %s" % (name, ", ".join(map(str, folders))))


def place(picture, icon, x, y):
    icon.composite(picture, x, y, icon.get_width(), icon.get_height(), x, y, 1, 1, GdkPixbuf.InterpType.NEAREST, 255)


def main():
    folders, out = [TOP / "data/icons", sys.argv[1]], sys.argv[2]
    width = sum(SIZES + SYMBOLIC) + GAP * (len(SIZES) + len(SYMBOLIC) + 2)
    row = SIZES[0] + GAP
    half = row * len(APPS) + GAP
    picture = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, width * 2, half)
    for side, (ground, ink) in enumerate(GROUNDS):
        picture.new_subpixbuf(side * width, 0, width, half).fill(ground)
        for line, app in enumerate(APPS):
            x, middle = side * width + GAP, GAP + line * row + SIZES[0] // 2
            for size in SIZES:
                place(picture, render(find(folders, app), size), x, middle - size // 2)
                x += size + GAP
            for size in SYMBOLIC:
                place(picture, render(find(folders, app + "-symbolic"), size, ink), x, middle - size // 2)
                x += size + GAP
    os.makedirs(os.path.dirname(os.path.abspath(out)), exist_ok=True)
    picture.savev(out, "png", ["compression"], ["9"])


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""flatpak/*.json, as far as it can be checked without building: what the sandbox is given, where the sources come from, that what it names
is there. Usage: test-manifest.py TOP"""
import json
import os
import re
import shutil
import subprocess
import sys

ID = "io.github.porchshare.Porch"
# Everything that the sandbox may do; who adds to it says why in docs/SANDBOX.md.
PERMISSIONS = {"--share=ipc", "--share=network", "--socket=fallback-x11", "--socket=wayland", "--device=dri", "--filesystem=xdg-download",
               "--system-talk-name=org.freedesktop.Avahi"}


def check(manifest, folder, top):
    assert manifest["id"] == ID and manifest["command"] == "porch"
    assert set(manifest["finish-args"]) == PERMISSIONS, set(manifest["finish-args"]) ^ PERMISSIONS
    assert manifest["modules"][-1]["name"] == "porch"
    page = open(os.path.join(top, "docs/SANDBOX.md")).read()
    for permission in PERMISSIONS:
        assert permission in page, "docs/SANDBOX.md does not say why: " + permission
    options = set(re.findall(r"^option\('(\w+)'", open(os.path.join(top, "meson_options.txt")).read(), re.M))
    for option in manifest["modules"][-1]["config-opts"]:
        assert re.match(r"-D(\w+)=", option)[1] in options, option
    for source in (s for m in manifest["modules"] for s in m["sources"]):
        if source["type"] == "archive":
            assert source["url"].startswith("https://") and re.fullmatch("[0-9a-f]{64}", source["sha256"]), source
        elif source["type"] == "patch":
            for path in source["paths"]:
                assert os.path.exists(os.path.join(folder, path)), path
        else:
            assert source == {"type": "dir", "path": ".."}, source


def main():
    top = os.path.abspath(sys.argv[1])
    path = os.path.join(top, "flatpak", ID + ".json")
    with open(path) as f:
        check(json.load(f), os.path.dirname(path), top)
    if not shutil.which("flatpak-builder"):
        print("flatpak-builder is not here to read it too")
        return
    r = subprocess.run(["flatpak-builder", "--show-manifest", path], capture_output=True, text=True)
    assert r.returncode == 0 and "Unknown property" not in r.stderr, r.stderr


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every ui/*.ui and the window's sources: no forbidden widget, what changes between versions of GTK only in the compat file, every icon
there, every text translatable, every control with a name, no call that blocks."""
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(sys.argv[1])
UI = sorted((ROOT / "ui").glob("*.ui"))
SOURCES = sorted((ROOT / "src/gtk").glob("*.c"))
FORBIDDEN = ("AdwLeaflet", "AdwFlap", "AdwSqueezer", "AdwViewSwitcherTitle", "AdwPreferencesWindow", "GtkInfoBar", "GtkDialog", "GtkTreeView",
             "GtkComboBoxText", "GtkEntryCompletion", "GtkIconView", "GtkMessageDialog")
COMPAT_ONLY = ("adw_show_about_window", "adw_about_", "adw_message_dialog", "adw_alert_dialog", "gtk_file_chooser", "gtk_file_dialog",
               "GtkShortcutsWindow", "adw_shortcuts")
TEXTS = {"label", "title", "subtitle", "description", "tooltip-text", "dropdown-tooltip", "placeholder-text"}
# What keeps the main loop until something outside the program has happened.
BLOCKING = r"\w+_sync|sleep|usleep|g_usleep|g_main_loop_run|g_main_context_iteration|g_file_get_contents|g_thread_join"
NOT_TRANSLATED = {"Porch"}
problems = []


def functions_of(widget):
    """GtkInfoBar → gtk_info_bar_"""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", widget).lower() + "_"


def theme_icons():
    icons = {p.stem for p in (ROOT / "ui/icons").rglob("*.svg")}
    for theme in ("Adwaita", "hicolor"):
        icons |= {p.stem for p in pathlib.Path("/usr/share/icons", theme).rglob("*-symbolic.svg")}
    for library in ("libgtk-4.so.1", "libadwaita-1.so.0"):
        path = next(pathlib.Path("/usr/lib").rglob(library), None)
        if path:
            out = subprocess.run(["gresource", "list", str(path)], capture_output=True, text=True).stdout
            icons |= set(re.findall(r"([\w+-]+-symbolic)", out))
    return icons


def check_icons(icons):
    for path in UI + SOURCES:
        for name in set(re.findall(r"[\">]([a-z][a-z0-9+-]*-symbolic)[\"<]", path.read_text())):
            if name not in icons:
                problems.append(f"{path.name}: the icon {name} is not in the theme")


def check_hyphens():
    """What can be copied is shown as it is: Pango would put a hyphen where it breaks a long word, an address for example."""
    for path in UI:
        for label in ET.parse(path).iter("object"):
            values = {p.get("name"): p.text for p in label.findall("property")}
            attributes = {a.get("name"): a.get("value") for a in label.findall("attributes/attribute")}
            if label.get("class") == "GtkLabel" and values.get("selectable") == "True" and attributes.get("insert-hyphens") != "false":
                problems.append(f"{path.name}: the label {label.get('id')} can be selected, and hyphens are put into it")


def check_widgets():
    for path in UI:
        for obj in ET.parse(path).iter("object"):
            if obj.get("class") in FORBIDDEN:
                problems.append(f"{path.name}: {obj.get('class')} is forbidden")
    for path in SOURCES:
        text = path.read_text()
        for widget in FORBIDDEN:
            if functions_of(widget) in text:
                problems.append(f"{path.name}: {widget} is forbidden")
        if path.name != "porch-ui-compat.c":
            for name in COMPAT_ONLY:
                if name in text:
                    problems.append(f"{path.name}: {name} belongs into porch-ui-compat.c")
        if "GTK_CHECK_VERSION" in text and path.name != "porch-ui-compat.c":
            problems.append(f"{path.name}: asks for GTK's version; only porch-ui-compat.c may")


def check_calls():
    for path in SOURCES:
        for name in re.findall(rf"\b({BLOCKING}) \(", path.read_text()):
            problems.append(f"{path.name}: {name} blocks the main loop")


def texts_of(root):
    for element in root.iter():
        if element.tag == "property" and element.get("name") in TEXTS and element.text and element.text.strip():
            yield element
        if element.tag == "attribute" and element.get("name") == "label":
            yield element


def check_texts():
    count = 0
    for path in UI:
        for element in texts_of(ET.parse(path).getroot()):
            count += 1
            if element.get("translatable") != "yes" and element.text not in NOT_TRANSLATED:
                problems.append(f"{path.name}: “{element.text}” is not translatable")
    if count < 50:
        problems.append("hardly any text was found: is this test reading the right place?")


def named(obj):
    """Has this button a text, or a name for those who can't see its icon?"""
    for child in obj.iter():
        if child.tag == "property" and child.get("name") in ("label", "tooltip-text"):
            return True
        if child.tag in ("relation", "accessibility"):
            return True
    return False


def check_names():
    for path in UI:
        for obj in ET.parse(path).iter("object"):
            if obj.get("class") in ("GtkButton", "GtkMenuButton", "AdwSplitButton", "GtkSpinner", "GtkListBox", "GtkColumnView") \
                    and not named(obj) and not obj.get("id") in ("spinner",):
                problems.append(f"{path.name}: a {obj.get('class')} ({obj.get('id')}) has no name")


def check_resource():
    listed = (ROOT / "ui/porch.gresource.xml").read_text()
    for path in UI:
        if f">{path.name}<" not in listed:
            problems.append(f"{path.name} is not in porch.gresource.xml")
        template = re.search(r'<template class="(\w+)"', path.read_text())
        if template and not (ROOT / "src/gtk" / (path.stem + ".c")).exists():
            problems.append(f"{path.name} has no .c of the same name")


def main():
    check_hyphens()
    check_widgets()
    check_calls()
    check_texts()
    check_names()
    check_resource()
    icons = theme_icons()
    if len(icons) < 100:
        print("no icon theme here: icons are not checked")
    else:
        check_icons(icons)
    for problem in problems:
        print(problem)
    print(f"{len(UI)} templates, {len(SOURCES)} sources, {len(problems)} problems")
    return 1 if problems or len(UI) < 5 else 0


if __name__ == "__main__":
    sys.exit(main())

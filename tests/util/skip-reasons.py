# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints, from meson's testlog.json, each skipped test with the last words that it printed: the reason."""
import json
import sys

for line in open(sys.argv[1], encoding='utf-8'):
    test = json.loads(line)
    if test.get('result') == 'SKIP':
        words = (test.get('stdout') or '').strip().splitlines() or (test.get('stderr') or '').strip().splitlines()
        print(f"skipped: {test['name']}: {words[-1] if words else 'it gave no reason'}")

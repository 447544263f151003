#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The man pages are well-formed, and porch(1) has every verb and every long option that the command itself knows.
# Usage: test-man.sh TOP PORCH
set -u
top=$1
porch=$2
failed=0
fail() { echo "man: $*"; failed=1; }

command -v man >/dev/null 2>&1 || { echo "man is not installed"; exit 77; }
for page in "$top"/docs/man/*.1; do
  warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
  [ -z "$warnings" ] || fail "$page: $warnings"
done

page=$(sed 's/\\-/-/g; s/\\f[BRI]//g' "$top/docs/man/porch.1")
verbs=$(LC_ALL=C.UTF-8 "$porch" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(printf '%s\n' "$verbs" | wc -l)" -ge 20 ] || fail "porch --help lists too few verbs: $verbs"
for verb in $verbs; do
  printf '%s\n' "$page" | grep -qE "^(\.B )?$verb\b|, $verb " || fail "porch(1) has no verb $verb"
  for option in $(LC_ALL=C.UTF-8 "$porch" "$verb" --help | grep -oE '^ .*--[a-z]+' | grep -oE -- '--[a-z]+' | sort -u); do
    printf '%s\n' "$page" | grep -qF -- "$option" || fail "porch(1) lacks $option of $verb"
  done
done
[ $failed -ne 0 ] || echo "man pages are well-formed and whole"
exit $failed

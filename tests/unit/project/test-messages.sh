#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/MESSAGES.md: the words of each row stand in the source, and each named test exists with that function. docs/DBUS.md names every
# method, property and error of the interface.
# Usage: test-messages.sh TOP [PAGE]
set -u
top=$1
page=${2:-$top/docs/MESSAGES.md}
failed=0
fail() { echo "docs: $*"; failed=1; }

check_test() { # FILE [FUNCTION]
  [ -f "$top/tests/$1" ] || { fail "there is no test tests/$1"; return; }
  name=$(basename "$1"); name=${name%.*}; name=${name#test-}
  grep -qs -- "$name" "$(dirname "$top/tests/$1")/meson.build" || fail "tests/$1 is not run: meson.build beside it doesn't list it"
  [ -z "${2:-}" ] || grep -qE "(^| )$2 \(|def $2\(" "$top/tests/$1" || fail "tests/$1 has no $2"
}

# A string of C that goes on in the next line is one string.
source=$(mktemp)
trap 'rm -f "$source"' EXIT
find "$top/src" -name '*.c' -exec cat {} + | sed -z 's/" *\n *"//g' >"$source"

rows=0
while IFS= read -r row; do
  rows=$((rows + 1))
  says=$(printf '%s\n' "$row" | awk -F' [|] ' '{print $2}')
  tests=$(printf '%s\n' "$row" | awk -F' [|] ' '{print $4}' | grep -o '`[^`]*`' | tr -d '`')
  case $says in
    '`'*) words=$(printf '%s' "$says" | tr -d '`'); grep -qF -- "$words" "$source" || fail "no source says: $words" ;;
    '('*) ;;
    *) fail "this row says nothing: $row" ;;
  esac
  [ -n "$tests" ] || fail "this row names no test: $row"
  while IFS=' ' read -r file function; do
    [ -z "$file" ] || check_test "$file" "$function"
  done <<END
$tests
END
done <<END
$(grep '^| ' "$page" | grep -v '^| when |')
END
[ "$rows" -ge 30 ] || fail "only $rows rows were found"

xml=$top/src/bus/io.github.porchshare.Porch.xml
for name in $(sed -n 's/.*<\(method\|property\|signal\) name="\([A-Za-z]*\)".*/\2/p' "$xml" | sort -u); do
  grep -q "\`$name\`" "$top/docs/DBUS.md" || fail "DBUS.md doesn't mention $name"
done
for name in $(sed -n 's/.*NAME ("\([A-Za-z]*\)").*/\1/p' "$top/src/bus/porch-bus-error.c"); do
  grep -q "^| \`$name\` |" "$top/docs/DBUS.md" || fail "DBUS.md doesn't explain the error $name"
done

# The check itself must be able to fail.
if [ $# -eq 1 ]; then
  bad=$(mktemp)
  for change in 's/test_port_taken/test_port_given/' 's/Porch runs already in this session/Porch sleeps/' 's,net/test-daemon.py test_usage,nowhere.py,'; do
    sed "$change" "$page" >"$bad"
    sh "$0" "$top" "$bad" >/dev/null && fail "unseen: $change"
  done
  rm -f "$bad"
  [ $failed -ne 0 ] || echo "$rows messages; every one is in the source and has its test"
fi
exit $failed

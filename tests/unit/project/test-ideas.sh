#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/IDEAS.md names tests: each must exist, be built or listed by its folder's meson.build, and have the named case. And it must
# name at least one in each row, for each idea of the list.
# Usage: test-ideas.sh TOP [PAGE]
set -u
top=$1
page=${2:-$top/docs/IDEAS.md}
failed=0
fail() { echo "IDEAS.md: $*"; failed=1; }

# name_exists FILE [CASE]
name_exists() {
  file=$top/tests/$1
  [ -f "$file" ] || { fail "there is no test tests/$1"; return; }
  name=$(basename "$file"); name=${name%.*}; name=${name#test-}
  grep -rqs -- "$name" "$(dirname "$file")/meson.build" || fail "tests/$1 is not run: meson.build beside it doesn't list it"
  [ -z "${2:-}" ] || grep -qF -- "\"$2\"" "$file" || fail "tests/$1 has no case $2"
}

rows=0
while IFS= read -r row; do
  rows=$((rows + 1))
  names=$(printf '%s\n' "$row" | awk -F'|' '{print $4}' | grep -o '`[^`]*`' | tr -d '`')
  [ -n "$names" ] || fail "this row names no test: $row"
  while IFS=' ' read -r file case; do
    [ -z "$file" ] || name_exists "$file" "$case"
  done <<END
$names
END
done <<END
$(grep '^| \*\*' "$page")
END

for idea in 'client and server' 'No center' 'holders reply' 'several at once' 'slack' 'Verification' 'Encryption' 'Control' \
  'reputation' 'Fair' 'come and go' 'Streaming' 'Messages' 'Give and take' 'Lawful'; do
  grep -q "^| \*\*[^|]*$idea" "$page" || fail "the idea '$idea' is missing"
done
[ "$rows" -ge 15 ] || fail "only $rows rows were found"

# The check itself must be able to fail.
if [ $# -eq 1 ]; then
  bad=$(mktemp)
  sed 's/test-cut\.py/test-nothing.py/' "$page" >"$bad"
  sh "$0" "$top" "$bad" >/dev/null && fail "a name that does not exist went unseen"
  sed 's/\(\*\*Messages\*\*.*\)| `[^|]*`/\1| none/' "$page" >"$bad"
  sh "$0" "$top" "$bad" >/dev/null && fail "a row without a test went unseen"
  sed 's,/flow/back-pressure,/flow/no-such-case,' "$page" >"$bad"
  sh "$0" "$top" "$bad" >/dev/null && fail "a case that does not exist went unseen"
  rm -f "$bad"
  [ $failed -ne 0 ] || echo "$rows ideas, every named test exists"
fi
exit $failed

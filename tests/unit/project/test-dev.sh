#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev's set-up, on a pretended Debian whose package tools write down what they are asked.
# Usage: test-dev.sh TOP
set -u
top=$1
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failed=0
unset CI
fail() { echo "dev: $*"; failed=1; }
mkdir "$work/bin" "$work/tools"

for tool in sh dirname sed grep find head id cat env readlink mktemp sort; do ln -s "$(command -v "$tool")" "$work/tools/$tool"; done
cat >"$work/bin/dpkg-query" <<'END'
#!/bin/sh
shift 2
for p in "$@"; do grep -qxF "$p" "$DEV_TEST/installed" && echo "ii  $p"; done
exit 1
END
cat >"$work/bin/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*" >>"$DEV_TEST/log"
case " $* " in
  *" update "*) : >"$DEV_TEST/updated" ;;
  *" install "*)
    [ -e "$DEV_TEST/stale" ] && ! [ -e "$DEV_TEST/updated" ] && exit 100
    while [ "$1" != install ]; do shift; done
    shift
    for p in "$@"; do case $p in -*) ;; *) echo "$p" >>"$DEV_TEST/installed" ;; esac; done ;;
esac
END
cat >"$work/bin/sudo" <<'END'
#!/bin/sh
[ "$1" = -n ] && exit 0
exec "$@"
END
# Root is asked nothing; the test plays an ordinary user whoever runs it.
printf '#!/bin/sh\necho 1000\n' >"$work/bin/id"
chmod +x "$work/bin"/*

fresh() { rm -f "$work/log" "$work/stale" "$work/updated"; : >"$work/installed"; : >"$work/log"; }
run() { DEV_TEST=$work PATH=$work/bin:$work/tools "$top/dev" "$@" </dev/null >"$work/out" 2>&1; }

fresh
run setup && fail 'it installed without asking, where nobody can be asked'
grep -q 'libgtk-4-dev' "$work/out" || fail 'it does not say which packages are missing'
[ -s "$work/log" ] && fail "it called: $(cat "$work/log")"

fresh
CI=true run setup || fail "set-up failed: $(cat "$work/out")"
grep -q 'install .*build-essential.*libsecc' "$work/log" || fail "not everything was installed: $(cat "$work/log")"
grep -q 'xvfb' "$work/log" && fail 'a build installs what only tests need'
: >"$work/log"
CI=true run setup || fail 'the second set-up failed'
[ -s "$work/log" ] && fail "the second set-up called: $(cat "$work/log")"
CI=true run setup test || fail 'set-up for tests failed'
grep -q 'xvfb' "$work/log" || fail 'tests lack their packages'
grep -q 'build-essential' "$work/log" && fail 'what is there was installed again'

fresh
: >"$work/stale"
CI=true run setup || fail 'set-up failed with package lists that are too old'
grep -q 'apt-get update' "$work/log" || fail 'package lists that are too old were not fetched again'

fresh
mkdir "$work/none"
for tool in "$work/tools"/*; do ln -s "$(readlink "$tool")" "$work/none/"; done
PATH=$work/none "$top/dev" setup </dev/null >"$work/out" 2>&1 && fail 'an unknown system without a compiler passed'
grep -q 'libsoup-3.0' "$work/out" || fail "an unknown system does not learn what it lacks: $(cat "$work/out")"

run nonsense; [ $? -eq 2 ] || fail 'an unknown verb is no wrong use'
run help || fail 'help failed'
for verb in run test build exec demo bench install; do
  grep -q "^  $verb " "$work/out" || fail "help lacks $verb"
done
run exec; [ $? -eq 1 ] || fail 'exec without a program passed'

[ $failed -ne 0 ] || echo 'set-up asks, installs once, and says what is missing'
exit $failed

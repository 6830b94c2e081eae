#!/usr/bin/env bash
# etc/imcloud.conf is what `im-conf -d` prints, and docs/man/imcloud.conf.5
# names every setting and no other.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
defaults=$("$build/bin/im-conf" -d)
bad=0
diff -u etc/imcloud.conf - <<<"$defaults" || {
	echo "renew it: $build/bin/im-conf -d >etc/imcloud.conf"
	bad=1
}
keys() {
	awk '/^\[/ { section = substr($0, 2, length($0) - 2) }
	/^#?[a-z_0-9]+ =/ { sub(/^#/, "", $1); print section "." $1 }' | sort -u
}
man=docs/man/imcloud.conf.5
diff <(keys <<<"$defaults") \
	<(sed -n 's/^\.It Ic \([a-z_0-9]*\.[a-z_0-9]*\).*/\1/p' "$man" | sort -u) || {
	echo "$man: .It Ic section.key stands once for each setting (<: missing)"
	bad=1
}
exit $bad

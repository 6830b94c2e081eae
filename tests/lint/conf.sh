#!/usr/bin/env bash
# etc/imcloud.conf is the output of `im-conf -d`, docs/man/imcloud.conf.5 has an
# entry for exactly these settings, and only its owner reads a setting.
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

# Other readers of a setting, and why.
others() {
	cat <<-'END'
	live.connections_max daemons/live/client/handshake refuses connections above it
	live.heartbeat_s daemons/live/presence/beat a node lives for 2.5 of them
	live.heartbeat_s daemons/live/proto/server_frame tells it to the client
	live.listen daemons/live/main logs it at the start
	live.node daemons/live/main logs it at the start
	live.node daemons/live/presence/line names this node in memcached
	live.output_max daemons/live/client/request keeps so much for a client
	live.output_max daemons/live/events/resume pauses a pull at half of it
	live.slow_s daemons/live/net/conn cuts off who does not read the end
	region.id lib/im/site/node ids carry it
	region.id lib/im/user/home users have their home by their id
	END
}

# section.key owner, from the preprocessed table.
owners() {
	printf '%s\n' '#define CONF_SECTION(section)' \
		'#define CONF_SECTION_END(section)' \
		'#define CONF_KEY(s, k, t, d, u, lo, hi, text, owner) @s.k owner' \
		'#include "base/conf.def"' |
		cpp -P -Ilib - | tr -d '"\n' | tr '@' '\n' | sed '/^$/d'
	echo
}

# file:section.key of every use.
uses=$(grep -roE --include='*.[ch]' '\bconf\.[a-z_0-9]+\.[a-z_0-9]+\b( *=[^=])?' \
	lib cgi-bin daemons batch tools | grep -v '^lib/base/conf\.')
if grep -E '=.$' <<<"$uses"; then
	echo "only conf_load() sets a setting"
	bad=1
fi
expected=$( (
	owners
	others
) | awk 'NF { print $2 ":conf." $1 }' | sort -u)
diff <(echo "$expected") <(sed 's/\.[ch]:/:/' <<<"$uses" | sort -u) || {
	echo "settings and who reads them (<: not read there; >: neither the" \
		"owner in lib/base/conf.def nor listed in $0)"
	bad=1
}
exit $bad

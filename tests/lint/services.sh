#!/usr/bin/env bash
# The maps of the web servers, of im-live and of systemd match
# etc/services.table; the table assigns every route to the service that has it;
# table, cgi-bin and man page have the same services.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
bad=0
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
tools/stack/gen-services "$made"
while read -r file; do
	diff -u "$file" "$made/$file" || bad=1
done < <(cd "$made" && find . -type f)
[ $bad -eq 0 ] || echo "run: tools/stack/gen-services ."

# A program that crashes five times in ten seconds is started again, too; one
# whose settings are wrong is not.
for unit in $(grep -l '^Restart=always' etc/systemd/*); do
	for line in StartLimitIntervalSec=0 RestartPreventExitStatus=78; do
		grep -qxF $line "$unit" || {
			echo "$unit lacks $line"
			bad=1
		}
	done
done

# Routes below /internal are not public: only im-live calls them.
for program in "$build"/cgi-bin/*; do
	"$program" --routes | sed "s,^,$(basename "$program") ,"
done | awk -F '|' '
	FNR == NR && /^\// {
		gsub(/[ \t]/, "")
		service[++n] = $2
		whole = $1 ~ /\$$/
		gsub(/\*/, "[^/]*", $1)
		pattern[n] = "^" $1 (whole ? "" : "(/|$)")
		lacks[$2] = $2 != "live"
	}
	FNR == NR { next }
	{
		split($0, route, " ")
		lacks[route[1]] = 0
		if (route[3] ~ /^\/internal\//)
			next
		for (i = 1; i <= n && route[3] !~ pattern[i]; i++)
			;
		if (i > n || service[i] != route[1]) {
			print route[4] ": " route[3] " goes to " \
			    (i > n ? "no service" : service[i]) ", not to " route[1]
			bad = 1
		}
	}
	END {
		for (name in lacks)
			if (lacks[name]) {
				print "no routes of " name
				bad = 1
			}
		exit bad
	}' etc/services.table - || bad=1
for program in "$build"/cgi-bin/*; do
	grep -q "^\.It Nm $(basename "$program")\$" docs/man/imcloud-services.8 || {
		echo "docs/man/imcloud-services.8 lacks $(basename "$program")"
		bad=1
	}
done
exit $bad

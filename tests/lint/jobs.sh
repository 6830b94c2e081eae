#!/usr/bin/env bash
# etc/cron.d, the systemd units of the jobs and lib/job/schedule.def match
# etc/jobs.table,
# imcloud.target starts all of them, and systemd accepts the units.
set -eu
cd "$(dirname "$0")/../.."
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
tools/stack/gen-jobs "$made"
bad=0
while read -r file; do
	diff -u "etc/$file" "$made/$file" || bad=1
done < <(cd "$made" && find . -type f)
diff -u lib/job/schedule.def <(tools/stack/gen-jobs --def) || bad=1
# In local time a timer is silent for an hour in autumn.
grep -H '^OnCalendar=' "$made"/systemd/*.timer | grep -v ' UTC$' && bad=1
for timer in "$made"/systemd/*.timer; do
	grep -q "$(basename "$timer")" etc/systemd/imcloud.target || {
		echo "imcloud.target does not want $(basename "$timer")"
		bad=1
	}
done
for timer in etc/systemd/*.timer; do
	[ -e "$made/systemd/$(basename "$timer")" ] || {
		echo "$timer belongs to no job of etc/jobs.table"
		bad=1
	}
done

# The units name installed programs, which do not exist here.
units=$made/units
mkdir "$units"
for unit in etc/systemd/*; do
	sed 's,^ExecStart=/usr/.*,ExecStart=/bin/true,' "$unit" \
		>"$units/$(basename "$unit")"
done
cp "$units/imcloud-service@.service" "$units/imcloud-service@message.service"
if ! said=$(SYSTEMD_UNIT_PATH=$units: systemd-analyze verify --man=no \
	"$units"/im-*.{service,timer} "$units"/imcloud-{live,memcached}.service \
	"$units"/imcloud-service@message.service 2>&1); then
	echo "$said"
	bad=1
fi
grep -F "$units" <<<"$said" && bad=1
exit $bad

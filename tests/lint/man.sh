#!/usr/bin/env bash
# Every program has a man page with the parts that an operator looks for, and
# mandoc has nothing to say about any page.
set -eu
cd "$(dirname "$0")/../.."
bad=0
for source in tools/*.c batch/*.c daemons/live/main.c; do
	[ -f "$source" ] && grep -q '^int main(' "$source" || continue
	name=im-$(basename "${source%.c}")
	[ "$name" != im-main ] || name=im-live
	compgen -G "docs/man/$name.[18]" >/dev/null || {
		echo "no docs/man/$name.8"
		bad=1
	}
done
for page in docs/man/*.[1-8]; do
	[ -f "$page" ] || continue
	mandoc -Tlint -Wstyle "$page" | grep -vE 'STYLE: (referenced manual not found|.*operating system explicitly specified)|UNSUPP: ' &&
		bad=1
	case $page in *.[18])
		for part in SYNOPSIS DESCRIPTION FILES 'EXIT STATUS'; do
			grep -q "^\.Sh $part\$" "$page" || {
				echo "$page: no $part"
				bad=1
			}
		done ;;
	esac
done
exit $bad

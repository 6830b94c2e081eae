#!/usr/bin/env bash
# Every program has a man page with the usual sections and the options of all
# programs (lib/base/program.h) in the same words, and mandoc accepts all pages.
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
# The end of each list of options.  -c of im-conf has another meaning.
common='.It Fl c Ar file
Read the settings from
.Ar file
instead of the one that
.Ev IMCLOUD_CONF
names, or
.Pa /etc/imcloud/imcloud.conf .
.It Fl o Ar section.key Ns = Ns Ar value
Set one setting over the file; may be repeated.
.It Fl h , -help
Print the usage.
.It Fl -version
Print the version.
.El'
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
		done
		wanted=$common
		[ "$page" != docs/man/im-conf.8 ] || wanted=.It${common#*/imcloud.conf .*.It}
		case $(<"$page") in *$'\n'"$wanted"$'\n'*) ;; *)
			echo "$page: no common options, or in other words"
			bad=1 ;;
		esac ;;
	esac
done
exit $bad

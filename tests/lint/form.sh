#!/usr/bin/env bash
# The form of the C code: clang-format, width, tabs, no leftovers.  Reports
# functions and files that are longer than the aim.
set -eu
cd "$(dirname "$0")/../.."
files=$(find lib cgi-bin daemons batch tools bench tests -name node_modules \
	-prune -o -name '*.[ch]' -print | sort)
bad=0

# shellcheck disable=SC2086 # a list
clang-format --dry-run -Werror $files || {
	echo "run: clang-format -i FILE..."
	bad=1
}
# No line over 80 columns (tabs of 8); clang-format does not break strings.
for file in $files; do
	expand -t 8 "$file" | awk -v f="$file" '
		{ line = $0; gsub(/[\200-\277]/, "", line) }
		length(line) > 80 { print f ":" NR ": over 80 columns"; bad = 1 }
		END { exit bad }' || bad=1
done
# shellcheck disable=SC2086 # a list
{
	grep -nE '[[:blank:]]$' $files && bad=1
	grep -nE '^ {8,}[^ \\*]' $files && { echo "indent with tabs"; bad=1; }
	grep -nwE '[T]ODO|[F]IXME|[X]XX|[H]ACK' -r $files schema etc www tools tests \
		--include='*.*' --exclude-dir=node_modules && bad=1
	grep -nE '^typedef (struct|union)[^(]*;' $files && { echo "no typedef of structs"; bad=1; }
	grep -nE ' == NULL|\b(if|while) \([a-z_>.-]+ != NULL\)' $files && { echo "say !p and p"; bad=1; }
	grep -nE '\berr\) != 0' $files && { echo "a failure is < 0"; bad=1; }
	grep -nE '%l*ll[dux]|\((unsigned )?long long\)' $files && { echo "use PRId64"; bad=1; }
}

# Only reported: functions over 60 lines, files over 500.
long=$(awk '
	FNR == 1 { open = 0; name = "" }
	/^[a-z].*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
	/^\{/ { start = FNR; open = 1 }
	/^\}/ && open {
		if (FNR - start - 1 > 60)
			print FILENAME ":" start ": " name "() has " FNR - start - 1 " lines"
		open = 0
	}
	' $(grep -E '\.c$' <<<"$files"); wc -l $files | awk '
	$1 > 500 && $2 != "total" { print $2 ": " $1 " lines" }')
[ -z "$long" ] || printf 'longer than the aim:\n%s\n' "$long"
exit $bad

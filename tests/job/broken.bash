# For bats files about im-verify, after `load ../helper`: `load broken`.
#
# verify [OPTION...]: im-verify, which ends with $expect, or 0.
# broken NAME SQL UNDO [CHECK]: SQL breaks the store so that im-verify finds
# NAME and check.sql CHECK (or the same name); UNDO or --repair mends it.

verify() { run -"${expect:-0}" "$bin/im-verify" -c "$conf" "$@"; }

broken() {
	local name=$1 check=${4:-$1}
	check_store
	sql "$2"
	expect=65 verify
	[[ $output == *"$name conv_id="* ]]
	[ -z "$(sort <<<"$output" | uniq -d)" ] # each is found once
	! check_store
	[[ $found == *"$check	"* ]] || { echo "$found"; return 1; }
	if [ -n "$3" ]; then
		sql "$3"
	else
		verify --repair
		[[ $output == *"$name conv_id="*repaired* ]]
	fi
	verify
	check_store
}

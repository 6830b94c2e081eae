# Who sees what of a message: visibility.table.
load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app visibility
}
teardown_file() { stack_done; }

@test "each place shows a message to those who may see it, as they may" {
	table=$TOP/tests/api/visibility.table
	for name in Anna $(sed -n 's/^\([a-z]*\) .*/\1/p' "$table" |
		grep -vx 'all\|recalled' | sort -u); do
		sign_up "$name"
		id=${name}_id token=${name}_token
		jq -nc --arg n "$name" --arg i "${!id}" --arg t "${!token}" \
			'{($n): {id: $i, token: $t}}'
	done >"$BATS_TEST_TMPDIR/users"
	said=$(jq -sc add "$BATS_TEST_TMPDIR/users" |
		python3 "$TOP/tests/helpers/visibility.py" "$url" "$table")
	[ -z "$said" ] || { echo "$said"; return 1; }
}

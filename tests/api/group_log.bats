# A group's log says everything of it (tests/helpers/group_log.py).
# GROUP_ACTS: changes by each of five users (make drill: 400)
# GROUP_SEED: that of a run to repeat
load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app group_log
}
teardown_file() { stack_done; }

people() {
	for name in Anna Bert Cleo Dora Emil; do
		sign_up $name >&2
		id=${name}_id token=${name}_token
		jq -nc --arg n $name --arg i "${!id}" --arg t "${!token}" \
			'{($n): {id: $i, token: $t}}'
	done | jq -sc add
}

@test "drill: changes in any order, at once: the log replayed is the group" {
	for seed in "${GROUP_SEED-$RANDOM}" "$RANDOM" "$RANDOM"; do
		echo "seed $seed"
		said=$(people | python3 "$TOP/tests/helpers/group_log.py" "$url" \
			"$seed" "${GROUP_ACTS-25}")
		[ -z "$said" ] || { echo "$said" | head -20; return 1; }
	done
}

# Acts that meet (tests/helpers/races.py).
# RACES: rounds of each race (make drill: 200)
load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app races
	for name in Anna Bert Cleo; do sign_up $name; done
	log_in "$Bert_name" second
	jq -nc --arg a "$Anna_token" --arg b "$Bert_token" --arg c "$Cleo_token" \
		--arg s "$token" --argjson ids "$(ids Anna Bert Cleo)" '{
			Anna: {id: $ids[0], token: $a}, Bert: {id: $ids[1], token: $b},
			Cleo: {id: $ids[2], token: $c}, Bert2: {id: $ids[1], token: $s}
		}' >"$BATS_FILE_TMPDIR/users"
}
teardown_file() { stack_done; }

race() { # NAME [ROUNDS]
	local said
	said=$(python3 "$TOP/tests/helpers/races.py" "$url" "$1" "${RACES-$2}" \
		<"$BATS_FILE_TMPDIR/users" 2>"$BATS_TEST_TMPDIR/figure") ||
		cat "$BATS_TEST_TMPDIR/figure"
	[ -z "$said" ] || { echo "$said"; return 1; }
	[ -z "${RACES-}" ] || cat "$BATS_TEST_TMPDIR/figure" >&3
}

@test "drill: recalls at once are one" { race recalls 10; }
@test "drill: a recall and edits: in the end nothing is left" { race recall_edit 10; }
@test "drill: edits: the last one stands" { race edit_edit 10; }
@test "drill: the same edit at once is one" { race same_edit 10; }
@test "drill: reactions at once are one each" { race reactions 10; }
@test "drill: a recall and reactions" { race recall_react 10; }
@test "drill: a recall and pins" { race recall_pin 10; }
@test "drill: a recall, and deleting for oneself" { race recall_hide 10; }
@test "drill: sends, and the removal of their sender" { race send_removal 10; }
@test "drill: admins remove each other, and one is none any more" {
	race admins_remove 10
}
@test "drill: the owner leaves, and makes somebody an admin" {
	race owner_leaves 10
}
@test "drill: the ownership goes to two, one of whom leaves" {
	race hand_overs 10
}
@test "drill: all leave" { race all_leave 10; }
@test "drill: it is dissolved, and members go" { race leave_dissolve 10; }
@test "drill: two devices read" { race two_devices_read 10; }
@test "drill: one send a hundred times at once" { race same_send 2; }
@test "drill: one client_msg_id a hundred times, with two contents" {
	race other_send 2
}

@test "drill: nothing is left in the tables" {
	[ "$(sql "SELECT COUNT(*) FROM entry e JOIN entry_version v
		USING (conv_id, conv_index) WHERE e.state = 1")" = 0 ]
	for table in reaction pin; do
		[ "$(sql "SELECT COUNT(*) FROM entry e JOIN $table x
			USING (conv_id, conv_index) WHERE e.state = 1")" = 0 ]
	done
}

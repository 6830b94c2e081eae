load ../helper
load ../api/apps
load ../api/chats
load ../api/acts

# im-export, in a stack where it runs only when a test starts it.

setup_file() {
	stack_private user conversation message inbox search admin live lighttpd \
		im-fanout
	use_app export
	for name in Anna Bert; do sign_up $name; done
}
teardown_file() { stack_done; }

dir() { echo "$stack/export"; }
run_job() { "$bin/im-export" -c "$conf" "$@" 2>>"$stack/log/export"; }
# killed POINT [TIMES]: it dies there, or has nothing more to do.  Then nobody
# waits for its lease.
killed() {
	local code=0
	IM_FAULT=$1 IM_FAULT_AFTER=${2-1} run_job || code=$?
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'export%'"
	[ $code = 137 ] || [ $code = "${3-137}" ]
}
ask() { # WHO
	as "$1"
	http POST /v1/users/me/export
	is_status 202
	is_json .state running
}
ask_conv() {
	as_app
	http POST /v1/admin/export "{\"conv_id\":\"$conv\"}"
	is_status 202
}
state() { # WHO
	as "$1"
	http GET /v1/users/me/export
	json .state
}
# talk WHO COUNT [WORD]: WORD1, WORD2, ... in $conv
talk() {
	local from
	as "$1"
	for from in $(seq 1 100 "$2"); do
		http POST /v1/messages/batch "$(jq -nc --arg c "$conv" --arg w "${3-m}" \
			--argjson from "$from" --argjson n "$2" '{messages: [
				range($from; [$from + 100, $n + 1] | min) | {conv_id: $c,
					type: "text", content: {text: ($w + tostring)}}]}')"
		is_status 200
	done
}
# file_of COLUMN ID: sets file
file_of() {
	name=$(sql "SELECT name FROM export WHERE $1 = $2 AND state <> 4")
	file=$(dir)/$name.jsonl
	[ -f "$file" ]
}
# exported WHO: the export of WHO as it is now, in $file
exported() {
	local id=$1_id
	ask "$1"
	run_job
	[ "$(state "$1")" = done ]
	file_of user_id "${!id}"
	is_whole
}
# The last line says how many there are, and each is an object of one member.
is_whole() {
	[ "$(tail -n 1 "$file" | jq -c .)" = "{\"end\":{\"lines\":$(wc -l <"$file")}}" ]
	[ "$(jq -c 'keys | length' "$file" | sort -u)" = 1 ]
}
lines() { jq -c "$1" "$file"; } # FILTER
has_lines() { # FILTER VALUE: over the list of all lines
	local got
	got=$(jq -rs "$1" "$file")
	[ "$got" = "$2" ] || { echo "$1: expected $2, got $got in"; cat "$file"; return 1; }
}
# The message at $at has expired.
is_over() {
	[ "$(sql "SELECT expires_ms < UNIX_TIMESTAMP(NOW(3)) * 1000 FROM entry
		WHERE conv_id = $conv AND conv_index = $at")" = 1 ]
}
texts() { # of the entries of a conversation
	jq -rs "[.[].entry // empty | select(.conv_id == \"$1\" and .kind == \"message\")
		| .content.text // \"-\"] | join(\" \")" "$file"
}

@test "export: a person: who they are, whom they know, what they have set" {
	sign_up Mia
	sign_up Noa
	as Mia
	http PATCH /v1/users/me '{"bio":"about mia","meta":{"a":1}}'
	http PATCH /v1/users/me/settings '{"last_seen":"nobody"}'
	http POST /v1/contacts "{\"user_id\":\"$Noa_id\",\"message\":\"it is me\"}"
	http PUT "/v1/blocks/$Bert_id"
	new_conv group Mia Noa Anna
	group=$conv
	say Mia one
	say Anna two
	as Mia
	http PATCH "/v1/conversations/$group/me" '{"remark":"the four","folder":"work"}'
	new_conv direct Mia Noa
	direct=$conv
	say Noa three
	caught_up Mia
	exported Mia
	has_lines '.[0].export | [.version, .user_id] | join(" ")' "1 $Mia_id"
	has_lines '[.[].profile // empty][0] | [.user_id, .bio, .meta.a] | join(" ")' \
		"$Mia_id about mia 1"
	has_lines '[.[].settings // empty][0].last_seen' nobody
	has_lines '[.[].contact // empty | [.user_id, .state, .message] | join(" ")] | join(",")' \
		"$Noa_id sent it is me"
	has_lines '[.[].block // empty | .user_id] | join(",")' "$Bert_id"
	has_lines '[.[].session // empty | .device.id] | join(",")' "$Mia_device"
	has_lines "[.[].chat // empty | select(.conv_id == \"$group\")][0]
		| [.conversation.kind, .member.role, .me.remark, .me.folder] | join(\" \")" \
		'group owner the four work'
	has_lines "[.[].chat // empty | select(.conv_id == \"$direct\")][0]
		| [.conversation.kind, .conversation.peer.user_id] | join(\" \")" \
		"direct $Noa_id"
	[ "$(texts "$group")" = 'one two' ]
	[ "$(texts "$direct")" = three ]
	# no secret
	! grep -qE 'imu_|hash|password' "$file"
	! grep -qF "$Mia_token" "$file"
	[ "$(stat -c %a "$file")" = 600 ]
	[ "$(stat -c %a "$(dir)")" = 700 ]
	[ "${#name}" -ge 50 ]
	[ "$(find "$(dir)" -name '*.part' | wc -l)" = 0 ]
}

@test "export: no more than the person may see now" {
	sign_up Mia
	new_conv group Anna Mia
	group=$conv
	say Anna kept
	say Anna hidden-one
	as Mia
	http DELETE "/v1/messages/$msg"
	is_status 204
	say Anna taken-back
	as Anna
	http POST "/v1/messages/$msg/recall"
	say Anna before-edit
	as Anna
	http PATCH "/v1/messages/$msg" '{"content":{"text":"after-edit"}}'
	say Anna "$(text expired-one | jq -c '.expires_in_s = 1')"
	wait_for is_over
	exported Mia
	[ "$(texts "$group")" = 'kept - after-edit' ]
	! grep -qE 'hidden-one|taken-back|before-edit|expired-one' "$file"
	has_lines '[.[].entry // empty | select(.recalled) | has("content")] | tostring' '[false]'

	# what was said before they came, and before they cleared it
	as Anna
	http POST /v1/conversations '{"kind":"group","settings":{"history":"since_joined"}}'
	conv=$(json .conv_id)
	since=$conv
	say Anna before-mia
	quoted=$msg
	add Anna Mia
	say Mia own-first
	as Anna
	send "$(text quoting | jq -c ".reply_to = \"$quoted\"")"
	drop Anna Mia
	say Anna while-away
	add Anna Mia
	say Anna back
	new_conv group Anna Mia
	cleared=$conv
	say Mia own-cleared
	say Anna their-cleared
	as Mia
	http POST "/v1/conversations/$conv/clear"
	say Anna new-one
	exported Mia
	# what they have sent is theirs, also from the time before
	[ "$(texts "$since")" = 'own-first back' ]
	[ "$(texts "$cleared")" = new-one ]
	! grep -qE 'before-mia|while-away|cleared' "$file"
	# each index once, in order
	has_lines "[.[].entry // empty | select(.conv_id == \"$group\") | .conv_index]
		| . == (sort | unique)" true
}

@test "export: of a group that they have left, what they have said, and nothing else" {
	sign_up Mia
	new_conv group Anna Mia
	say Anna theirs
	as Mia
	send "$(text mine | jq -c ".reply_to = \"$msg\"")"
	is_status 201
	mine=$(json .msg_id)
	as Anna
	http PUT "/v1/messages/$mine/reactions/$(enc 👍)"
	say Mia mine-hidden
	as Mia
	http DELETE "/v1/messages/$msg"
	http POST "/v1/conversations/$conv/leave"
	say Anna afterwards
	exported Mia
	[ "$(texts "$conv")" = mine ]
	! grep -qE 'theirs|afterwards|mine-hidden|👍' "$file"
	has_lines "[.[].chat // empty | select(.conv_id == \"$conv\")
		| has(\"conversation\"), (.left_index > 0)] | tostring" '[false,true]'
}

@test "export: what they keep for themselves, more than a page of it" {
	sign_up Mia
	new_conv group Anna Mia
	talk Anna 120 s
	as Mia
	for at in $(seq 2 121); do
		id=$(sql "SELECT msg_id FROM entry WHERE conv_id = $conv AND conv_index = $at")
		http PUT "/v1/messages/$id/star"
		http PUT "/v1/messages/$id/reminder" "{\"remind_at\":$(ms $((3600 + at / 9))),
			\"note\":\"note $at\"}"
		is_status 204
	done
	for at in $(seq 90); do
		send "$(text "later $at" | jq -c ".send_at = $(ms $((7200 + at / 9)))")"
		is_status 202
	done
	http DELETE "/v1/scheduled/$(json .msg_id)"
	schedule=$(ms 9000)
	exported Mia
	has_lines '[.[].star // empty | .conv_index] | sort == [range(2; 122)]' true
	has_lines '[.[].star // empty | .starred_at] | . == (sort | reverse)' true
	has_lines '[.[].reminder // empty | .note[5:] | tonumber] | sort == [range(2; 122)]' \
		true
	has_lines "[.[].reminder // empty | .conv_id] | unique | join(\" \")" "$conv"
	has_lines '[.[].reminder // empty | .remind_at] | . == sort' true
	has_lines '[.[].scheduled // empty | .content.text[6:] | tonumber]
		| sort == [range(1; 90)]' true
	has_lines '[.[].scheduled // empty | .state] | unique | join(" ")' scheduled
	has_lines "[.[].scheduled // empty | .send_at < $schedule] | all" true
	# of others nothing
	exported Anna
	has_lines '[.[] | select(has("star") or has("reminder") or has("scheduled"))]
		| length' 0
}

@test "export: what their messages were before they were edited" {
	sign_up Mia
	new_conv group Anna Mia
	say Mia first
	mine=$msg
	long=$(printf %12000s | tr ' ' x)
	as Mia
	for at in $(seq 110); do
		http PATCH "/v1/messages/$mine" "{\"content\":{\"text\":\"$long$at\"}}"
		is_status 200
	done
	say Anna theirs
	as Anna
	http PATCH "/v1/messages/$msg" '{"content":{"text":"theirs, edited"}}'
	say Mia recalled
	as Mia
	http PATCH "/v1/messages/$msg" '{"content":{"text":"again"}}'
	http POST "/v1/messages/$msg/recall"
	exported Mia
	has_lines '[.[].version // empty | .msg_id] | unique | join(" ")' "$mine"
	has_lines '[.[].version // empty | .content.text | ltrimstr("'"$long"'")]
		== (["first"] + [range(1; 110) | tostring])' true
	has_lines '[.[].version // empty | .edited_at] | . == sort' true
	has_lines "[.[].entry // empty | select(.msg_id == \"$mine\")][0].content.text
		== \"${long}110\"" true
	# behind their message
	has_lines "(map(.entry.msg_id == \"$mine\") | index(true)) + 1
		== (map(has(\"version\")) | index(true))" true
	# and of a group that they have left
	http POST "/v1/conversations/$conv/leave"
	exported Mia
	has_lines '[.[].version // empty] | length' 110
	exported Anna
	has_lines "[.[].version // empty | select(.conv_id == \"$conv\")
		| .content.text] | join(\" \")" theirs
}

@test "export: a conversation, as anybody may still see it" {
	sign_up Mia
	new_conv group Anna Mia
	say Anna first
	say Mia gone-away
	as Mia
	http POST "/v1/messages/$msg/recall"
	as Mia
	http POST "/v1/conversations/$conv/clear"
	talk Anna 120 n
	ask_conv
	run_job
	file_of conv_id "$conv"
	is_whole
	has_lines '.[0].export.conv_id' "$conv"
	has_lines '[.[].conversation // empty][0].conv_id' "$conv"
	has_lines '[.[].member // empty | .user.username] | sort | join(" ")' \
		"$(printf '%s\n' "$Anna_name" "$Mia_name" | sort | xargs)"
	[ "$(texts "$conv")" = "first - $(seq -s ' ' -f 'n%g' 120)" ]
	has_lines '[.[].entry // empty | .conv_index] | . == [range(1; length + 1)]' true
	! grep -q gone-away "$file"
	as_app
	http GET "/v1/admin/export?conv_id=$conv"
	is_json .state done
}

@test "export: killed at every point, and run by two at once" {
	sign_up Mia
	new_conv group Mia Anna
	talk Mia 130
	for point in export_found export_wrote export_kept export_renamed export_ended \
		export_removed; do
		# the first makes one, the second replaces it
		for round in 1 2; do
			ask Mia
			for after in 1 2 3 5; do killed $point $after 0; done
			run_job &
			run_job
			wait
			[ "$(state Mia)" = done ]
			file_of user_id "$Mia_id"
			is_whole
			[ "$(texts "$conv")" = "$(seq -s ' ' -f 'm%g' 130)" ]
		done
		[ "$(find "$(dir)" -name "$name*" | wc -l)" = 1 ]
	done
	[ "$(find "$(dir)" -type f | wc -l)" = \
		"$(sql 'SELECT COUNT(*) FROM export WHERE name IS NOT NULL')" ]
}

is_stopped() { [[ $(ps -o state= --ppid "$1") = T* ]]; }
@test "export: a worker that was stopped writes nothing into the file of the next one" {
	sign_up Mia
	new_conv group Mia Anna
	talk Mia 130
	for point in export_wrote export_renamed; do
		ask Mia
		IM_FAULT=$point IM_FAULT_AFTER=1 IM_FAULT_STOP=1 run_job &
		stopped=$!
		wait_for is_stopped $stopped
		sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'export%'"
		run_job
		kill -CONT "$(pgrep -P $stopped)"
		wait $stopped
		[ "$(state Mia)" = done ]
		file_of user_id "$Mia_id"
		is_whole
		[ "$(texts "$conv")" = "$(seq -s ' ' -f 'm%g' 130)" ]
	done
}

@test "export: a part that is lost is written again from the start" {
	sign_up Mia
	new_conv group Mia Anna
	talk Mia 70
	ask Mia
	killed export_kept 6
	[ "$(sql "SELECT bytes > 0 FROM export WHERE user_id = $Mia_id AND state = 1")" = 1 ]
	rm "$(dir)"/*.part
	run_job
	file_of user_id "$Mia_id"
	is_whole
	[ "$(texts "$conv")" = "$(seq -s ' ' -f 'm%g' 70)" ]
}

@test "export: where nothing can be written it is tried again, and then given up" {
	announce 'ev=export_failed|ev=job .*exit=65'
	sign_up Mia
	sign_up Noa
	ask Mia
	for try in $(seq 10); do
		[ "$(state Mia)" = running ]
		code=0
		run_job -o export.dir=/proc/nowhere || code=$?
		sql "UPDATE export SET due_ms = 1 WHERE due_ms IS NOT NULL AND state = 1"
	done
	[ $code = 65 ]
	[ "$(state Mia)" = failed ]
	[[ $(sql "SELECT reason FROM export WHERE user_id = $Mia_id") == 'export file: open'* ]]
	# somebody else's is not held up, and asking again is a new one
	exported Noa
	exported Mia
}

@test "export: a new one replaces the last one; an old file goes, and its state stays" {
	sign_up Mia
	exported Mia
	first=$file
	ask Mia
	http POST /v1/users/me/export
	is_json .state running
	[ "$(sql "SELECT COUNT(*) FROM export WHERE user_id = $Mia_id AND state = 1")" = 1 ]
	run_job
	file_of user_id "$Mia_id"
	[ "$file" != "$first" ]
	[ ! -e "$first" ]
	days=$(sql "SELECT ROUND((due_ms - ended_ms) / 86400000) FROM export
		WHERE user_id = $Mia_id AND state = 2")
	[ "$days" = 7 ]
	sql "UPDATE export SET due_ms = 1 WHERE user_id = $Mia_id"
	run_job
	[ ! -e "$file" ]
	[ "$(state Mia)" = done ]
	run_job
	exported Mia
}

@test "export: im-admin names the files" {
	sign_up Mia
	ask Mia
	listed() { "$bin/im-admin" -c "$conf" export list "$IM_APP" |
		awk -F'\t' -v id="$Mia_id" '$3 == id { print $2, $8 }'; }
	name=$(sql "SELECT name FROM export WHERE user_id = $Mia_id")
	[ "$(listed)" = "running $name.part" ]
	run_job
	[ "$(listed)" = "done $name.jsonl" ]
	[ -f "$(dir)/$name.jsonl" ]
	sql "UPDATE export SET due_ms = 1 WHERE user_id = $Mia_id"
	run_job
	[ "$(listed)" = 'done -' ]
}

@test "export: what no row names goes when it is old" {
	mkdir -p "$(dir)"
	touch -d '20 days ago' "$(dir)/export-lost.jsonl" "$(dir)/export-lost.part" \
		"$(dir)/another"
	touch "$(dir)/export-new.part"
	run_job --dry-run
	[ -e "$(dir)/export-lost.jsonl" ]
	run_job
	[ "$(cd "$(dir)" && ls export-lost* another export-new.part 2>/dev/null | xargs)" = \
		'another export-new.part' ]
	rm "$(dir)/another" "$(dir)/export-new.part"
}

@test "export: with the person their exports go" {
	sign_up Mia
	new_conv group Mia Anna
	talk Mia 70
	exported Mia
	done_file=$file
	ask Mia
	killed export_kept 6
	as Mia
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
	for pass in 1 2; do
		"$bin/im-erase" -c "$conf" 2>>"$stack/log/erase"
		sql 'UPDATE erasure SET due_ms = 1 WHERE due_ms IS NOT NULL'
	done
	"$bin/im-erase" -c "$conf" 2>>"$stack/log/erase"
	[ "$(sql "SELECT COUNT(*) FROM export WHERE user_id = $Mia_id AND state <> 4")" = 0 ]
	run_job
	[ "$(sql "SELECT COUNT(*) FROM export WHERE user_id = $Mia_id")" = 0 ]
	[ ! -e "$done_file" ]
	[ "$(find "$(dir)" -name '*.part' | wc -l)" = 0 ]
	# by one that was asked for just before
	sql "INSERT INTO export (app_id, export_id, user_id, conv_id, state, asked_ms, due_ms, name)
		VALUES ($IM_APP_ID, 7, $Mia_id, 0, 1, 1, 1, 'export-late')"
	run_job
	[ "$(sql "SELECT COUNT(*) FROM export WHERE user_id = $Mia_id")" = 0 ]
	[ ! -e "$(dir)/export-late.part" ]
	store_is_sound
}

# Changes of messages: killed at every point, in random order, and in mode pull.
load ../helper
load ../api/apps
load ../api/chats
load ../api/acts
bats_require_minimum_version 1.5.0

setup_file() {
	stack_private message user conversation inbox lighttpd im-fanout im-expire live
	use_app acts
}
teardown_file() { stack_done; }
setup() { for name in Anna Bert Cleo Dora; do sign_up $name; done; }

count() { sql "SELECT COUNT(*) FROM entry WHERE conv_id = $conv AND kind = $1
	AND target_index = $at"; }
# The worker is over; else it goes on.
goes_on() {
	! kill -CONT "$worker" 2>/dev/null ||
		grep -qs 'State:.Z' "/proc/$worker/status"
}
proven() {
	wait_for check_store || { echo "$found"; return 1; }
	"$bin/im-verify" -c "$conf"
}

# Each act, killed at each point, is done once or not at all; a repeat does it.
@test "killed at every point: all of it or nothing, and a repeat finds it" {
	new_conv group Anna Bert
	for point in act_changed act_commit act_committed; do
		say Anna 'of all'
		for act in "3 PATCH /v1/messages/$msg {\"content\":{\"text\":\"new\"},\"client_msg_id\":\"$point\"}" \
			"4 PUT /v1/messages/$msg/reactions/$(enc 👍)" \
			"4 DELETE /v1/messages/$msg/reactions/$(enc 👍)" \
			"5 PUT /v1/conversations/$conv/pins/$msg" \
			"6 DELETE /v1/conversations/$conv/pins/$msg" \
			"2 POST /v1/messages/$msg/recall {}"; do
			read -r kind method path data <<<"$act"
			n=$(count "$kind")
			as Anna
			IM_FAULT=$point cgi message "$method" "$path" "$data" \
				2>/dev/null || :
			done=$(($(count "$kind") - n))
			case $point in
			act_committed) [ $done = 1 ] ;;
			*) [ $done = 0 ] ;;
			esac
			proven
			http "$method" "$path" "$data"
			case $status in 200 | 204) ;; *) show; return 1 ;; esac
			[ $(($(count "$kind") - n)) = 1 ]
		done
		caught_up Bert
	done
	proven
}

# ACTS: changes by each of two devices of four users (make drill: 400)
@test "drill: in any order, at once: a replay arrives where history stands" {
	new_conv group Anna Bert Cleo Dora
	sql "UPDATE conversation SET who_can_pin = 1, who_can_mention_all = 1
		WHERE conv_id = $conv; UPDATE member SET role = 2
		WHERE conv_id = $conv AND user_id = $Bert_id"
	for seed in "${ACTS_SEED-$RANDOM}"; do
		echo "seed $seed"
		said=$(for name in Anna Bert Cleo Dora; do
			id=${name}_id first=${name}_token username=${name}_name
			log_in "${!username}" second
			jq -nc --arg n $name --arg i "${!id}" --arg t "${!first}" \
				--arg s "$token" '{($n): {id: $i, token: $t},
					($n + "2"): {id: $i, token: $s}}'
		done | jq -sc --arg c "$conv" '{conv_id: $c, users: add}' |
			python3 "$TOP/tests/helpers/acts.py" "$url" "$seed" "${ACTS-25}")
		[ -z "$said" ] || { echo "$said" | head -20; return 1; }
	done
	proven
}

@test "recalled between the commit of fan-out and its events: none has it" {
	new_conv group Anna Bert
	say Anna first
	caught_up Bert
	service down im-fanout
	as Bert
	http PUT "/v1/messages/$msg/reactions/$(enc 👍)" # leaves the rest to im-fanout
	say Anna secret
	listen Bert
	IM_FAULT=committed IM_FAULT_STOP=1 "$bin/im-fanout" -c "$conf" 3>&- 4>&- &
	worker=$!
	wait_for grep -q 'State:.T' /proc/$worker/status
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_status 200
	# It stops behind each commit.
	wait_for goes_on
	wait $worker || :
	service up im-fanout
	wait_for grep -q '"kind":"message".*"recalled":true' "$events"
	caught_up Bert
	kill $listener
	[ "$(grep -c secret "$events")" = 0 ]
	proven
}

@test "recalled between the commit of a send and its events: none has it" {
	new_conv direct Anna Bert
	say Anna first
	say Bert second # served by the sends from now on
	listen Bert
	as Anna
	IM_FAULT=committed IM_FAULT_STOP=1 cgi message POST \
		"/v1/conversations/$conv/messages" "$(text secret)" 3>&- 4>&- &
	sender=$!
	is_committed() {
		http GET "/v1/conversations/$conv/messages?limit=1"
		[ "$(json '.items[0].content.text')" = secret ]
	}
	wait_for is_committed
	msg=$(json '.items[0].msg_id')
	http POST "/v1/messages/$msg/recall"
	is_status 200
	kill -CONT "$(pgrep -r T -f "message -c $conf")"
	wait $sender || :
	wait_for grep -q '"kind":"message".*"recalled":true\|"pull"' "$events"
	kill $listener
	[ "$(grep -c secret "$events")" = 0 ]
	proven
}

@test "in mode pull: unread, mentions, and no rows for changes" {
	new_conv group Anna Bert Cleo
	caught_up Bert
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	before=$(stand Bert)
	say Anna one
	say Anna '{"type":"text","content":{"text":"secret"},"mentions":["'"$Bert_id"'"]}'
	caught_up Bert
	chat_is Bert .unread 2
	chat_is Bert .mentions 1
	as Bert
	http PUT "/v1/messages/$msg/reactions/$(enc 👍)"
	is_status 204
	chat_is Bert .last_entry.msg_id "$msg"
	as Anna
	http POST "/v1/messages/$msg/recall"
	is_status 200
	chat_is Bert .unread 1
	chat_is Bert .mentions 0
	chat_is Bert .last_entry.recalled true
	as Bert
	http GET /v1/inbox/head
	is_json .total_unread 1
	pull Bert "$before"
	is_json '[.events[].entry.kind] | tojson' '["message"]'
	[[ $body != *secret* ]]
	http PUT "/v1/conversations/$conv/read" '{"conv_index":1000}'
	is_json .unread 0
	proven
}

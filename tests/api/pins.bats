load ../helper
load apps
load chats
load acts

setup_file() { people pins; }
teardown_file() { stack_done; }

pin() { # WHO [MSG]
	as "$1"
	http PUT "/v1/conversations/$conv/pins/${2-$msg}"
}
unpin() {
	as "$1"
	http DELETE "/v1/conversations/$conv/pins/${2-$msg}"
}
pins() { http GET "/v1/conversations/$conv/pins$1"; }
texts() { json '[.items[].entry.content.text] | join(" ")'; }

# route: message.pin
# route: message.unpin
# route: message.pins

@test "pin: newest first, with who and when; unpin" {
	new_conv group Anna Bert
	as Bert
	pins ''
	is_json . '{
  "items": [],
  "next": null
}'
	say Bert one
	one=$msg
	say Bert two
	two=$msg
	caught_up Bert
	before=$(stand Bert)
	pin Anna "$two"
	is_status 204
	[ -z "$body" ]
	pin Anna "$one"
	as Bert
	pins ''
	[ "$(texts)" = 'one two' ]
	is_json '.items[0] | [.pinned_by, .entry.msg_id] | join(" ")' "$Anna_id $one"
	is_json '[.items[] | keys | join(" ")] | unique | join(",")' \
		'entry pinned_at pinned_by'
	at=$(json '.items[0].pinned_at')
	history '?limit=1'
	is_json '.items[0] | [.kind, .target_index, .sender_id, .sent_at, .ordinal]
		| tojson' "[\"pin\",2,\"$Anna_id\",$at,2]"
	is_json '.items[0] | has("content")' false
	caught_up Bert
	pull Bert "$before"
	is_json '[.events[].entry | .kind + .target.content.text] | join(" ")' \
		'pintwo pinone'
	chat_is Bert .last_entry.content.text two
	chat_is Bert .unread 0
	pins '?limit=1&users=true'
	[ "$(texts)" = one ]
	is_json '.users | keys | sort | join(" ")' \
		"$(printf '%s\n' "$Anna_id" "$Bert_id" | sort | xargs)"
	pins "?limit=1&cursor=$(json .next)"
	[ "$(texts)" = two ]
	is_json .next null
	n=$(entries)
	pin Anna "$one" # pinned already
	is_status 204
	[ "$(entries)" = "$n" ]
	for i in 1 2; do
		unpin Anna "$one"
		is_status 204
	done
	[ "$(entries)" = $((n + 1)) ]
	pins ''
	[ "$(texts)" = two ]
	history '?limit=1'
	is_json '.items[0].kind' unpin
	pin Anna "$one"
	pins ''
	[ "$(texts)" = 'one two' ]
}

@test "pin: a recalled message leaves the pins, an edited one is shown as it is" {
	new_conv group Anna Bert
	say Anna one
	pin Anna
	http PATCH "/v1/messages/$msg" '{"content":{"text":"edited"}}'
	pins ''
	[ "$(texts)" = edited ]
	http POST "/v1/messages/$msg/recall"
	pins ''
	is_json '.items | length' 0
	pin Anna
	is_problem 410 gone
	unpin Anna
	is_status 204
}

@test "pin: who may" {
	new_conv group Anna Bert
	say Bert x
	pin Bert
	is_problem 403 forbidden
	unpin Bert
	is_problem 403 forbidden
	pin Anna
	unpin Bert
	is_problem 403 forbidden
	as Anna
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids Bert),
		\"settings\":{\"who_can_pin\":\"all\"}}"
	conv=$(json .conv_id)
	say Anna y
	pin Bert
	is_status 204
	new_conv direct Anna Bert
	say Anna z
	pin Bert
	is_status 204
	new_conv self Anna
	say Anna note
	pin Anna
	is_status 204
}

@test "mention_all: who may" {
	new_conv group Anna Bert
	all='{"type":"text","content":{"text":"x"},"mention_all":true}'
	say Anna "$all"
	as Bert
	send "$all"
	is_problem 403 forbidden
	send "$(jq -c '.flags = ["ephemeral"]' <<<"$all")"
	is_problem 403 forbidden
	as Anna
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids Bert),
		\"settings\":{\"who_can_mention_all\":\"all\"}}"
	conv=$(json .conv_id)
	say Bert "$all"
	new_conv direct Anna Bert
	say Bert "$all"
}

@test "pins: for members alone, of this conversation; fields" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only PUT "/v1/conversations/$conv/pins/$msg"
	members_only DELETE "/v1/conversations/$conv/pins/$msg"
	members_only GET "/v1/conversations/$conv/pins"
	as Anna
	for bad in 1 0 x 01; do
		pin Anna $bad
		is_problem 404 not_found
		http PUT "/v1/conversations/$bad/pins/$msg"
		is_problem 404 not_found
		http GET "/v1/conversations/$bad/pins"
		is_problem 404 not_found
	done
	history '?limit=1&before=2'
	pin Anna "$(json '.items[0].msg_id')"
	is_problem 404 not_found
	http PUT "/v1/conversations/$conv/pins/$msg" '{"more":1}'
	is_problem 400 invalid_argument more
	for query in limit=0 limit=x; do
		pins "?$query"
		is_problem 400 invalid_argument limit
	done
	pins '?cursor=x'
	is_problem 400 invalid_argument cursor
	other=$msg
	new_conv group Anna
	pin Anna "$other"
	is_problem 404 not_found
	make_app other
	IM_APP=$app sign_up Zoe
	pin Zoe
	is_problem 404 not_found
}

@test "pins: of what the reader may see" {
	as Anna
	http POST /v1/conversations '{"kind":"group","members":[],
		"settings":{"name":"n","history":"since_joined","who_can_pin":"all"}}'
	conv=$(json .conv_id)
	say Anna early
	early=$msg
	pin Anna
	add Anna Bert
	say Anna late
	pin Anna
	as Bert
	pins ''
	[ "$(texts)" = late ]
	unpin Bert "$early"
	is_problem 404 not_found
	as Anna
	pins ''
	[ "$(texts)" = 'late early' ]
}

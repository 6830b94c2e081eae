load ../helper
load apps
load chats
load acts

# What users set for themselves, and what it does.

setup_file() { people own_settings; }
teardown_file() { stack_done; }

set_own() { # WHO JSON
	as "$1"
	http PATCH /v1/users/me/settings "$2"
	is_status 200
}
settings() { # WHO
	as "$1"
	http GET /v1/users/me/settings
	is_status 200
}

none='{"dnd":null,"push_preview":true,"read_receipts":true,
	"last_seen":"everyone","add_to_groups":"everyone","meta":{}}'

# route: user.settings
# route: user.change_settings

@test "settings: the defaults, every field, and null" {
	sign_up Sara
	settings Sara
	is_json tojson "$(jq -c . <<<"$none")"
	all='{"dnd":{"from":"22:30","to":"07:00","tz":"Europe/Berlin",
		"days":[1,5,7]},"push_preview":false,"read_receipts":false,
		"last_seen":"contacts","add_to_groups":"nobody",
		"meta":{"theme":"dark","n":[1,null]}}'
	set_own Sara "$all"
	is_json tojson "$(jq -c . <<<"$all")"
	settings Sara
	is_json tojson "$(jq -c . <<<"$all")"
	http GET /v1/sync
	is_json '.settings | tojson' "$(jq -c . <<<"$all")"
	settings Anna
	is_json tojson "$(jq -c . <<<"$none")"
	set_own Sara '{"dnd":null,"push_preview":true}'
	is_json '[.dnd, .push_preview, .add_to_groups] | tojson' \
		'[null,true,"nobody"]'
	set_own Sara '{"dnd":{"from":"00:00","to":"00:00","tz":"UTC","days":[7,1]}}'
	is_json '.dnd | tojson' \
		'{"from":"00:00","to":"00:00","tz":"UTC","days":[1,7]}'
	set_own Sara '{"meta":null,"dnd":null,"read_receipts":true,
		"last_seen":"everyone","add_to_groups":"everyone"}'
	is_json tojson "$(jq -c . <<<"$none")"
}

@test "settings: one event on all devices, and none where nothing changes" {
	sign_up Evan
	n=$(stand Evan)
	polling Evan
	set_own Evan '{"last_seen":"nobody","meta":{"a":1}}'
	heard Evan
	is_json '[.events[0] | .type, .user_index, .settings.last_seen,
		.settings.meta.a, .settings.push_preview] | tojson' \
		"[\"settings\",$((n + 1)),\"nobody\",1,true]"
	live=$(json '.events[0]')
	pull Evan "$n"
	is_json '.events[0]' "$live"
	set_own Evan '{"last_seen":"nobody","meta":{"a":1},"push_preview":true}'
	set_own Evan '{}'
	[ "$(stand Evan)" = $((n + 1)) ]
	store_is_sound
}

@test "settings: what is refused" {
	as Bert
	dnd() { echo "{\"dnd\":{\"from\":$1,\"to\":$2,\"tz\":$3,\"days\":$4}}"; }
	while read -r field data; do
		http PATCH /v1/users/me/settings "$data"
		is_problem 400 invalid_argument "$field"
	done <<-END
		x {"x":1}
		dnd {"dnd":true}
		dnd.from $(dnd '"24:00"' '"07:00"' '"UTC"' '[1]')
		dnd.from $(dnd '"7:000"' '"07:00"' '"UTC"' '[1]')
		dnd.from $(dnd '"7:00"' '"07:00"' '"UTC"' '[1]')
		dnd.from $(dnd '"22h00"' '"07:00"' '"UTC"' '[1]')
		dnd.to $(dnd '"22:00"' '"07:60"' '"UTC"' '[1]')
		dnd.to $(dnd '"22:00"' null '"UTC"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '"Europe/Berlim"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '"europe/berlin"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '"PST"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '"GMT+5"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '"../Europe/Berlin"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '"Mars/Olympus"' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' '""' '[1]')
		dnd.tz $(dnd '"22:00"' '"07:00"' 1 '[1]')
		dnd.days $(dnd '"22:00"' '"07:00"' '"UTC"' '[]')
		dnd.days $(dnd '"22:00"' '"07:00"' '"UTC"' '1')
		dnd.days.0 $(dnd '"22:00"' '"07:00"' '"UTC"' '[0]')
		dnd.days.1 $(dnd '"22:00"' '"07:00"' '"UTC"' '[1,8]')
		dnd.days.1 $(dnd '"22:00"' '"07:00"' '"UTC"' '[1,1]')
		dnd.days.0 $(dnd '"22:00"' '"07:00"' '"UTC"' '["1"]')
		dnd.days {"dnd":{"from":"22:00","to":"07:00","tz":"UTC"}}
		dnd.y {"dnd":{"from":"22:00","to":"07:00","tz":"UTC","days":[1],"y":1}}
		push_preview {"push_preview":1}
		read_receipts {"read_receipts":null}
		last_seen {"last_seen":"friends"}
		add_to_groups {"add_to_groups":null}
		meta {"meta":[]}
		meta {"meta":{"x":"$(printf 'x%.0s' {1..4096})"}}
	END
	settings Bert
	is_json tojson "$(jq -c . <<<"$none")"
	for zone in America/Argentina/Buenos_Aires Asia/Kolkata Etc/GMT+5 EST5EDT \
		Asia/Calcutta GB; do
		set_own Bert "$(dnd '"22:00"' '"07:00"' "\"$zone\"" '[1]')"
		is_json .dnd.tz "$zone"
	done
	set_own Bert '{"dnd":null}'
	as nobody
	http GET /v1/users/me/settings
	is_problem 401 unauthenticated
	http PATCH /v1/users/me/settings '{}'
	is_problem 401 unauthenticated
	as Bert
	http DELETE /v1/users/me/settings
	is_problem 405 method_not_allowed
	as_app
	http GET /v1/users/me/settings '' -H "Im-Act-As: $Bert_id"
	is_status 200
	http GET /v1/users/me/settings
	is_problem 400 invalid_argument Im-Act-As
}

@test "settings: two devices at once, and both changes stay" {
	sign_up Twin
	as Twin
	for i in 1 2 3 4 5; do
		for change in '"push_preview":false' '"last_seen":"nobody"' \
			'"add_to_groups":"contacts"' '"meta":{"a":1}'; do
			curl -sS -X PATCH "$url/v1/users/me/settings" -o /dev/null \
				-H "Authorization: Bearer $Twin_token" \
				-H 'Content-Type: application/json' \
				-d "{$change}" 3>&- 4>&- &
		done
	done
	wait
	settings Twin
	is_json '[.push_preview, .last_seen, .add_to_groups, .meta.a] | tojson' \
		'[false,"nobody","contacts",1]'
	[ "$(stand Twin)" = 4 ]
}

@test "add_to_groups: others may not add, and join by themselves as before" {
	sign_up Greta
	set_own Greta '{"add_to_groups":"nobody"}'
	new_conv group Anna Bert
	for setting in nobody contacts; do
		set_own Greta "{\"add_to_groups\":\"$setting\"}"
		as Anna
		http POST "/v1/conversations/$conv/members" \
			"{\"user_ids\":[\"$Greta_id\",\"$Cleo_id\",\"$Bert_id\"]}"
		is_status 200
		is_json '.items[0] | tojson' \
			"{\"user_id\":\"$Greta_id\",\"outcome\":\"forbidden\"}"
		is_json '.items[2].outcome' already
	done
	is_json '.items[1].outcome' already
	as Anna
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids Greta)}"
	is_problem 403 forbidden members
	# a direct chat is no group, and their own groups are theirs
	http POST /v1/conversations "{\"kind\":\"direct\",\"members\":$(ids Greta)}"
	is_status 201
	new_conv group Greta Anna
	set_own Greta '{"add_to_groups":"everyone"}'
	new_conv group Anna Greta
	# who is there already stays
	set_own Greta '{"add_to_groups":"nobody"}'
	as Anna
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Greta)}"
	is_json '.items[0].outcome' already
}

@test "read_receipts: no read events of whoever gives none, nor to them" {
	new_conv group Anna Bert Cleo
	say Anna one
	for who in Bert Cleo; do caught_up $who; done
	set_own Bert '{"read_receipts":false}'
	read_it() { as "$1"; http PUT "/v1/conversations/$conv/read" \
		"{\"conv_index\":$2}"; is_status 200; }
	listen Anna
	anna=$listener anna_events=$events
	listen Bert
	read_it Bert "$at"
	read_it Cleo "$at"
	seen() { events=$anna_events listened \
		"any(.type == \"read\" and .user_id == \"$Cleo_id\")"; }
	wait_for seen
	events=$anna_events listened "any(.type == \"delivered\" and
		.user_id == \"$Bert_id\")"
	! events=$anna_events listened "any(.type == \"read\" and
		.user_id == \"$Bert_id\")"
	# their own devices know, and others' reading is not theirs to see
	mine() { listened 'any(.type == "chat" and .unread == 0)'; }
	wait_for mine
	say Anna two
	came() { listened "any(.entry.conv_index == $at)"; }
	wait_for came
	! listened 'any(.type == "read")'
	kill $listener $anna
	set_own Bert '{"read_receipts":true}'
}

@test "read_receipts: read_index of members, both ways" {
	new_conv group Anna Bert Cleo
	say Anna one
	for who in Bert Cleo; do
		as $who
		http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	done
	marks() { as "$1"; http GET "/v1/conversations/$conv/members"
		json "[.items[] | select(has(\"read_index\")) | .user_id] | sort
			| map(if . == \"$Anna_id\" then \"A\"
				elif . == \"$Bert_id\" then \"B\" else \"C\" end)
			| sort | join(\"\")"; }
	[ "$(marks Anna)" = ABC ]
	set_own Bert '{"read_receipts":false}'
	[ "$(marks Anna)" = AC ]
	[ "$(marks Bert)" = B ]
	set_own Bert '{"read_receipts":true}'
	[ "$(marks Bert)" = ABC ]
}

load ../helper
load apps
load chats
load acts

setup_file() { people forwards; }
teardown_file() { stack_done; }

recall() { http POST "/v1/messages/$1/recall"; is_status 200; }
# fwd ID... [-- FILTER]: a body that forwards these
fwd() {
	local list=() filter=.
	while [ $# -gt 0 ]; do
		case $1 in --) filter=$2; break ;; esac
		list+=("$1")
		shift
	done
	jq -nc '{forward_of: $ARGS.positional}' --args "${list[@]}" |
		jq -c "$filter"
}
three() { # three messages of Anna and Bert in a group; sets one, two, place, from
	new_conv group Anna Bert
	from=$conv
	say Anna "$(text one | jq -c ".mentions = $(ids Bert) | .meta = {x: 1}")"
	one=$msg
	say Bert two
	two=$msg
	say Bert '{"type":"location","content":{"lat":1,"lng":2.5}}'
	place=$msg
}

# route: message.send
@test "forward: one is copied, without mentions and meta" {
	three
	new_conv group Anna Cleo
	for id in "$one" "$place"; do
		as Anna
		get "$id"
		content=$(jq -c '[.type, .content]' <<<"$body")
		sender=$(jq -c '[.sender_id, .sent_at]' <<<"$body")
		say Anna "$(fwd "$id")"
		as Cleo
		get "$msg"
		is_json '[.type, .content] | tojson' "$content"
		is_json '[.forward_of[] | .msg_id]  | tojson' "[\"$id\"]"
		is_json '.forward_of[0] | [.sender_id, .sent_at] | tojson' "$sender"
		is_json '.sender_id' "$Anna_id"
		is_json 'has("mentions") or has("meta") or has("reply_to") or
			(.forward_of[0] | has("recalled"))' false
	done
	chat_is Cleo .mentions 0
	# A copy is a message of its own: with its own mentions, and edited alone.
	say Anna "$(fwd "$one" -- ".mentions = $(ids Cleo) | .meta = {y: 2}")"
	get "$msg"
	is_json '[.content.text, .meta.y, .mentions[0]] | join(" ")' "one 2 $Cleo_id"
	copy=$msg
	http PATCH "/v1/messages/$copy" '{"content":{"text":"mine"}}'
	is_status 200
	is_json '[.content.text, .forward_of[0].msg_id] | join(" ")' "mine $one"
	get "$one"
	is_json .content.text one
	# Of a copy.
	say Anna "$(fwd "$copy")"
	get "$msg"
	is_json '[.content.text, .forward_of[0].msg_id] | join(" ")' "mine $copy"
}

@test "forward: several are a snapshot, in the order given" {
	three
	new_conv group Bert Cleo
	say Bert "$(fwd "$two" "$one" "$place" "$one" -- '.title = "From the group"')"
	as Cleo
	get "$msg"
	is_json .type forward
	is_json '.content | keys | join(" ")' 'items title'
	is_json .content.title 'From the group'
	is_json '[.content.items[].msg_id] | join(" ")' "$two $one $place $one"
	is_json '[.forward_of[].msg_id] | join(" ")' "$two $one $place $one"
	is_json '[.content.items[] | keys | join(" ")] | unique | join(",")' \
		'content msg_id sender_id sent_at type'
	is_json '[.content.items[] | .content.text // .content.lng] | tojson' \
		'["two","one",2.5,"one"]'
	is_json '.content.items[1].sender_id' "$Anna_id"
	is_json '[.content.items[0].sent_at, .content.items[2].type] | tojson' \
		"$(jq -c '[.forward_of[0].sent_at, "location"]' <<<"$body")"
	entry=$(jq -c . <<<"$body")
	http GET "/v1/conversations/$conv/messages?limit=1&users=true"
	is_json '.items[0] | tojson' "$entry"
	is_json ".users | has(\"$Anna_id\")" true
	caught_up Cleo
	is_json '.events[-1].entry | tojson' "$entry"
	chat_is Cleo '.last_entry.content.items | length' 4
	# An edit of an original changes nothing.
	as Anna
	http PATCH "/v1/messages/$one" '{"content":{"text":"changed"}}'
	is_status 200
	as Cleo
	get "$msg"
	is_json '.content.items[1].content.text' one
	# One, if it is asked for; without a title there is none.
	say Bert "$(fwd "$two" -- '.merge = true')"
	get "$msg"
	is_json '[.type, (.content | keys[0]), .content.items[0].content.text] |
		join(" ")' 'forward items two'
	say Bert "$(fwd "$two" "$place" -- '.type = "forward" | .merge = false')"
	get "$msg"
	is_json '[.type, .content.items[1].type] | join(" ")' 'forward location'
}

@test "forward: what is recalled later is hidden, also within a forward" {
	three
	new_conv group Bert Cleo
	say Bert "$(fwd "$one" "$two")"
	inner=$msg inner_at=$at
	say Bert "$(fwd "$inner" "$place" -- '.title = "outer"')"
	outer=$msg
	say Bert "$(fwd "$inner")"
	copy=$msg
	say Bert "$(fwd "$one")"
	single=$msg
	caught_up Cleo
	stood=$(stand Cleo)
	as Cleo
	get "$outer"
	is_json '[.content.items[0].content.items[].content.text] | join(" ")' 'one two'
	as Anna
	recall "$one"
	as Cleo
	# Wherever an entry is read.
	shown() {
		is_json "$1 | .content.items[0] | [has(\"content\"), .recalled, .msg_id,
			.type] | tojson" "[false,true,\"$one\",\"text\"]"
		is_json "$1 | .content.items[1] | [has(\"recalled\"),
			.content.text] | tojson" '[false,"two"]'
	}
	get "$inner"
	shown .
	is_json '[.forward_of[].recalled] | tojson' '[true,null]'
	get "$copy"
	shown .
	get "$outer"
	shown '.content.items[0]'
	http GET "/v1/conversations/$conv/messages?around=$inner_at"
	shown ".items | map(select(.msg_id == \"$inner\"))[0]"
	pull Cleo 0
	shown "[.events[] | select(.entry.msg_id == \"$inner\")][0].entry"
	! grep -q '"one"' <<<"$(jq -c ".events[] |
		select(.entry.msg_id != \"$single\")" <<<"$body")"
	# A copy is the message of its sender, and says so.
	get "$single"
	is_json '[.forward_of[0].recalled, .content.text] | tojson' '[true,"one"]'
	# A new snapshot of the forward does not take it along.
	say Bert "$(fwd "$inner" "$two")"
	get "$msg"
	shown '.content.items[0]'
	[ "$(sql "SELECT content LIKE '%\"text\":\"one\"%' FROM body
		WHERE conv_id = $conv AND conv_index = $at")" = 0 ]
	# The forward itself.
	recall "$inner"
	get "$outer"
	is_json '.content.items[0] | [has("content"), .recalled] | tojson' '[false,true]'
	! grep -q '"two"' <<<"$body"
}

@test "forward: of what the sender may read whole" {
	three
	control=$(http GET "/v1/conversations/$from/messages?before=2"; json '.items[0].msg_id')
	say Bert gone
	gone=$msg
	recall "$gone"
	new_conv group Anna Cleo Fred
	say Fred hidden
	hidden=$msg
	drop Anna Fred
	refused() { # FIELD BODY
		send "$2"
		is_problem 400 invalid_argument "$1"
	}
	as Anna
	for more in . '.merge = true'; do
		refused forward_of.0 "$(fwd 1 -- "$more")"
		refused forward_of.0 "$(fwd "$gone" -- "$more")"
		refused forward_of.0 "$(fwd "$control" -- "$more")"
	done
	refused forward_of.1 "$(fwd "$one" "$gone" "$two")"
	refused forward_of.2 "$(fwd "$one" "$two" 1)"
	refused forward_of.2 "$(fwd "$one" "$two" "$control")"
	# Former members, members of other conversations, other apps.
	new_conv group Fred Olga
	as Fred
	refused forward_of.0 "$(fwd "$hidden")"
	refused forward_of.0 "$(fwd "$one")"
	old=$IM_APP
	use_app elsewhere
	sign_up Eve
	new_conv self Eve
	refused forward_of.0 "$(fwd "$one")"
	[ "$IM_APP" != "$old" ]
}

@test "forward: fields" {
	three
	refused() { # FIELD FILTER
		send "$(fwd "$one" "$two" -- "$2")"
		is_problem 400 invalid_argument "$1"
	}
	as Anna
	refused type '.type = "forward" | .forward_of = []  | del(.forward_of)'
	refused type '.forward_of |= .[:1] | .type = "forward"'
	refused type 'del(.forward_of)'
	refused type '.content = {text: "x"}'
	refused type '.type = "forward" | .content = {items: []}'
	refused content '.type = "text"'
	refused content '.type = "custom" | .forward_of |= .[:1]'
	refused merge '.merge = true | .type = "text" | .content = {text: "x"}'
	refused merge '.merge = true | del(.forward_of)'
	for v in 1 '"true"' null; do refused merge ".merge = $v"; done
	refused title '.title = "x" | .forward_of |= .[:1]'
	refused title '.title = "x" | .type = "text" | .content = {text: "x"}'
	for v in 1 '""' null "\"$(long 257)\""; do refused title ".title = $v"; done
	# What a forward says is what its messages say.
	say Anna "$(fwd "$one" "$two")"
	http PATCH "/v1/messages/$msg" '{"content":{"items":[]}}'
	is_problem 400 invalid_argument content
	# A message of one's own may name others, too.
	say Anna "$(text mine | jq -c ".forward_of = [\"$one\",\"$two\"]")"
	get "$msg"
	is_json '[.type, .content.text, (.forward_of | length)] | tojson' \
		'["text","mine",2]'
}

@test "forward: for members alone, like any send" {
	new_conv group Anna Bert Fred
	say Anna
	one=$msg
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/messages" "$(fwd "$one")"
}

@test "forward: a repeat of one whose original was recalled since" {
	three
	data=$(fwd "$one" "$two" -- '.client_msg_id = "f"')
	say Anna "$data"
	first=$msg
	recall "$one"
	send "$data"
	is_status 200
	is_json '[.msg_id, .duplicate] | tojson' "[\"$first\",true]"
	send "$(jq -c '.title = "other"' <<<"$data")"
	is_problem 409 conflict client_msg_id
	send "$(jq -c '.merge = false' <<<"$data")"
	is_status 200
	send "$(jq -c '.client_msg_id = "g"' <<<"$data")"
	is_problem 400 invalid_argument forward_of.0
	http GET "/v1/conversations/$conv"
	is_json .last_index "$((at + 1))"
}

@test "forward: bounds of size and depth" {
	new_conv group Anna Bert
	say Anna "$(text "$(long 16384)")"
	big=$msg
	send "$(fwd $(printf "$big %.0s" {1..15}))"
	is_status 201
	whole=$(json .msg_id)
	send "$(fwd $(printf "$big %.0s" {1..16}))"
	is_problem 413 too_large forward_of
	send "$(fwd "$whole" "$big")"
	is_problem 413 too_large forward_of
	# 28 levels fit into a snapshot.
	deep() { printf '{"type":"custom","content":%s%s}' \
		"$(printf '{"a":%.0s' $(seq "$1"))" "1$(printf '}%.0s' $(seq "$1"))"; }
	say Anna "$(deep 28)"
	fits=$msg
	say Anna "$(deep 29)"
	deeper=$msg
	say Anna "$(fwd "$fits" -- '.merge = true')"
	once=$msg
	get "$once"
	is_json '.content.items[0].content | tostring | length > 100' true
	send "$(fwd "$big" "$deeper")"
	is_problem 400 invalid_argument forward_of.1
	send "$(fwd "$once" -- '.merge = true')"
	is_problem 400 invalid_argument forward_of.0
	say Anna "$(fwd "$once")"
	get "$msg"
	is_json .type forward
}

@test "forward: an ephemeral one says who sent what it carries" {
	three
	caught_up Bert
	polling Bert "after=$(stand Bert)&wait_s=60"
	as Anna
	send "$(fwd "$one" "$two" -- '.flags = ["ephemeral"]')"
	is_status 200
	heard Bert
	is_json '.ephemeral[0].message | [.type, .forward_of[1].sender_id,
		.content.items[1].content.text] | join(" ")' "forward $Bert_id two"
}

load ../helper
load apps
load chats
load acts

# What a member sets for themselves: their side of a chat, folders, and the sum
# of unread messages.

setup_file() { people own_chats; }
teardown_file() { stack_done; }
teardown() { let_go; }

me() { # WHO [JSON]: reads or changes the settings of $conv
	as "$1"
	if [ $# -gt 1 ]; then
		http PATCH "/v1/conversations/$conv/me" "$2"
	else
		http GET "/v1/conversations/$conv/me"
	fi
}
set_me() { # WHO JSON
	me "$@"
	is_status 200
}
me_is() { # WHO JSON: all of them
	me "$1"
	is_status 200
	is_json 'tojson' "$(jq -c . <<<"$2")"
}
names() { # the chats of $body's list, in its order
	json '[.items[].conversation.settings.name] | join(" ")'
}
list() { # WHO [QUERY]
	as "$1"
	http GET "/v1/conversations?${2-}"
	is_status 200
}
list_is() { list "$1" "$2" && [ "$(names)" = "$3" ]; }
total_is() { [ "$(total "$1")" = "$2" ]; }
group() { # NAME WHO MEMBER...
	local name=$1
	as "$2"
	shift 2
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids "$@"),
		\"settings\":{\"name\":\"$name\"}}"
	is_status 201
	conv=$(json .conv_id)
	export "$name=$conv"
}
now() { sql 'SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)'; }

none='{"notify":"all","pinned":false,"hidden":false,"draft":null,
	"marked_unread":false}'

# ---- reading and changing ----------------------------------------------------
# route: conversation.me
# route: conversation.change_me

@test "me: the defaults, every field, and null takes a value away" {
	new_conv group Anna Bert
	me_is Bert "$none"
	chat_is Bert '.me | tojson' "$(jq -c . <<<"$none")"
	all='{"notify":"mentions","muted_until":9007199254740991,"pinned":true,
		"folder":"Wörk 🗂","background":"#fff","hidden":false,
		"draft":{"text":"","version":0},"marked_unread":true,"remark":"R"}'
	set_me Bert "$all"
	is_json tojson "$(jq -c . <<<"$all")"
	me_is Bert "$all"
	me_is Anna "$none"
	chat_is Bert '.me | tojson' "$(jq -c . <<<"$all")"
	as Bert
	http GET /v1/sync
	is_json ".conversations.items[] | select(.conversation.conv_id == \"$conv\")
		| .me | tojson" "$(jq -c . <<<"$all")"
	set_me Bert '{"folder":null,"muted_until":null,"draft":null}'
	is_json '[.folder, .muted_until, .draft, .remark] | tojson' \
		'[null,null,null,"R"]'
	is_json '[has("folder"), has("muted_until"), has("draft")] | tojson' \
		'[false,false,true]'
	set_me Bert '{"background":"","remark":""}'
	is_json 'has("background") or has("remark")' false
	set_me Bert '{"notify":"all","pinned":false,"marked_unread":false}'
	me_is Bert "$none"
	set_me Bert '{}'
	me_is Bert "$none"
}

@test "me: one event for all devices, and none where nothing changes" {
	new_conv group Anna Bert
	say Anna hi
	caught_up Bert
	before=$(stand Bert)
	polling Bert
	set_me Bert '{"pinned":true,"remark":"x","draft":{"text":"d","version":3}}'
	heard Bert
	is_json '.events | length' 1
	is_json '.events[0] | [.type, .conv_id, .me.pinned, .me.remark,
		.me.draft.text, .me.draft.version, .read_index, .cleared_index,
		.unread] | tojson' \
		"[\"chat\",\"$conv\",true,\"x\",\"d\",3,1,0,1]"
	live=$(json '.events[0]')
	pull Bert "$before"
	is_json '.events[0]' "$live"
	after=$(stand Bert)
	[ "$after" = $((before + 1)) ]
	set_me Bert '{"pinned":true,"remark":"x","draft":{"text":"d","version":3}}'
	set_me Bert '{"hidden":false,"marked_unread":false,"folder":null}'
	[ "$(stand Bert)" = "$after" ]
	pull Anna 0
	is_json '[.events[] | select(.type == "chat")] | length' 0
}

@test "me: an older draft loses, on whatever device" {
	new_conv group Anna Bert
	set_me Bert '{"draft":{"text":"five","version":5}}'
	me Bert '{"draft":{"text":"four","version":4},"pinned":true}'
	is_problem 409 conflict draft.version
	me Bert
	is_json '[.draft.text, .pinned] | tojson' '["five",false]'
	set_me Bert '{"draft":{"text":"again","version":5}}'
	set_me Bert '{"draft":{"text":"six","version":6}}'
	set_me Bert '{"draft":null}'
	set_me Bert '{"draft":{"text":"new","version":1}}'
	is_json .draft.text new
	# several devices at once: the newest one stays
	for i in $(seq 10 19); do
		curl -sS -X PATCH "$url/v1/conversations/$conv/me" \
			-H "Authorization: Bearer $Bert_token" \
			-H 'Content-Type: application/json' -o /dev/null \
			-d "{\"draft\":{\"text\":\"$i\",\"version\":$i}}" 3>&- 4>&- &
	done
	wait
	me Bert
	is_json '.draft.text' 19
}

@test "me: who may, and what is refused" {
	new_conv group Anna Bert Fred
	drop Anna Fred
	members_only GET "/v1/conversations/$conv/me"
	members_only PATCH "/v1/conversations/$conv/me" '{"pinned":true}'
	for bad in 0 01 x 1; do
		as Bert
		http GET "/v1/conversations/$bad/me"
		is_problem 404 not_found
		http PATCH "/v1/conversations/$bad/me" '{}'
		is_problem 404 not_found
	done
	long=$(printf 'x%.0s' {1..65})
	while read -r field data; do
		me Bert "$data"
		is_problem 400 invalid_argument "$field"
	done <<-END
		x {"x":1}
		notify {"notify":"some"}
		notify {"notify":null}
		muted_until {"muted_until":-1}
		muted_until {"muted_until":9007199254740992}
		muted_until {"muted_until":1.5}
		muted_until {"muted_until":"1"}
		pinned {"pinned":1}
		pinned {"pinned":null}
		folder {"folder":"$long"}
		folder {"folder":1}
		background {"background":"$(printf 'x%.0s' {1..513})"}
		hidden {"hidden":null}
		draft {"draft":"text"}
		draft.text {"draft":{"version":1}}
		draft.version {"draft":{"text":"x"}}
		draft.version {"draft":{"text":"x","version":-1}}
		draft.version {"draft":{"text":"x","version":null}}
		draft.text {"draft":{"text":null,"version":1}}
		draft.y {"draft":{"text":"x","version":1,"y":1}}
		draft.text {"draft":{"text":"$(printf 'x%.0s' {1..16385})","version":1}}
		marked_unread {"marked_unread":"yes"}
		remark {"remark":"$(printf 'x%.0s' {1..257})"}
	END
	me_is Bert "$none"
	as Bert
	http PUT "/v1/conversations/$conv/me" '{}'
	is_problem 405 method_not_allowed
	use_app own_other
	sign_up Nina
	me Nina
	is_problem 404 not_found
	me Nina '{"pinned":true}'
	is_problem 404 not_found
}

@test "me: before fan-out has reached the chat" {
	as Anna
	http POST /v1/conversations "{\"kind\":\"direct\",\"members\":$(ids Cleo)}"
	conv=$(json .conv_id)
	me_is Cleo "$none"
	set_me Cleo '{"remark":"early","pinned":true}'
	is_json '[.remark, .pinned] | tojson' '["early",true]'
	[ "$(chat Cleo .unread)" = null ]
	say Anna first
	chat_is Cleo .unread 1
	chat_is Cleo '[.me.remark, .me.pinned] | tojson' '["early",true]'
}

# ---- the list ----------------------------------------------------------------
# route: conversation.list

@test "pinned: first in the rank, page by page" {
	sign_up Paul
	for name in a b c d; do
		group $name Anna Paul
		say Anna x
		caught_up Paul
	done
	wait_for list_is Paul '' 'd c b a'
	conv=$a set_me Paul '{"pinned":true}'
	conv=$c set_me Paul '{"pinned":true}'
	list_is Paul '' 'c a d b'
	list Paul 'limit=1'
	got=$(names)
	while [ "$(json .next)" != null ]; do
		list Paul "limit=1&cursor=$(json .next)"
		got+=" $(names)"
	done
	[ "$got" = 'c a d b' ]
	conv=$a
	say Anna news
	wait_for list_is Paul '' 'a c d b'
	conv=$a set_me Paul '{"pinned":false}'
	list_is Paul '' 'c a d b'
}

@test "hidden: out of the list until a new message comes, and of the sum" {
	sign_up Hugo
	group a Anna Hugo
	group b Anna Hugo
	conv=$a
	say Anna one
	one=$msg
	conv=$b
	say Anna two
	wait_for total_is Hugo 2
	conv=$a
	set_me Hugo '{"hidden":true}'
	is_json .hidden true
	list_is Hugo '' b
	[ "$(total Hugo)" = 1 ]
	as Hugo
	http GET /v1/sync
	is_json '[.total_unread, (.conversations.items | length)] | tojson' '[1,1]'
	# no message: a reaction, an edit, a recall
	as Anna
	http PUT "/v1/messages/$one/reactions/%F0%9F%91%8D"
	http PATCH "/v1/messages/$one" '{"content":{"text":"edited"}}'
	is_status 200
	caught_up Hugo
	list_is Hugo '' b
	me Hugo
	is_json .hidden true
	# by itself
	say Anna three
	wait_for list_is Hugo '' 'a b'
	me Hugo
	is_json .hidden false
	wait_for total_is Hugo 3
	# and by hand; one's own message brings it back, too
	set_me Hugo '{"hidden":true}'
	[ "$(total Hugo)" = 1 ]
	set_me Hugo '{"hidden":false}'
	[ "$(total Hugo)" = 3 ]
	set_me Hugo '{"hidden":true}'
	list_is Hugo '' b
	say Hugo mine
	wait_for list_is Hugo '' 'a b'
	[ "$(total Hugo)" = 3 ]
}

@test "hidden: an empty chat, a former one, and read diffusion" {
	new_conv direct Cleo Bert
	set_me Cleo '{"hidden":true}'
	[ "$(chat Cleo .unread)" = null ]
	say Bert hi
	chat_is Cleo .me.hidden false
	new_conv group Anna Cleo
	set_me Cleo '{"hidden":true}'
	drop Anna Cleo
	add Anna Cleo
	chat_is Cleo .me.hidden false
	new_conv group Anna Cleo
	say Anna one
	caught_up Cleo
	"$bin/im-admin" -c "$conf" conversation mode "$conv" pull
	say Anna two
	chat_is Cleo .unread 2
	before=$(total Cleo)
	set_me Cleo '{"hidden":true}'
	[ "$(chat Cleo .unread)" = null ]
	[ "$(total Cleo)" = $((before - 2)) ]
	as Anna
	http PUT "/v1/messages/$msg/reactions/%F0%9F%91%8D"
	[ "$(chat Cleo .unread)" = null ]
	say Anna three
	chat_is Cleo .unread 3
	[ "$(total Cleo)" = $((before + 1)) ]
}

@test "marked_unread: until the chat is read, also where nothing is unread" {
	sign_up Mark
	group a Anna Mark
	say Anna one
	caught_up Mark
	as Mark
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	is_status 200
	set_me Mark '{"marked_unread":true}'
	[ "$(total Mark)" = 0 ]
	list_is Mark 'unread=true' a
	n=$(stand Mark)
	http PUT "/v1/conversations/$conv/read" '{"conv_index":1}'
	is_status 200
	me Mark
	is_json .marked_unread true
	polling Mark
	as Mark
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$at}"
	is_status 200
	heard Mark
	is_json '.events[0] | [.type, .me.marked_unread] | tojson' '["chat",false]'
	[ "$(stand Mark)" = $((n + 1)) ]
	list_is Mark 'unread=true' ''
	set_me Mark '{"marked_unread":true}'
	http POST "/v1/conversations/$conv/clear"
	is_status 204
	me Mark
	is_json .marked_unread false
	say Anna two
	caught_up Mark
	set_me Mark '{"marked_unread":true}'
	say Mark "{\"type\":\"text\",\"content\":{\"text\":\"x\"},
		\"seen_index\":$at}"
	me Mark
	is_json .marked_unread false
}

@test "folders: their chats, their figures, and the list of one" {
	sign_up Fina
	for name in a b c d; do
		group $name Anna Fina
		say Anna x
	done
	conv=$a set_me Fina '{"folder":"Work"}'
	conv=$b set_me Fina '{"folder":"Work"}'
	conv=$c set_me Fina '{"folder":"Home"}'
	wait_for total_is Fina 4
	as Fina
	http GET /v1/folders
	is_json 'tojson' '{"items":[{"folder":"Home","chats":1,"unread":1},{"folder":"Work","chats":2,"unread":2}],"next":null}'
	list_is Fina 'folder=Work' 'b a'
	list_is Fina 'folder=Home' c
	list_is Fina 'folder=work' ''
	list Fina 'folder=Work&limit=1'
	[ "$(names)" = b ]
	list Fina "folder=Work&limit=1&cursor=$(json .next)"
	[ "$(names)" = a ]
	is_json .next null
	# read, muted, hidden
	conv=$a
	as Fina
	http PUT "/v1/conversations/$a/read" '{"conv_index":2}'
	is_status 200
	list_is Fina 'folder=Work&unread=true' b
	list_is Fina 'unread=true' 'd c b'
	conv=$b set_me Fina '{"muted_until":9007199254740991}'
	http GET /v1/folders
	is_json '.items[1] | tojson' '{"folder":"Work","chats":2,"unread":0}'
	list_is Fina 'folder=Work&unread=true' b
	conv=$b set_me Fina '{"hidden":true}'
	http GET /v1/folders
	is_json '.items[1] | tojson' '{"folder":"Work","chats":1,"unread":0}'
	list_is Fina 'folder=Work' a
	list_is Fina 'unread=true' 'd c'
	conv=$a set_me Fina '{"folder":null}'
	conv=$c set_me Fina '{"folder":"Work"}'
	http GET '/v1/folders?limit=1'
	is_json 'tojson' '{"items":[{"folder":"Work","chats":1,"unread":1}],"next":null}'
	conv=$d set_me Fina '{"folder":"Z"}'
	http GET '/v1/folders?limit=1'
	is_json '.next' Work
	http GET '/v1/folders?limit=1&cursor=Work'
	is_json '[.items[0].folder, .next] | tojson' '["Z",null]'
	conv=$d drop Anna Fina
	gone() { as Fina; http GET /v1/folders; [ "$(json '.items | length')" = 1 ]; }
	wait_for gone
}

@test "hidden chats have a list of their own, until something comes" {
	sign_up Hide
	for name in a b c d; do
		group $name Anna Hide
		say Anna x
	done
	wait_for total_is Hide 4
	list_is Hide 'hidden=true' ''
	conv=$a set_me Hide '{"hidden":true,"folder":"Work"}'
	conv=$c set_me Hide '{"hidden":true,"pinned":true}'
	conv=$d set_me Hide '{"folder":"Work"}'
	list_is Hide '' 'd b'
	list_is Hide 'hidden=false' 'd b'
	list_is Hide 'hidden=true' 'c a'
	is_json '[.items[].me.hidden] | tojson' '[true,true]'
	is_json '[.items[] | .last_entry.content.text, .unread] | tojson' \
		'["x",1,"x",1]'
	list Hide 'hidden=true&limit=1'
	[ "$(names)" = c ]
	list Hide "hidden=true&limit=1&cursor=$(json .next)"
	[ "$(names)" = a ]
	is_json .next null
	list_is Hide 'hidden=true&folder=Work' a
	conv=$c
	http PUT "/v1/conversations/$c/read" '{"conv_index":2}'
	is_status 200
	list_is Hide 'hidden=true&unread=true' a
	conv=$a say Anna y
	wait_for list_is Hide 'hidden=true' c
	conv=$c set_me Hide '{"hidden":false}'
	list_is Hide 'hidden=true' ''
	list_is Anna 'hidden=true' ''
	# whoever is out of it has it in no list
	conv=$b set_me Hide '{"hidden":true}'
	list_is Hide 'hidden=true' b
	conv=$b drop Anna Hide
	wait_for list_is Hide 'hidden=true' ''
	http GET '/v1/conversations?hidden=1'
	is_problem 400 invalid_argument hidden
}

# route: folder.list

@test "folders: who may, and what is refused" {
	as nobody
	http GET /v1/folders
	is_problem 401 unauthenticated
	as Bert
	http GET '/v1/folders?limit=0'
	is_problem 400 invalid_argument limit
	http GET '/v1/folders?x=1'
	is_problem 400 invalid_argument x
	http GET '/v1/conversations?folder='
	is_problem 400 invalid_argument folder
	http GET '/v1/conversations?unread=1'
	is_problem 400 invalid_argument unread
	http POST /v1/folders '{}'
	is_problem 405 method_not_allowed
	use_app own_other
	sign_up Olaf
	as Olaf
	http GET /v1/folders
	is_json 'tojson' '{"items":[],"next":null}'
}

# ---- the sum -----------------------------------------------------------------

@test "total_unread: a mute, and its end without an event" {
	sign_up Muna
	group a Anna Muna
	say Anna one
	say Anna two
	group b Anna Muna
	say Anna three
	wait_for total_is Muna 3
	until=$(($(now) + 3000))
	conv=$a set_me Muna "{\"muted_until\":$until}"
	n=$(stand Muna)
	over() { [ "$(now)" -ge "$until" ]; }
	until over; do
		total=$(total Muna)
		over || [ "$total" = 1 ] || return 1
	done
	[ "$(total Muna)" = 3 ]
	[ "$(stand Muna)" = "$n" ]
	conv=$a set_me Muna '{"muted_until":9007199254740991}'
	[ "$(total Muna)" = 1 ]
	conv=$a set_me Muna '{"muted_until":null}'
	[ "$(total Muna)" = 3 ]
	conv=$a set_me Muna '{"muted_until":1}'
	[ "$(total Muna)" = 3 ]
}

@test "total_unread: as many as the lists show, through what changes it" {
	sign_up Sum
	sum() { # that of the whole list, by hand
		list Sum 'limit=200'
		json "[.items[] | select((.me.muted_until // 0) <= $(now))
			| .unread] | add // 0"
	}
	agrees() { [ "$(total Sum)" = "$(sum)" ]; }
	stored() { [ "$(sql "SELECT upto_index > $1 FROM badge
		WHERE user_id = $Sum_id")" = 1 ]; }
	for name in a b c d e; do
		group $name Anna Sum
		for i in 1 2 3 4 5 6 7 8; do say Anna "$i"; done
	done
	wait_for total_is Sum 40
	stored 0
	recalled=$msg
	conv=$a set_me Sum '{"hidden":true}'
	conv=$b set_me Sum '{"muted_until":9007199254740991}'
	wait_for total_is Sum 24
	as Sum
	http PUT "/v1/conversations/$c/read" '{"conv_index":5}'
	is_json .total_unread 20
	http DELETE "/v1/messages/$recalled"
	is_status 204
	[ "$(total Sum)" = 19 ]
	as Anna
	http POST "/v1/messages/$recalled/recall"
	is_status 200
	conv=$e caught_up Sum
	[ "$(total Sum)" = 19 ]
	agrees
	# stored again, and counted from there
	for i in $(seq 40); do conv=$d say Anna "$i"; done
	wait_for total_is Sum 59
	agrees
	conv=$d drop Anna Sum
	wait_for total_is Sum 11
	conv=$b set_me Sum '{"muted_until":null}'
	conv=$a set_me Sum '{"hidden":false}'
	[ "$(total Sum)" = 27 ]
	agrees
	# from nothing, and from more events than are looked through
	sql "UPDATE badge SET upto_index = -1, total = 777 WHERE user_id = $Sum_id"
	conv=$a set_me Sum '{"remark":"a new user_index"}'
	[ "$(total Sum)" = 27 ]
	store_is_sound
}

@test "total_unread: while a message expires, without an event" {
	sign_up Exa
	group a Anna Exa
	say Anna stays
	say Anna '{"type":"text","content":{"text":"goes"},"expires_in_s":5}'
	wait_for total_is Exa 2
	n=$(stand Exa)
	for i in $(seq 40); do as Exa
		http PATCH "/v1/conversations/$conv/me" \
			"{\"draft\":{\"text\":\"x\",\"version\":$i}}"; done
	total Exa
	wait_for total_is Exa 1
}

@test "total_unread: two requests at once store it once" {
	sign_up Duo
	group a Anna Duo
	for i in $(seq 40); do say Anna "$i"; done
	caught_up Duo
	as Duo
	many "$BATS_TEST_TMPDIR/sync" 8 GET /v1/sync ''
	for i in 1 2 3 4 5 6 7 8; do
		[ "$(head -n1 "$BATS_TEST_TMPDIR/sync.$i" | jq .total_unread)" = 40 ]
	done
	[ "$(sql "SELECT total FROM badge WHERE user_id = $Duo_id")" = 40 ]
}

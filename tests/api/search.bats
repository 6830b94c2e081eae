# Searching one's messages.
# route: search.messages
load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app search
	for who in Anna Ben Cleo Olga Fred; do sign_up "$who"; done
}

# find WHO Q [PARAMETER...]: once everything that was sent until now is in the
# index.
find() {
	local who=$1 since path
	path="/v1/search?q=$(jq -rn --arg q "$2" '$q | @uri')"
	shift 2
	for p; do path+="&$p"; done
	as "$who"
	since=$(date +%s%3N)
	wait_for is_indexed "$since" "$path"
}
is_indexed() {
	http GET "$2"
	is_status 200
	[ "$(json .indexed_to_at)" -ge "$1" ]
}
# The texts (or the captions, or the titles) in the order of the list.
texts() { json '[.items[].entry.content | .text // .caption // .title // .name]
	| join("|")'; }
finds() { # WHO Q TEXTS [PARAMETER...]
	local who=$1 q=$2 want=$3
	shift 3
	find "$who" "$q" "$@"
	[ "$(texts)" = "$want" ] || {
		echo "$who finds $(texts) with $q, not $want"
		return 1
	}
}
marks() { json '[.items[0].highlights[] | "\(.start)-\(.end)"] | join(" ")'; }
# highlights Q WANT: of the newest that Anna finds
highlights() {
	find Anna "$1" "conv_id=$conv"
	[ "$(marks)" = "$2" ] || { echo "$1: $(marks), not $2"; return 1; }
}

@test "words, beginnings, phrases; newest first" {
	new_conv direct Anna Ben
	say Anna 'the quick brown fox'
	say Ben 'a brown dog and a fox'
	say Anna 'foxes are quick'
	finds Anna fox 'foxes are quick|a brown dog and a fox|the quick brown fox'
	finds Ben fox 'foxes are quick|a brown dog and a fox|the quick brown fox'
	finds Anna 'brown fox' 'a brown dog and a fox|the quick brown fox'
	finds Anna 'fox brown' 'a brown dog and a fox|the quick brown fox'
	finds Anna 'fox qui' 'the quick brown fox'
	finds Anna '"brown fox"' 'the quick brown fox'
	finds Anna '"brown fox' 'the quick brown fox'
	finds Anna 'fo brown' ''
	finds Anna zebra ''
	finds Anna 'FOX  Brown' 'a brown dog and a fox|the quick brown fox'
	is_json '.items[0].entry.kind' message
	is_json '.items[0].entry.conv_id' "$conv"
	is_json .next null
	is_json 'keys | join(" ")' 'indexed_to_at items next'
	is_json '.items[0] | keys | join(" ")' 'entry highlights'
}

@test "accents, case and width are folded, in both forms" {
	new_conv group Anna Ben
	say Anna $'Caf\u00e9 in der Stra\u00dfe'
	say Ben $'cafe\u0301 \uff28\uff49 \u0141\u00f3d\u017a'
	find Anna cafe "conv_id=$conv"
	is_json '.items | length' 2
	find Anna $'CAFE\u0301' "conv_id=$conv"
	is_json '.items | length' 2
	find Anna STRASSE "conv_id=$conv"
	is_json '.items | length' 1
	find Anna 'hi lodz' "conv_id=$conv"
	is_json '.items | length' 1
}

@test "scripts without blanks: any part of a run" {
	new_conv group Anna Ben
	say Anna '我在北京大学学习。'
	say Ben '東京タワーに行きました'
	say Anna '우리는 서울에서 만났다'
	finds Anna 北京 '我在北京大学学习。' "conv_id=$conv"
	finds Anna 京 '東京タワーに行きました|我在北京大学学习。' "conv_id=$conv"
	finds Anna 大学学习 '我在北京大学学习。' "conv_id=$conv"
	finds Anna 习 '我在北京大学学习。' "conv_id=$conv"
	finds Anna 北学 '' "conv_id=$conv"
	finds Anna 'タワー 東京' '東京タワーに行きました' "conv_id=$conv"
	finds Anna ﾀﾜｰ '東京タワーに行きました' "conv_id=$conv"
	finds Anna 서울 '우리는 서울에서 만났다' "conv_id=$conv"
}

@test "highlights are characters of the text" {
	new_conv group Anna Ben
	say Anna $'\U0001f600 Hello e\u0301te\u0301, hello\U0001f44d\U0001f3fd 北京大学 stra\u00dfe'
	highlights hello '2-7 15-20'
	highlights $'\u00e9t\u00e9' 8-13
	highlights ETE 8-13
	highlights $'\U0001f44d' 20-22
	highlights 京大 24-26
	highlights strasse 28-34
	highlights '"hello ete" 北京' '2-13 23-25'
	highlights hel '2-7 15-20'
	highlights 'hello ete hello' '2-7 8-13 15-20'
}

@test "captions, names and titles" {
	new_conv group Anna Ben
	as Anna
	send '{"type":"location","content":{"lat":1,"lng":2,"title":"Alexanderplatz"}}'
	is_status 201
	send '{"type":"custom","content":{"text":"Alexander"}}'
	is_status 201
	finds Anna alexander Alexanderplatz "conv_id=$conv"
	is_json '.items[0].highlights | length' 0
	finds Anna alexander Alexanderplatz "conv_id=$conv" type=location
	finds Anna alexander '' "conv_id=$conv" type=text
}

@test "by conversation, sender, type and time" {
	new_conv direct Anna Ben
	ben_conv=$conv
	say Anna 'filtered one'
	first=$(json .sent_at)
	say Ben 'filtered two'
	new_conv group Anna Cleo
	say Cleo 'filtered three'
	last=$(json .sent_at)
	finds Anna filtered 'filtered three|filtered two|filtered one'
	finds Anna filtered 'filtered two|filtered one' "conv_id=$ben_conv"
	finds Anna filtered 'filtered two' "sender_id=$Ben_id"
	finds Anna filtered 'filtered one' "sender_id=$Anna_id"
	finds Anna filtered '' "sender_id=$Ben_id" "conv_id=$conv"
	finds Anna filtered '' "sender_id=1"
	finds Anna filtered 'filtered three' "from_at=$last"
	finds Anna filtered 'filtered one' "to_at=$first"
	finds Anna filtered '' "from_at=$((last + 1))"
	finds Anna filtered '' "to_at=$((first - 1))"
	finds Anna filtered '' "from_at=$last" "to_at=$first"
	finds Anna filtered 'filtered three|filtered two|filtered one' type=text
	finds Ben filtered 'filtered two|filtered one'
	finds Cleo filtered 'filtered three'
}

@test "pages: cursors stay right while others come" {
	new_conv group Anna Ben
	for i in 1 2 3 4 5 6 7; do say Anna "paged $i"; done
	finds Anna paged 'paged 7|paged 6|paged 5' "conv_id=$conv" limit=3
	next=$(json .next)
	say Ben 'paged 8'
	finds Anna paged 'paged 4|paged 3|paged 2' "conv_id=$conv" limit=3 "cursor=$next"
	finds Anna paged 'paged 1' "conv_id=$conv" limit=3 "cursor=$(json .next)"
	is_json .next null
	finds Anna paged 'paged 8|paged 7|paged 6|paged 5|paged 4|paged 3|paged 2' \
		"conv_id=$conv" limit=7
	finds Anna paged 'paged 1' "conv_id=$conv" limit=7 "cursor=$(json .next)"
	is_json .next null
	finds Anna paged 'paged 8|paged 7|paged 6|paged 5|paged 4|paged 3|paged 2|paged 1' \
		"conv_id=$conv" limit=8
	is_json .next null
}

@test "a page is full though much of what the index has is not to be seen" {
	new_conv group Anna Ben
	sign_up Newt
	for i in 1 2 3; do say Anna "crowded $i"; done
	first=$conv
	new_conv group Anna Newt
	for i in 4 5; do say Anna "crowded $i"; done
	sql "UPDATE conversation SET history = 2 WHERE conv_id = $first"
	add Anna Newt
	conv=$first
	add Anna Newt
	say Anna 'crowded 6'
	caught_up Newt
	finds Newt crowded 'crowded 6|crowded 5' limit=2
	finds Newt crowded 'crowded 4' limit=2 "cursor=$(json .next)"
	is_json .next null
	finds Anna crowded 'crowded 6|crowded 5|crowded 4|crowded 3|crowded 2|crowded 1'
}

# Random texts and queries, against a model that knows no index.
@test "all and only what has the words, by a model" {
	new_conv group Anna Ben
	for seed in 1 $RANDOM; do
		python3 "$TOP/tests/helpers/search_model.py" "$url" "$Anna_token" \
			"$conv" "$seed" 60
		new_conv group Anna Ben
	done
}

@test "acts: what was recalled, edited, deleted for me or cleared" {
	new_conv group Anna Ben
	say Anna 'acted upon one'; one=$(json .msg_id)
	say Anna 'acted upon two'; two=$(json .msg_id)
	say Anna 'acted upon three'; three=$(json .msg_id)
	say Anna 'acted upon four'
	finds Ben 'acted upon' \
		'acted upon four|acted upon three|acted upon two|acted upon one'
	as Anna
	http POST "/v1/messages/$one/recall"
	is_status 200
	http PATCH "/v1/messages/$two" '{"content":{"text":"changed two"}}'
	is_status 200
	as Ben
	http DELETE "/v1/messages/$three"
	is_status 204
	# at once, whatever the index knows
	finds Ben 'acted upon' 'acted upon four'
	finds Anna 'acted upon' 'acted upon four|acted upon three'
	finds Ben 'changed two' 'changed two'
	as Ben
	http POST "/v1/conversations/$conv/clear"
	finds Ben 'acted upon' ''
	finds Anna 'acted upon' 'acted upon four|acted upon three'
}

@test "only what I may see now" {
	new_conv group Anna Fred Ben
	say Anna 'secret plan one'
	finds Fred 'secret plan' 'secret plan one'
	drop Anna Fred
	say Anna 'secret plan two'
	finds Anna 'secret plan' 'secret plan two|secret plan one'
	finds Fred 'secret plan' ''
	finds Fred 'secret plan' '' "conv_id=$conv"
	finds Olga 'secret plan' ''
	finds Olga 'secret plan' '' "conv_id=$conv"
	as Ben
	http POST "/v1/conversations/$conv/clear"
	finds Ben 'secret plan' ''
	say Anna 'secret plan three'
	finds Ben 'secret plan' 'secret plan three'
	# Back again, from now on.
	sql "UPDATE conversation SET history = 2 WHERE conv_id = $conv"
	add Anna Fred
	say Anna 'secret plan four'
	caught_up Fred
	finds Fred 'secret plan' 'secret plan four'
}

# What the index still has is checked against the message as it is.
@test "a message that was recalled or changed is not found by its old words" {
	new_conv group Anna Ben
	say Anna 'volatile words'
	finds Ben volatile 'volatile words' "conv_id=$conv"
	sql "UPDATE entry SET state = 1 WHERE msg_id = $msg"
	finds Ben volatile '' "conv_id=$conv"
	sql "UPDATE entry SET state = 0 WHERE msg_id = $msg"
	sql "UPDATE body b JOIN entry e ON e.conv_id = b.conv_id
		AND e.conv_index = b.conv_index
		SET b.content = '\"content\":{\"text\":\"other words\"}'
		WHERE e.msg_id = $msg"
	finds Ben volatile '' "conv_id=$conv"
	finds Ben words 'other words' "conv_id=$conv"
}

@test "another app's user finds nothing" {
	new_conv group Anna Ben
	say Anna 'tenant words'
	finds Anna tenant 'tenant words'
	make_app elsewhere
	IM_APP=$app sign_up Zoe
	finds Zoe tenant ''
	finds Zoe tenant '' "conv_id=$conv"
}

@test "users" {
	new_conv group Anna Ben
	say Ben 'people words'
	find Anna people users=true
	is_json ".users[\"$Ben_id\"].display_name" Ben
	find Anna people
	is_json .users null
}

@test "nothing that is put into a query is more than words" {
	new_conv group Anna Ben
	say Anna 'and or not near c1 s1 t k fts'
	for q in '" OR "a' '") OR (t:"a' 'NEAR(a b)' 't:*' 'k : c1' '*' '^and' '- + AND' \
		"'; DROP TABLE doc; --" 'and*' '"and' '{t k}:and' $'a\tb' '%' '\' '(((' 'c1 s1'; do
		find Anna "$q" "conv_id=$conv"
		is_status 200
	done
	finds Anna 'AND OR NOT' 'and or not near c1 s1 t k fts' "conv_id=$conv"
	finds Anna 'fts' 'and or not near c1 s1 t k fts' "conv_id=$conv"
	finds Anna '!?*' ''
	# The marks of the index itself are no words.
	finds Anna $'\ue000' ''
}

@test "what is wrong with a request" {
	as nobody
	http GET '/v1/search?q=x'
	is_problem 401 unauthenticated
	TOKEN=imu_wrong
	http GET '/v1/search?q=x'
	is_problem 401 unauthenticated
	as_app
	http GET '/v1/search?q=x'
	is_problem 400 invalid_argument Im-Act-As
	as Anna
	http GET /v1/search
	is_problem 400 invalid_argument q
	http GET '/v1/search?q='
	is_problem 400 invalid_argument q
	http GET "/v1/search?q=$(long 257)"
	is_problem 400 invalid_argument q
	http GET "/v1/search?q=%ff"
	is_problem 400 invalid_argument q
	for bad in conv_id=x conv_id=0 conv_id=01 sender_id=-1 sender_id=0 type=nonsense \
		from_at=x from_at=-1 to_at=1.5 to_at=9007199254740993 limit=0 limit=201 \
		users=maybe cursor= cursor=x 'cursor=!!!' cursor=AQE "cursor=$(long 1201)"; do
		http GET "/v1/search?q=x&$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
	http GET '/v1/search?q=x&other=1'
	is_problem 400 invalid_argument other
	http GET '/v1/search?q=x&q=y'
	is_problem 400 invalid_argument q
	http POST '/v1/search?q=x' '{}'
	is_problem 405 method_not_allowed
	http GET '/v1/search/?q=x'
	is_status 404
	http GET "/v1/search?q=$(long 256)"
	is_status 200
}

@test "any bytes as a cursor" {
	as Anna
	for _ in $(seq 20); do
		cursor=$(head -c $((RANDOM % 60 + 1)) /dev/urandom | base64url)
		http GET "/v1/search?q=x&cursor=$cursor"
		[ "$status" = 400 ]
	done
	# The form of one: a position nowhere.
	cursor=$({ printf '\1\1'; head -c 16 /dev/zero; head -c 12 /dev/zero; } | base64url)
	http GET "/v1/search?q=x&cursor=$cursor"
	is_status 200
	is_json '.items | length' 0
	cursor=$({ printf '\1\1'; head -c 28 /dev/zero | tr '\0' '\377'; } | base64url)
	http GET "/v1/search?q=x&cursor=$cursor"
	is_problem 400 invalid_argument cursor
}

@test "over a WebSocket as over HTTP" {
	new_conv group Anna Ben
	say Anna 'gateway words'
	find Anna gateway
	as Anna
	http GET '/v1/search?q=gateway'
	[ "$(texts)" = 'gateway words' ]
	TOKEN=$Anna_token cgi search GET '/v1/search?q=gateway'
	is_status 200
	[ "$(texts)" = 'gateway words' ]
}

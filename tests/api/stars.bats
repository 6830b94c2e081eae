load ../helper
load apps
load chats
load acts

setup_file() { people stars; }
teardown_file() { stack_done; }

star() { # WHO [MSG]
	as "$1"
	http PUT "/v1/messages/${2-$msg}/star"
}
unstar() {
	as "$1"
	http DELETE "/v1/messages/${2-$msg}/star"
}
starred() { # WHO [QUERY]
	as "$1"
	http GET "/v1/starred${2-}"
	is_status 200
}
texts() { json '[.items[].entry.content.text] | join(" ")'; }

# route: message.star
# route: message.unstar
# route: message.starred

@test "stars: newest first, paged, on all devices" {
	starred Bert
	is_json . '{
  "items": [],
  "next": null
}'
	new_conv group Anna Bert
	say Anna one
	one=$msg
	say Anna two
	two=$msg
	new_conv direct Bert Cleo
	say Cleo three
	three=$msg
	log_in "$Bert_name" second
	export Second_token=$token
	caught_up Bert
	before=$(stand Bert)
	polling Second "after=$before"
	star Bert "$three"
	is_status 204
	[ -z "$body" ]
	heard Second
	is_json '.events[0] | [.type, .msg_id, .conv_id, .conv_index, .starred]
		| tojson' "[\"star\",\"$three\",\"$conv\",1,true]"
	star Bert "$one"
	star Bert "$two"
	for who in Bert Second; do
		starred $who
		[ "$(texts)" = 'two one three' ]
	done
	is_json '[.items[] | keys | join(" ")] | unique | join(",")' 'entry starred_at'
	is_json '[.items[].starred_at] | . == (sort | reverse)' true
	starred Bert '?limit=2&users=true'
	[ "$(texts)" = 'two one' ]
	is_json ".users | has(\"$Anna_id\")" true
	starred Bert "?limit=2&cursor=$(json .next)"
	[ "$(texts)" = three ]
	is_json .next null
	starred Anna
	[ "$(texts)" = '' ]
	unstar Bert "$one"
	is_status 204
	starred Bert
	[ "$(texts)" = 'two three' ]
	pull Bert "$before"
	is_json "[.events[] | [.type, .msg_id == \"$one\", .starred] | tojson]
		| join(\" \")" \
		'["star",false,true] ["star",true,true] ["star",false,true] ["star",true,false]'
	pull Anna 0
	is_json '[.events[] | select(.type == "star")] | length' 0
}

@test "stars: a repeat tells nobody again; two devices at once" {
	new_conv group Anna Bert
	say Anna x
	caught_up Bert
	n=$(stand Bert)
	as Bert
	many "$BATS_TEST_TMPDIR/star" 8 PUT "/v1/messages/$msg/star" '{}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/star.* | sort -u)" = 204 ]
	[ "$(stand Bert)" = $((n + 1)) ]
	star Bert
	is_status 204
	as Bert
	many "$BATS_TEST_TMPDIR/un" 8 DELETE "/v1/messages/$msg/star" '{}'
	[ "$(tail -qn1 "$BATS_TEST_TMPDIR"/un.* | sort -u)" = 204 ]
	unstar Bert
	is_status 204
	[ "$(stand Bert)" = $((n + 2)) ]
}

@test "stars: of messages that one may no longer see" {
	sign_up Dora
	new_conv group Anna Bert Dora
	say Anna seen
	star Dora
	say Anna hidden
	star Dora
	as Dora
	http DELETE "/v1/messages/$msg"
	say Anna recalled
	star Dora
	as Anna
	http POST "/v1/messages/$msg/recall"
	star Dora
	is_problem 410 gone
	say Anna edited
	star Dora
	as Anna
	http PATCH "/v1/messages/$msg" '{"content":{"text":"changed"}}'
	starred Dora
	[ "$(texts)" = 'changed seen' ]
	as Dora
	http POST "/v1/conversations/$conv/clear"
	starred Dora
	[ "$(texts)" = '' ]
	say Anna later
	star Dora
	starred Dora
	[ "$(texts)" = later ]
	drop Anna Dora
	starred Dora
	[ "$(texts)" = '' ]
	unstar Dora
	is_problem 404 not_found
}

@test "stars: who may, bad fields" {
	new_conv group Anna Bert Fred
	say Anna x
	drop Anna Fred
	members_only PUT "/v1/messages/$msg/star"
	members_only DELETE "/v1/messages/$msg/star"
	as nobody
	http GET /v1/starred
	is_problem 401 unauthenticated
	as Bert
	for bad in 0 01 x 1; do
		http PUT "/v1/messages/$bad/star"
		is_problem 404 not_found
	done
	http PUT "/v1/messages/$msg/star" '{"x":1}'
	is_problem 400 invalid_argument x
	for bad in limit=0 limit=201 limit=x cursor= cursor=x cursor=1 cursor=1.x \
		cursor=1.2.3 users=x; do
		http GET "/v1/starred?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
	http GET '/v1/starred?x=1'
	is_problem 400 invalid_argument x
	# control entries are no messages
	http GET "/v1/conversations/$conv/messages"
	http PUT "/v1/messages/$(json '.items[0].msg_id')/star"
	is_problem 404 not_found
	use_app stars_other
	sign_up Nina
	as Nina
	http PUT "/v1/messages/$msg/star"
	is_problem 404 not_found
}

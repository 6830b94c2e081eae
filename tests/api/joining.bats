# Coming into a group: join, requests, invites; bans.
load ../helper
load apps
load chats
load acts

setup_file() {
	people joining
	sign_up Dora
	first=$IM_APP
	use_app foreign
	sign_up Otto
	export IM_APP=$first
}
teardown_file() { stack_done; }

group_with() { # SETTINGS MEMBER...: of Anna's
	local settings=$1
	shift
	as Anna
	http POST /v1/conversations "{\"kind\":\"group\",\"members\":$(ids "$@"),
		\"settings\":$settings}"
	is_status 201
	conv=$(json .conv_id)
}
set_role() {
	local id=$1_id
	as Anna
	http PATCH "/v1/conversations/$conv/members/${!id}" "{\"role\":\"$2\"}"
	is_status 200
}
join() { # WHO [JSON]
	as "$1"
	http POST "/v1/conversations/$conv/join" "${2-}"
}
requests() { http GET "/v1/conversations/$conv/join-requests${1-}"; }
decide() { # WHO USER DECISION
	local id=$2_id
	as "$1"
	http POST "/v1/conversations/$conv/join-requests/${!id}" "{\"decision\":\"$3\"}"
}
ban() { # WHO USER [JSON]
	local id=$2_id
	as "$1"
	http PUT "/v1/conversations/$conv/bans/${!id}" "${3-}"
}
unban() {
	local id=$2_id
	as "$1"
	http DELETE "/v1/conversations/$conv/bans/${!id}"
}
bans() { http GET "/v1/conversations/$conv/bans${1-}"; }
invite() { # WHO [JSON]: sets code
	as "$1"
	http POST "/v1/conversations/$conv/invites" "${2-}"
	is_status 201
	code=$(json .code)
}
accept() {
	as "$1"
	http POST "/v1/invites/$code/accept"
}
is_member() {
	as "$1"
	http GET "/v1/conversations/$conv"
	[ "$status" = 200 ]
}
said() { # prints the newest entry: sender action users
	as Anna
	history '?limit=1'
	json '.items[0] | [.sender_id, .content.action] + .content.user_ids | join(" ")'
}
later() { echo $(($(date +%s%3N) + $1)); }
# The clock of the server is past what ban() and invite() were told.
make_old() { sql "UPDATE $1 SET $2 = 1 WHERE conv_id = $conv"; }

# ---- join ----------------------------------------------------------------------
# route: conversation.join

@test "join: an open group, once" {
	group_with '{"join":"open"}' Bert
	join Cleo
	is_status 200
	is_json '[.conv_id, .my_role, .member_count] | tojson' "[\"$conv\",\"member\",3]"
	[ "$(header ETag)" = "\"$(json .version)\"" ]
	[ "$(said)" = "$Cleo_id joined $Cleo_id" ]
	join Cleo
	is_status 200
	[ "$(entries)" = 2 ]
	chat_is Cleo .conversation.conv_id "$conv"
	pull Cleo
	is_json "[.events[] | select(.conv_id == \"$conv\") | .action // .entry.content.action]
		| join(\" \")" 'added joined'
	drop Cleo Cleo
	many "$BATS_TEST_TMPDIR/j" 8 POST "/v1/conversations/$conv/join" '{}'
	[ "$(cat "$BATS_TEST_TMPDIR"/j.* | grep -cx 200)" = 8 ]
	[ "$(entries)" = 4 ]
}

@test "join: not where only invitations let in; nor to what is not there" {
	group_with '{}'
	join Cleo
	is_problem 404 not_found
	join Anna
	is_status 200
	new_conv direct Anna Bert
	join Cleo
	is_problem 404 not_found
	join Bert
	is_problem 409 conflict
	group_with '{"join":"open"}' Bert
	join Otto
	is_problem 404 not_found
	as Anna
	http DELETE "/v1/conversations/$conv"
	join Cleo
	is_problem 404 not_found
	join Bert
	is_problem 410 gone
	for conv in 1 0 x; do
		join Cleo
		is_problem 404 not_found
	done
}

@test "join: fields" {
	group_with '{"join":"approval"}'
	as nobody
	http POST "/v1/conversations/$conv/join"
	is_problem 401 unauthenticated
	for bad in '""' 1 null "\"$(long 513)\""; do
		join Cleo "{\"message\":$bad}"
		is_problem 400 invalid_argument message
	done
	join Cleo '{"more":1}'
	is_problem 400 invalid_argument more
	http POST "/v1/conversations/$conv/join?x=1"
	is_problem 400 invalid_argument x
}

@test "join: a full group" {
	group_with '{"join":"open"}' Bert
	sql "INSERT INTO app_setting (app_id, name, value)
		SELECT app_id, 'members_max', 2 FROM app WHERE name = '$IM_APP'"
	full() { join Cleo && [ "$status" = 409 ]; }
	wait_for full
	is_problem 409 conflict
	invite Anna
	accept Dora
	is_problem 409 conflict
	sql "DELETE FROM app_setting WHERE name = 'members_max' AND value = 2"
	open() { join Cleo && [ "$status" = 200 ]; }
	wait_for open
}

# ---- requests ------------------------------------------------------------------
# route: conversation.join_requests conversation.decide

@test "request: waits, and is approved or rejected" {
	group_with '{"join":"approval"}' Bert
	join Cleo '{"message":"Hi, me"}'
	is_status 202
	is_json 'tojson' "{\"conv_id\":\"$conv\",\"state\":\"requested\"}"
	join Cleo '{"message":"Again"}'
	is_status 202
	join Dora
	is_status 202
	[ "$(entries)" = 1 ]
	as Anna
	requests
	is_json '[.items[] | [.user_id, .user.username, .message // "-", .invited_by // "-",
		(.requested_at > 0)]] | sort_by(.[0] | tonumber) | tojson' "$(jq -nc \
		--arg c "$Cleo_id" --arg cn "$Cleo_name" --arg d "$Dora_id" --arg dn "$Dora_name" \
		'[[$c, $cn, "Hi, me", "-", true], [$d, $dn, "-", "-", true]]
		| sort_by(.[0] | tonumber)')"
	is_json .next null
	requests '?limit=1&users=true'
	is_json '.items | length' 1
	is_json ".users | length" 1
	requests "?cursor=$(json .next)"
	is_json '[(.items | length), .next] | tojson' '[1,null]'
	decide Anna Cleo approve
	is_status 204
	[ "$(said)" = "$Anna_id added $Cleo_id" ]
	is_member Cleo
	decide Anna Cleo approve
	is_status 204
	[ "$(entries)" = 2 ]
	decide Anna Dora reject
	is_status 204
	! is_member Dora
	for decision in approve reject; do
		decide Anna Dora $decision
		is_problem 404 not_found
	done
	decide Anna Cleo reject
	is_problem 404 not_found
	requests
	is_json '.items | length' 0
	# One who was rejected may ask again.
	join Dora
	is_status 202
}

@test "request: gone when its user comes in otherwise" {
	group_with '{"join":"approval"}'
	join Cleo
	join Dora
	add Anna Cleo
	is_json '.items[0].outcome' added
	as Anna
	http PATCH "/v1/conversations/$conv" '{"settings":{"join":"open"}}'
	join Dora
	is_status 200
	as Anna
	requests
	is_json '.items | length' 0
}

@test "request: two admins decide at once" {
	group_with '{"join":"approval"}' Bert
	set_role Bert admin
	join Cleo
	as Bert
	many "$BATS_TEST_TMPDIR/d" 4 POST \
		"/v1/conversations/$conv/join-requests/$Cleo_id" '{"decision":"approve"}' &
	as Anna
	many "$BATS_TEST_TMPDIR/e" 4 POST \
		"/v1/conversations/$conv/join-requests/$Cleo_id" '{"decision":"approve"}'
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[de].* | grep -cx 204)" = 8 ]
	[ "$(entries)" = 3 ]
}

@test "request: who may see and decide" {
	group_with '{"join":"approval"}' Bert Cleo Fred
	drop Anna Fred
	join Dora
	members_only GET "/v1/conversations/$conv/join-requests"
	members_only POST "/v1/conversations/$conv/join-requests/$Dora_id" '{"decision":"approve"}'
	set_role Bert admin
	as Cleo
	requests
	is_problem 403 forbidden
	decide Cleo Dora approve
	is_problem 403 forbidden
	# For the owner alone where only the owner invites.
	as Anna
	http PATCH "/v1/conversations/$conv" '{"settings":{"who_can_invite":"owner"}}'
	as Bert
	requests
	is_problem 403 forbidden
	decide Bert Dora approve
	is_problem 403 forbidden
	decide Anna Dora approve
	is_status 204
	as Anna
	for bad in '{}' '{"decision":null}' '{"decision":"maybe"}' '{"decision":1}'; do
		http POST "/v1/conversations/$conv/join-requests/$Dora_id" "$bad"
		is_problem 400 invalid_argument decision
	done
	for wrong in 1 0 x; do
		http POST "/v1/conversations/$conv/join-requests/$wrong" '{"decision":"approve"}'
		is_problem 404 not_found
		http GET "/v1/conversations/$wrong/join-requests"
		is_problem 404 not_found
	done
	for bad in 'limit=0' 'cursor=x' 'users=1' 'x=1'; do
		requests "?$bad"
		is_problem 400 invalid_argument "${bad%=*}"
	done
	new_conv direct Anna Bert
	requests
	is_problem 409 conflict
	decide Anna Cleo approve
	is_problem 409 conflict
}

# ---- invitations -----------------------------------------------------------------
# route: conversation.add

# outcome JOIN WHO_CAN_INVITE ROLE: what becomes of a user whom such a member adds
outcome() {
	local who=Bert
	group_with "{\"join\":\"$1\",\"who_can_invite\":\"$2\"}" Bert
	case $3 in owner) who=Anna ;; admin) set_role Bert admin ;; esac
	as $who
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Cleo)}"
	case $status in
	200) json '.items[0].outcome' ;;
	403) is_problem 403 forbidden && echo 403 ;;
	*) show ;;
	esac
}

@test "add: by join and who_can_invite, cell by cell" {
	while read -r join who member admin owner; do
		for role in member admin owner; do
			got=$(outcome $join $who $role)
			[ "$got" = "${!role}" ] || {
				echo "$join $who $role: $got, not ${!role}"
				return 1
			}
		done
	done <<-END
		invite all added added added
		invite admins 403 added added
		invite owner 403 403 added
		open all added added added
		open admins 403 added added
		open owner 403 403 added
		approval all requested added added
		approval admins 403 added added
		approval owner 403 403 added
	END
}

@test "add: what waits says who has invited; banned ones are refused" {
	group_with '{"join":"approval"}' Bert
	ban Anna Dora
	as Bert
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":[\"$Cleo_id\",
		\"$Dora_id\",\"$Anna_id\",\"1\",\"$Cleo_id\"]}"
	is_json '[.items[].outcome] | join(" ")' 'requested forbidden already not_found requested'
	is_json '.items[0] | has("member")' false
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids Cleo)}"
	is_json '.items[0].outcome' requested
	[ "$(entries)" = 2 ]
	as Anna
	requests
	is_json '[.items[] | [.user_id, .invited_by]] | tojson' "[[\"$Cleo_id\",\"$Bert_id\"]]"
	add Anna Dora
	is_json '.items[0].outcome' forbidden
	decide Anna Cleo approve
	is_status 204
	is_member Cleo
}

# ---- bans ------------------------------------------------------------------------
# route: conversation.bans conversation.ban conversation.unban

@test "ban: out, and cannot come back, until it is over" {
	group_with '{"join":"open"}' Bert Cleo
	until=$(later 3600000)
	ban Anna Bert "{\"banned_until\":$until,\"reason\":\"rude\"}"
	is_status 204
	[ -z "$body" ]
	[ "$(said)" = "$Anna_id banned $Bert_id" ]
	! is_member Bert
	is_problem 404 not_found
	join Bert
	is_problem 403 forbidden
	add Anna Bert
	is_json '.items[0].outcome' forbidden
	invite Anna
	accept Bert
	is_problem 403 forbidden
	as Anna
	bans '?users=true'
	is_json '[.items[] | [.user_id, .banned_by, .banned_until, .reason, (.banned_at > 0)]] |
		tojson' "[[\"$Bert_id\",\"$Anna_id\",$until,\"rude\",true]]"
	is_json '[.next, (.users | length)] | tojson' '[null,2]'
	http GET "/v1/conversations/$conv"
	is_json .member_count 2
	wait_for pull_has_removal Bert
	# The same again changes nothing; another one does.
	last=$(entries)
	ban Anna Bert "{\"banned_until\":$until,\"reason\":\"rude\"}"
	is_status 204
	[ "$(entries)" = "$last" ]
	ban Anna Bert
	[ "$(entries)" = $((last + 1)) ]
	bans
	is_json '.items[0] | has("banned_until") or has("reason")' false
	unban Anna Bert
	is_status 204
	[ "$(said)" = "$Anna_id unbanned $Bert_id" ]
	last=$(entries)
	unban Anna Bert
	is_status 204
	[ "$(entries)" = "$last" ]
	join Bert
	is_status 200
}
pull_has_removal() {
	pull "$1"
	jq -e --arg c "$conv" '.events | any(.type == "conversation"
		and .conv_id == $c and .action == "removed")' <<<"$body" >/dev/null
}

@test "ban: one that is over is none" {
	group_with '{"join":"open"}' Bert
	ban Anna Bert "{\"banned_until\":$(later 3600000)}"
	make_old ban until_ms
	as Anna
	bans
	is_json '.items | length' 0
	last=$(entries)
	unban Anna Bert
	is_status 204
	[ "$(entries)" = "$last" ]
	join Bert
	is_status 200
	ban Anna Cleo
	[ "$(sql "SELECT COUNT(*) FROM ban WHERE conv_id = $conv")" = 1 ]
}

@test "ban: drops a request, and is of users who are not members, too" {
	group_with '{"join":"approval"}'
	join Cleo
	ban Anna Cleo
	is_status 204
	requests
	is_json '.items | length' 0
	join Cleo
	is_problem 403 forbidden
	# Also where nobody comes in by themselves.
	as Anna
	http PATCH "/v1/conversations/$conv" '{"settings":{"join":"invite"}}'
	join Cleo
	is_problem 403 forbidden
	for who in Dora Bert; do ban Anna $who; done
	as Anna
	bans '?limit=2'
	is_json '.items | length' 2
	bans "?limit=2&cursor=$(json .next)"
	is_json '[(.items | length), .next] | tojson' '[1,null]'
}

@test "ban: who may, and fields" {
	group_with '{}' Bert Cleo Dora Fred
	drop Anna Fred
	members_only GET "/v1/conversations/$conv/bans"
	members_only PUT "/v1/conversations/$conv/bans/$Cleo_id" '{}'
	members_only DELETE "/v1/conversations/$conv/bans/$Cleo_id"
	set_role Bert admin
	set_role Cleo admin
	as Dora
	bans
	is_problem 403 forbidden
	ban Dora Fred
	is_problem 403 forbidden
	unban Dora Fred
	is_problem 403 forbidden
	for pair in 'Bert Cleo' 'Bert Anna' 'Bert Bert' 'Anna Anna'; do
		ban $pair
		is_problem 403 forbidden
	done
	ban Bert Dora
	is_status 204
	ban Anna Cleo
	is_status 204
	ban Anna Otto
	is_problem 404 not_found
	for wrong in 1 0 x; do
		http PUT "/v1/conversations/$conv/bans/$wrong" '{}'
		is_problem 404 not_found
		http GET "/v1/conversations/$wrong/bans"
		is_problem 404 not_found
	done
	for bad in 0 -1 1 "$(later -1000)" '"x"' 1.5 null; do
		ban Anna Olga "{\"banned_until\":$bad}"
		is_problem 400 invalid_argument banned_until
	done
	for bad in '""' 1 null "\"$(long 513)\""; do
		ban Anna Olga "{\"reason\":$bad}"
		is_problem 400 invalid_argument reason
	done
	ban Anna Olga '{"more":1}'
	is_problem 400 invalid_argument more
	for bad in 'limit=0' 'cursor=x' 'users=1' 'x=1'; do
		bans "?$bad"
		is_problem 400 invalid_argument "${bad%=*}"
	done
	new_conv direct Anna Bert
	ban Anna Bert
	is_problem 409 conflict
	unban Anna Bert
	is_problem 409 conflict
	bans
	is_problem 409 conflict
}

# ---- invites ---------------------------------------------------------------------
# route: conversation.invite conversation.invites conversation.end_invite
# route: invite.get invite.accept

@test "invite: made, shown, used" {
	group_with '{"name":"Club","description":"For us","announcement":"secret"}' Bert
	invite Bert '{"expires_in_s":60,"max_uses":2}'
	is_json '[.max_uses, .uses, .created_by, (.expires_at - .created_at)] | tojson' \
		"[2,0,\"$Bert_id\",60000]"
	is_json '.code | test("^[A-Za-z0-9_-]{20}$")' true
	is_json '(.url | startswith("/")) and (.code as $c | .url | endswith($c))' true
	as Cleo
	http GET "/v1/invites/$code"
	is_status 200
	is_json '[.code, .uses] | tojson' "[\"$code\",0]"
	is_json '.conversation | tojson' \
		"$(jq -nc --arg c "$conv" '{conv_id: $c, kind: "group", settings: {name: "Club",
			description: "For us"}, member_count: 2}')"
	accept Cleo
	is_status 200
	is_json '[.conv_id, .my_role] | join(" ")' "$conv member"
	[ "$(said)" = "$Cleo_id joined $Cleo_id" ]
	accept Cleo
	is_status 200
	accept Anna
	is_status 200
	as Anna
	http GET "/v1/conversations/$conv/invites"
	is_json '[.items[] | [.code, .uses]] | tojson' "[[\"$code\",1]]"
	accept Dora
	is_status 200
	accept Fred
	is_problem 410 gone
	as Fred
	http GET "/v1/invites/$code"
	is_problem 410 gone
	invite Anna
	is_json 'has("expires_at") or has("max_uses")' false
}

@test "invite: of one use, by fifty at once" {
	group_with '{}'
	invite Anna '{"max_uses":1}'
	sql "$(for i in $(seq 50); do
		hash=$(printf 'imu_%s%s' "$conv" "$i" | sha256sum | cut -d' ' -f1)
		id=$((conv - i))
		echo "INSERT INTO user (user_id, app_id, username, display_name, folded, created_ms)
			SELECT $id, app_id, 'many-$id', 'x', '', 1 FROM app WHERE name = '$IM_APP';
			INSERT INTO username SELECT app_id, username, user_id FROM user WHERE user_id = $id;
			INSERT INTO user_part SELECT app_id, 0, 'x', user_id FROM user WHERE user_id = $id;
			INSERT INTO user_seq (user_id, stream_id) VALUES ($id, $id);
			INSERT INTO session (user_id, session_id, app_id, token_hash, device_id, platform,
				created_ms, last_seen_ms, expires_ms)
			SELECT $id, $id, app_id, UNHEX('$hash'), 'd', 3, 1,
				UNIX_TIMESTAMP() * 1000, UNIX_TIMESTAMP() * 1000 + 3600000
			FROM app WHERE name = '$IM_APP';"
	done)"
	for i in $(seq 50); do
		curl -sS -X POST "$url/v1/invites/$code/accept" -H 'Content-Length: 0' \
			-H "Authorization: Bearer imu_$conv$i" -o /dev/null \
			-w '%{http_code}\n' >"$BATS_TEST_TMPDIR/a.$i" 3>&- 4>&- &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/a.* | sort | uniq -c | xargs)" = '1 200 49 410' ] ||
		{ cat "$BATS_TEST_TMPDIR"/a.* | sort | uniq -c; return 1; }
	as Anna
	http GET "/v1/conversations/$conv"
	is_json '[.member_count, .last_index] | tojson' '[2,2]'
}

@test "invite: over, deleted, or of somebody who may not invite now" {
	group_with '{}' Bert
	invite Bert '{"expires_in_s":1000}'
	make_old invite expires_ms
	accept Cleo
	is_problem 410 gone
	invite Bert
	mine=$code
	invite Anna
	as Bert
	http GET "/v1/conversations/$conv/invites"
	is_json '[.items[].code] | tojson' "[\"$mine\"]"
	http DELETE "/v1/conversations/$conv/invites/$code"
	is_problem 403 forbidden
	as Anna
	http GET "/v1/conversations/$conv/invites?limit=1&users=true"
	is_json '.users | keys | join(" ")' "$Bert_id"
	is_json '[.items[].code] | tojson' "[\"$mine\"]"
	http GET "/v1/conversations/$conv/invites?cursor=$(json .next)"
	is_json '[[.items[].code], .next] | tojson' "[[\"$code\"],null]"
	as Bert
	for i in 1 2; do
		http DELETE "/v1/conversations/$conv/invites/$mine"
		is_status 204
	done
	code=$mine
	accept Cleo
	is_problem 410 gone
	invite Bert
	as Anna
	http PATCH "/v1/conversations/$conv" '{"settings":{"who_can_invite":"admins"}}'
	accept Cleo
	is_problem 410 gone
	set_role Bert admin
	accept Cleo
	is_status 200
	drop Anna Bert
	accept Dora
	is_problem 410 gone
	add Anna Bert
	set_role Bert admin
	as Anna
	http DELETE "/v1/conversations/$conv/invites/$code"
	is_status 204
}

@test "invite: where invitations wait, it waits, too" {
	group_with '{"join":"approval"}' Bert
	invite Bert '{"max_uses":1}'
	accept Cleo
	is_status 202
	is_json 'tojson' "{\"conv_id\":\"$conv\",\"state\":\"requested\"}"
	accept Dora
	is_problem 410 gone
	as Anna
	requests
	is_json '[.items[] | [.user_id, .invited_by]] | tojson' "[[\"$Cleo_id\",\"$Bert_id\"]]"
	invite Anna
	accept Cleo
	is_status 200
	as Anna
	requests
	is_json '.items | length' 0
}

@test "invite: who may, and fields" {
	group_with '{"who_can_invite":"admins"}' Bert Fred
	drop Anna Fred
	members_only POST "/v1/conversations/$conv/invites" '{}'
	members_only GET "/v1/conversations/$conv/invites"
	invite Anna
	members_only DELETE "/v1/conversations/$conv/invites/$code"
	as nobody
	http GET "/v1/invites/$code"
	is_problem 401 unauthenticated
	http POST "/v1/invites/$code/accept"
	is_problem 401 unauthenticated
	as Otto
	http GET "/v1/invites/$code"
	is_problem 404 not_found
	accept Otto
	is_problem 404 not_found
	as Bert
	http POST "/v1/conversations/$conv/invites"
	is_problem 403 forbidden
	http GET "/v1/conversations/$conv/invites"
	is_problem 403 forbidden
	as Anna
	for bad in 0 -1 31622401 '"1"' 1.5 null; do
		http POST "/v1/conversations/$conv/invites" "{\"expires_in_s\":$bad}"
		is_problem 400 invalid_argument expires_in_s
	done
	for bad in 0 -1 100001 '"1"' null; do
		http POST "/v1/conversations/$conv/invites" "{\"max_uses\":$bad}"
		is_problem 400 invalid_argument max_uses
	done
	http POST "/v1/conversations/$conv/invites" '{"more":1}'
	is_problem 400 invalid_argument more
	http GET "/v1/conversations/$conv/invites?limit=0"
	is_problem 400 invalid_argument limit
	for wrong in nothing x%2F '%20' "${code}x"; do
		http GET "/v1/invites/$wrong"
		is_problem 404 not_found
		http POST "/v1/invites/$wrong/accept"
		is_problem 404 not_found
		http DELETE "/v1/conversations/$conv/invites/$wrong"
		is_problem 404 not_found
	done
	other=$code
	group_with '{}'
	http DELETE "/v1/conversations/$conv/invites/$other"
	is_problem 404 not_found
	as Cleo
	http POST "/v1/invites/$other/accept" '' -H 'Idempotency-Key: once'
	is_status 200
	http POST "/v1/invites/$other/accept" '' -H 'Idempotency-Key: once'
	[ "$(header Idempotent-Replayed)" = true ]
	sql "INSERT INTO invite (conv_id, invite_id, code, created_by, created_ms)
		SELECT $conv, seq, CONCAT('$conv', seq), $Anna_id, 1 FROM seq_1_to_100"
	as Anna
	http POST "/v1/conversations/$conv/invites"
	is_problem 409 conflict
	as Anna
	http DELETE "/v1/conversations/$conv"
	as Cleo
	http GET "/v1/invites/${conv}7"
	is_problem 404 not_found
	new_conv direct Anna Bert
	http POST "/v1/conversations/$conv/invites"
	is_problem 409 conflict
	http GET "/v1/conversations/$conv/invites"
	is_problem 409 conflict
}

# memcached goes away while the stack runs: everything still works, and it
# comes back by itself.
load ../helper

setup_file() {
	stack_private
	"$bin/im-admin" -c "$conf" app create cache >/dev/null
	export IM_APP=cache
	sign_up Ann
	sign_up Ben
	as ann
	http POST /v1/conversations "{\"kind\":\"direct\",\"members\":[\"$ben_id\"]}"
	is_status 201
	conv=$(json .conv_id)
	export conv ann_id ann_token ben_id ben_token
}
teardown_file() { stack_done; }

sign_up() { # lower-case variables for bats' sake
	local name
	name=$(tr '[:upper:]' '[:lower:]' <<<"$1")
	as nobody
	http POST /v1/users "{\"app\":\"$IM_APP\",\"username\":\"$name\",
		\"password\":\"$password\"}"
	is_status 201
	export "${name}_id=$(json .user_id)"
	log_in "$name"
	export "${name}_token=$token"
}

say() { # TEXT: ann sends, ben finds it in log, inbox and list
	as ann
	http POST "/v1/conversations/$conv/messages" \
		"{\"type\":\"text\",\"content\":{\"text\":\"$1\"}}"
	is_status 201
	last=$(json .conv_index)
	as ben
	http GET "/v1/conversations/$conv/messages?limit=1"
	is_json '.items[0].content.text' "$1"
	wait_for ben_has "$1"
	http GET /v1/sync
	is_json '.conversations.items[0].last_entry.content.text' "$1"
	http PUT "/v1/conversations/$conv/read" "{\"conv_index\":$last}"
	is_json .unread 0
	http POST "/v1/conversations/$conv/typing" '{"state":"start"}'
	is_status 204
}

ben_has() {
	http GET /v1/inbox/head
	http GET "/v1/inbox?after=$(($(json .user_index) - 1))"
	[ "$(json '.events[-1].entry.content.text // ""')" = "$1" ]
}

health() {
	http GET /v1/health
	[ "$status" = 200 ] && [ "$(json .checks.cache.status)" = "$1" ]
}

@test "with memcached" {
	say "with"
	wait_for health ok
}

@test "without memcached everything works, live delivery too" {
	announce 'memcached|cache'
	service down memcached
	as nobody
	wait_for health down || health degraded
	say "without"
	as nobody
	log_in ann
	TOKEN=$ben_token http GET /v1/inbox/head
	polling ben "after=$(json .user_index)&wait_s=60"
	as ann
	http POST "/v1/conversations/$conv/messages" \
		'{"type":"text","content":{"text":"live without"}}'
	is_status 201
	heard ben
	is_json '.events[0].entry.content.text' "live without"
}

@test "and it comes back by itself" {
	service up memcached
	as nobody
	wait_for health ok
	say "again"
}

# ---- invalidations that memcached did not carry out -------------------------

# What the caches hold when memcached is frozen, and what changes meanwhile.
warm_up() {
	as ben
	http GET /v1/users/me
	is_status 200
	http POST "/v1/conversations/$group/typing" '{"state":"stop"}'
	is_status 204
	http GET "/v1/users/$ann_id"
	is_status 200
}

new_group() {
	as ann
	http POST /v1/conversations \
		"{\"kind\":\"group\",\"members\":[\"$ben_id\"]}"
	is_status 201
	group=$(json .conv_id)
	log_in ben second
	ben_token=$token
}

change_all() {
	as ann
	http DELETE "/v1/conversations/$group/members/$ben_id"
	is_status 204
	http PATCH /v1/users/me "{\"display_name\":\"$1\"}"
	is_status 200
}

# The process that read the generation last asks for it again after half a
# second: no answer that comes later is stale.
stale_copies_are_gone() {
	sleep 1
	as ben
	http POST "/v1/conversations/$group/typing" '{"state":"stop"}'
	is_problem 404 not_found
	http GET "/v1/users/$ann_id"
	is_json .display_name "$1"
	http DELETE /v1/sessions/current
	is_status 204
}

@test "a removed member and an old name do not survive a frozen memcached" {
	announce 'memcached|cache'
	new_group
	warm_up
	service pause memcached
	change_all "Ann II"
	service cont memcached
	as nobody
	wait_for health ok
	stale_copies_are_gone "Ann II"
}

@test "nor does a session that ended while it was frozen" {
	announce 'memcached|cache'
	new_group
	warm_up
	service pause memcached
	http DELETE /v1/sessions/current
	is_status 204
	service cont memcached
	as nobody
	wait_for health ok
	sleep 1
	as ben
	http GET /v1/users/me
	is_problem 401 unauthenticated
}

@test "nor a disabled user's profile and sessions" {
	announce 'memcached|cache'
	new_group
	warm_up
	service pause memcached
	"$bin/im-admin" -c "$conf" user disable cache ben
	service cont memcached
	as nobody
	wait_for health ok
	sleep 1
	as ben
	http GET /v1/users/me
	is_problem 401 unauthenticated
}

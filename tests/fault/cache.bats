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

# Since memcached is back: no answer that comes later is made of older copies.
copies_are_new() {
	as nobody
	wait_for health ok
	wait_for generation_is_known
}

# By all services that are asked here; a request makes them read it.
generation_is_known() {
	local path
	as ann
	for path in users/me "conversations/$conv" inbox/head \
		"conversations/$conv/messages"; do
		http GET "/v1/$path"
		is_status 200
	done
	as nobody
	http GET /metrics
	generation=$(sql 'SELECT generation FROM cache_generation')
	[ "$(grep '^imcloud_cache_generation{' <<<"$body" |
		grep -E '"(user|conversation|inbox|message)"' |
		grep -c "} $generation\$")" = 4 ]
}

stale_copies_are_gone() {
	copies_are_new
	as ben
	http POST "/v1/conversations/$group/typing" '{"state":"stop"}'
	is_problem 404 not_found
	http GET "/v1/users/$ann_id"
	is_json .display_name "$1"
	http DELETE /v1/sessions/current
	is_status 204
}

# ben, everywhere
is_logged_out() {
	local path
	as ben
	for path in /v1/users/me "/v1/conversations/$group" /v1/inbox/head; do
		http GET "$path"
		is_problem 401 unauthenticated
	done
	http POST "/v1/conversations/$conv/messages" \
		'{"type":"text","content":{"text":"no"}}'
	is_problem 401 unauthenticated
}

@test "a removed member and an old name do not survive a frozen memcached" {
	announce 'memcached|cache'
	new_group
	warm_up
	service pause memcached
	change_all "Ann II"
	service cont memcached
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
	copies_are_new
	is_logged_out
}

# ---- a memcached that starts again -------------------------------------------

@test "what changed while memcached was dead is known at once, and later" {
	announce 'memcached|cache'
	new_group
	warm_up
	kill -KILL "$(service_pid memcached)"
	service down memcached
	change_all "Ann III"
	removed() {
		as ben
		http POST "/v1/conversations/$group/typing" '{"state":"stop"}'
		is_problem 404 not_found
		http GET "/v1/users/$ann_id"
		is_json .display_name "Ann III"
	}
	removed
	service up memcached
	removed
	copies_are_new
	removed
}

@test "and so is a session that ended meanwhile" {
	announce 'memcached|cache'
	new_group
	warm_up
	kill -KILL "$(service_pid memcached)"
	service down memcached
	as ben
	http DELETE /v1/sessions/current
	is_status 204
	is_logged_out
	service up memcached
	is_logged_out
	copies_are_new
	is_logged_out
}

@test "nor is an old copy kept by those who ask while it starts again" {
	announce 'memcached|cache'
	local asking i path
	for i in 1 2 3; do
		new_group
		warm_up
		for path in users/me "users/$ann_id" "conversations/$group"; do
			while :; do
				curl -s -H "Authorization: Bearer $ben_token" "$url/v1/$path"
			done >/dev/null 2>&1 3>&- 4>&- &
			asking+=" $!"
		done
		kill -KILL "$(service_pid memcached)"
		change_all "Ann $i"
		copies_are_new
		# shellcheck disable=SC2086 # a list
		kill $asking
		asking=
		stale_copies_are_gone "Ann $i"
	done
}

@test "nor a disabled user's profile and sessions" {
	announce 'memcached|cache'
	new_group
	warm_up
	service pause memcached
	"$bin/im-admin" -c "$conf" user disable cache ben
	service cont memcached
	copies_are_new
	is_logged_out
}

load ../helper
load apps
load chats
load acts

setup_file() { people contacts; }
teardown_file() { stack_done; }

# Each test has people of its own.
pair() { for name in Mia Noa; do sign_up $name; done; }

ask() { # WHO WHOM [MESSAGE]
	local id=$2_id
	as "$1"
	http POST /v1/contacts "$(jq -nc --arg id "${!id}" --arg message "${3-}" \
		'{user_id: $id} + if $message == "" then {} else {message: $message} end')"
}
answer() { # WHO accept|reject WHOM
	local id=$3_id
	as "$1"
	http POST "/v1/contacts/${!id}/$2"
}
remove() { # WHO WHOM
	local id=$2_id
	as "$1"
	http DELETE "/v1/contacts/${!id}"
}
# state WHO WHOM: prints it
state() {
	local id=$2_id
	as "$1"
	http GET /v1/contacts
	json ".items | map(select(.user_id == \"${!id}\"))[0].state"
}
# actions WHO: the contact events of WHO, as ACTION/OTHER/BY
actions() {
	pull "$1" 0
	json '[.events[] | select(.type == "contact")
		| [.action, .user_id, .by] | join("/")] | join(" ")'
}

# route: contact.list
# route: contact.request
# route: contact.accept
# route: contact.reject
# route: contact.remark
# route: contact.remove

@test "contacts: a request, seen by both; accepted; told to all devices of both" {
	pair
	log_in "$Noa_name" second
	export Second_token=$token
	polling Second "after=$(stand Noa)"
	ask Mia Noa 'It is me'
	is_status 201
	is_json '[.user_id, .state, .message, .user.username] | join(" ")' \
		"$Noa_id sent It is me $Noa_name"
	is_json 'keys | join(" ")' 'changed_at created_at message state user user_id'
	heard Second
	is_json '.events[0] | [.type, .action, .user_id, .by, .user_index] | join(" ")' \
		"contact requested $Mia_id $Mia_id 1"
	as Noa
	http GET /v1/contacts
	is_json '[.items[0].state, .items[0].message] | join(" ")' 'requested It is me'
	is_json 'has("users")' false
	http GET '/v1/contacts?users=true'
	is_json '.users | keys | join(" ")' "$Mia_id"
	ask Mia Noa 'again'
	is_status 200
	is_json '.message' 'It is me'
	answer Noa accept Mia
	is_status 204
	[ -z "$body" ]
	[ "$(state Noa Mia) $(state Mia Noa)" = 'accepted accepted' ]
	answer Noa accept Mia
	is_status 204
	answer Mia accept Noa
	is_status 204
	ask Noa Mia
	is_status 200
	is_json .state accepted
	[ "$(actions Mia)" = "requested/$Noa_id/$Mia_id accepted/$Noa_id/$Noa_id" ]
	[ "$(actions Noa)" = "requested/$Mia_id/$Mia_id accepted/$Mia_id/$Noa_id" ]
}

@test "contacts: rejected, taken back, removed" {
	pair
	ask Mia Noa
	answer Mia accept Noa
	is_problem 404 not_found
	answer Mia reject Noa
	is_problem 404 not_found
	answer Noa reject Mia
	is_status 204
	[ "$(state Mia Noa) $(state Noa Mia)" = 'null null' ]
	answer Noa reject Mia
	is_problem 404 not_found
	ask Mia Noa
	is_status 201
	remove Mia Noa
	is_status 204
	remove Mia Noa
	is_status 204
	answer Noa accept Mia
	is_problem 404 not_found
	ask Noa Mia
	ask Mia Noa
	is_status 200
	is_json .state accepted
	answer Mia reject Noa
	is_problem 409 conflict
	remove Noa Mia
	is_status 204
	[ "$(state Mia Noa) $(state Noa Mia)" = 'null null' ]
	[ "$(actions Mia)" = "requested/$Noa_id/$Mia_id rejected/$Noa_id/$Noa_id requested/$Noa_id/$Mia_id removed/$Noa_id/$Mia_id requested/$Noa_id/$Noa_id accepted/$Noa_id/$Mia_id removed/$Noa_id/$Noa_id" ]
}

@test "contacts: a remark is the user's own" {
	pair
	as Mia
	http PATCH "/v1/contacts/$Noa_id" '{"remark":"x"}'
	is_problem 404 not_found
	ask Mia Noa
	answer Noa accept Mia
	as Mia
	http PATCH "/v1/contacts/$Noa_id" '{"remark":"Number 7 ☂"}'
	is_status 200
	is_json .remark 'Number 7 ☂'
	http PATCH "/v1/contacts/$Noa_id" '{"remark":"Number 7 ☂"}'
	is_status 200
	[ "$(actions Mia | grep -o remark | wc -l)" = 1 ]
	[[ "$(actions Noa)" != *remark* ]]
	as Noa
	http GET /v1/contacts
	is_json '.items[0] | has("remark")' false
	as Mia
	http PATCH "/v1/contacts/$Noa_id" '{"remark":null}'
	is_status 200
	is_json 'has("remark")' false
}

@test "contacts: both ask each other at once" {
	pair
	as Mia
	for i in $(seq 6); do
		name=Mia other=$Noa_id
		[ $((i % 2)) = 1 ] || { name=Noa other=$Mia_id; }
		as $name
		curl -sS "$url/v1/contacts" -H "Authorization: Bearer $TOKEN" \
			-H 'Content-Type: application/json' -o /dev/null \
			-w '%{http_code}\n' -d "{\"user_id\":\"$other\"}" \
			>"$BATS_TEST_TMPDIR/code.$i" 3>&- 4>&- &
	done
	wait
	[ "$(sort "$BATS_TEST_TMPDIR"/code.* | uniq -c | xargs)" = '5 200 1 201' ]
	[ "$(state Mia Noa) $(state Noa Mia)" = 'accepted accepted' ]
	for name in Mia Noa; do
		[ "$(actions $name | grep -oE 'requested|accepted' | xargs)" = 'requested accepted' ]
	done
}

@test "contacts: accepted and taken back at once: both sides agree" {
	pair
	for round in 1 2 3 4; do
		ask Mia Noa
		as Noa
		curl -sS -X POST "$url/v1/contacts/$Mia_id/accept" -o /dev/null \
			-H "Authorization: Bearer $TOKEN" -H 'Content-Length: 0' 3>&- 4>&- &
		remove Mia Noa
		is_status 204
		wait
		mine=$(state Mia Noa) theirs=$(state Noa Mia)
		[ "$mine" = "$theirs" ]
		[ "$mine" = null ]
	done
}

@test "contacts: pages, by state" {
	pair
	for i in 1 2 3; do
		sign_up Kim
		ask Mia Kim
		[ $i != 2 ] || answer Kim accept Mia
	done
	ask Noa Mia
	as Mia
	http GET '/v1/contacts?limit=3'
	is_json '.items | length' 3
	first=$(json '[.items[].user_id] | join(" ")')
	http GET "/v1/contacts?limit=3&cursor=$(json .next)"
	is_json '.items | length' 1
	is_json .next null
	[[ $first != *$(json '.items[0].user_id')* ]]
	for want in sent/2 requested/1 accepted/1; do
		http GET "/v1/contacts?state=${want%/*}"
		is_json '.items | length' "${want#*/}"
	done
}

adds() { # WHO WHOM OUTCOME: into a new group
	local id=$2_id
	new_conv group "$1" Pia
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":[\"${!id}\"]}"
	is_status 200
	is_json '.items[0].outcome' "$3"
}

@test "contacts: they may, where a setting lets contacts alone" {
	pair
	for name in Ora Pia; do sign_up $name; done
	as Mia
	http PATCH /v1/users/me/settings '{"add_to_groups":"contacts"}'
	is_status 200
	ask Noa Mia # a mere request is none
	is_status 201
	adds Noa Mia forbidden
	answer Mia accept Noa
	is_status 204
	adds Noa Mia added
	adds Ora Mia forbidden
	remove Noa Mia
	is_status 204
	adds Noa Mia forbidden
}

@test "contacts: who may, bad fields" {
	pair
	as nobody
	for request in 'GET /v1/contacts' 'POST /v1/contacts' \
		"POST /v1/contacts/$Noa_id/accept" "POST /v1/contacts/$Noa_id/reject" \
		"PATCH /v1/contacts/$Noa_id" "DELETE /v1/contacts/$Noa_id"; do
		http $request
		is_problem 401 unauthenticated
	done
	as Mia
	http POST /v1/contacts '{}'
	is_problem 400 invalid_argument user_id
	for bad in '"0"' '"01"' 7 null '"x"'; do
		http POST /v1/contacts "{\"user_id\":$bad}"
		is_problem 400 invalid_argument user_id
	done
	http POST /v1/contacts "{\"user_id\":\"$Noa_id\",\"message\":\"$(long 257)\"}"
	is_problem 400 invalid_argument message
	http POST /v1/contacts "{\"user_id\":\"$Noa_id\",\"x\":1}"
	is_problem 400 invalid_argument x
	http POST /v1/contacts "{\"user_id\":\"$Mia_id\"}"
	is_problem 400 invalid_argument user_id
	http POST /v1/contacts '{"user_id":"77"}'
	is_problem 404 not_found user_id
	http PATCH "/v1/contacts/$Noa_id" '{}'
	is_problem 400 invalid_argument remark
	http PATCH "/v1/contacts/$Noa_id" "{\"remark\":\"$(long 129)\"}"
	is_problem 400 invalid_argument remark
	for bad in limit=0 limit=201 cursor=x state=x x=1; do
		http GET "/v1/contacts?$bad"
		is_problem 400 invalid_argument "${bad%%=*}"
	done
	for bad in 0 01 x 77 9000000000000000001; do
		http POST "/v1/contacts/$bad/accept"
		is_problem 404 not_found
	done
	use_app contacts_other
	sign_up Nina
	as Nina
	http POST /v1/contacts "{\"user_id\":\"$Noa_id\"}"
	is_problem 404 not_found user_id
	answer Nina accept Noa
	is_problem 404 not_found
}

@test "contacts: one request under an Idempotency-Key" {
	pair
	as Mia
	for i in 1 2; do
		http POST /v1/contacts "{\"user_id\":\"$Noa_id\"}" -H "Idempotency-Key: k-$Mia_id"
		is_status 201
	done
	[ "$(header Idempotent-Replayed)" = true ]
	[ "$(actions Noa)" = "requested/$Mia_id/$Mia_id" ]
}

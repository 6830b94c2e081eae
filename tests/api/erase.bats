load ../helper
load apps
load chats
load acts

# What an erasure does at once; tests/job/erase.bats has the rest.

setup_file() { people erase; }
teardown_file() { stack_done; }

erase() { # WHO
	as "$1"
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_status 204
}

# route: user.erase
# route: admin_user.erase

@test "erase: at once unknown, logged out, the name free" {
	sign_up Mia
	new_conv group Mia Anna
	caught_up Mia
	polling Mia "after=$(stand Mia)"
	as Mia
	http DELETE /v1/users/me '{"password":"wrong-one-1"}'
	is_problem 403 forbidden password
	http DELETE /v1/users/me '{}'
	is_problem 400 invalid_argument password
	http DELETE /v1/users/me "{\"password\":\"$password\",\"x\":1}"
	is_problem 400 invalid_argument x
	as nobody
	http DELETE /v1/users/me "{\"password\":\"$password\"}"
	is_problem 401 unauthenticated
	erase Mia
	[ -z "$body" ]
	heard Mia
	is_json .code unauthenticated
	as Mia
	http GET /v1/users/me
	is_problem 401 unauthenticated
	as Anna
	http GET "/v1/users/$Mia_id"
	is_problem 404 not_found
	for query in "username=$Mia_name" "q=$Mia_name" "ids=$Mia_id"; do
		http GET "/v1/users?$query"
		is_json '.items | length' 0
	done
	http POST /v1/conversations "{\"kind\":\"direct\",\"members\":[\"$Mia_id\"]}"
	is_problem 404 not_found members
	as nobody
	http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$Mia_name\",
		\"password\":\"$password\",\"device\":{\"id\":\"d\",\"platform\":\"web\"}}"
	is_problem 401 unauthenticated
	http POST /v1/users "{\"app\":\"$IM_APP\",\"username\":\"$Mia_name\",\"password\":\"$password\"}"
	is_status 201
	[ "$(json .user_id)" != "$Mia_id" ]
	[ "$(sql "SELECT COUNT(*) FROM user WHERE user_id = $Mia_id AND display_name = ''
		AND folded = '' AND avatar IS NULL AND bio IS NULL AND meta IS NULL")" = 1 ]
	[ "$(sql "SELECT COUNT(*) FROM credential WHERE user_id = $Mia_id")" = 0 ]
}

@test "erase: by the app's server" {
	sign_up Mia
	as Anna
	http DELETE "/v1/admin/users/$Mia_id"
	is_problem 403 forbidden
	as nobody
	http DELETE "/v1/admin/users/$Mia_id"
	is_problem 401 unauthenticated
	as_app
	for bad in 0 01 x 77; do
		http DELETE "/v1/admin/users/$bad"
		is_problem 404 not_found
	done
	for i in 1 2; do
		http DELETE "/v1/admin/users/$Mia_id"
		is_status 204
	done
	http GET "/v1/admin/users/$Mia_id"
	is_problem 404 not_found
	http GET "/v1/admin/users?limit=200"
	is_json "[.items[] | select(.user_id == \"$Mia_id\")] | length" 0
	http GET '/v1/admin/audit?action=admin_user.erase'
	is_json '[.items[] | .actor, .user_id] | join(" ")' "test $Mia_id test $Mia_id"
	as Mia
	http GET /v1/users/me
	is_problem 401 unauthenticated
	mia=$Mia_id
	use_app erase_other
	as_app
	http DELETE "/v1/admin/users/$mia"
	is_problem 404 not_found
}

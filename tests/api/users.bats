load ../helper
load apps

setup_file() {
	stack_shared
	use_app users
	sign_up Anna
	sign_up Bert
	export first=$IM_APP
	use_app other
	sign_up Otto
	export IM_APP=$first
}
teardown_file() { stack_done; }

signup() { # NAME [MEMBER...]: members are added or replace others
	local name=$1
	shift
	as nobody
	http POST /v1/users "$(jq -nc --arg app "$IM_APP" --arg name "$name" \
		'{app: $app, username: $name, password: "correct horse"}'"${1+ * $1}")"
}
fresh() { echo "u$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n')"; }

# ---- sign up ---------------------------------------------------------------
# route: user.create

@test "sign up: a new user" {
	name=$(fresh)
	signup "$name" '{display_name: "Zoë 🌱"}'
	is_status 201
	is_json .username "$name"
	is_json .display_name "Zoë 🌱"
	is_json .bot false
	is_json '.created_at > 1700000000000' true
	is_json '.user_id | type' string
	is_json 'keys_unsorted | join(",")' user_id,username,display_name,bot,created_at
}

@test "sign up: the display name is the username unless given" {
	name=$(fresh)
	signup "$name"
	is_status 201
	is_json .display_name "$name"
}

@test "sign up: a name is taken once, also when many ask at once" {
	name=$(fresh)
	for i in 1 2 3 4 5 6; do
		curl -s -o /dev/null -w '%{http_code}\n' "$url/v1/users" \
			-H 'Content-Type: application/json' -d "{\"app\":\"$IM_APP\",
			\"username\":\"$name\",\"password\":\"correct horse\"}" \
			>"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	[ "$(sort "$BATS_TEST_TMPDIR"/[1-6] | uniq -c | xargs)" = "1 201 5 409" ]
	signup "$name"
	is_problem 409 conflict username
	[ "$(sql "SELECT COUNT(*) FROM user WHERE username = '$name'")" = 1 ]
}

@test "sign up: the same name may be there in two apps" {
	signup "$Anna_name" "{app: \"$(sql "SELECT a.name FROM app a JOIN user u
		ON u.app_id = a.app_id WHERE u.user_id = $Otto_id")\"}"
	is_status 201
}

@test "sign up: fields" {
	signup Upper
	is_problem 400 invalid_argument username
	for bad in '""' '"a b"' '"ä"' 7 null "\"$(long 65)\""; do
		signup x "{username: $bad}"
		is_problem 400 invalid_argument username
	done
	for bad in '""' '"1234567"' "\"$(long 257)\"" 12345678 null; do
		signup "$(fresh)" "{password: $bad}"
		is_problem 400 invalid_argument password
	done
	for bad in '""' "\"$(long 65 ä)\"" 7 null; do
		signup "$(fresh)" "{display_name: $bad}"
		is_problem 400 invalid_argument display_name
	done
	signup "$(fresh)" "{display_name: \"$(long 64 ä)\", password: \"$(long 256)\"}"
	is_status 201
	signup "$(fresh)" '{more: 1}'
	is_problem 400 invalid_argument more
	http POST /v1/users '{}'
	is_problem 400 invalid_argument username
	http POST /v1/users
	is_problem 400 invalid_argument username
	http POST /v1/users '{"username":'
	is_problem 400 invalid_argument
	http POST /v1/users '{"username":"a","username":"b"}'
	is_problem 400 invalid_argument username
	http POST '/v1/users?x=1' '{}'
	is_problem 400 invalid_argument x
	http POST /v1/users "{\"display_name\":\"$(long 70000)\"}"
	is_problem 413 too_large
	status=$(curl -s -o /dev/null -w '%{http_code}' "$url/v1/users" -d a=b)
	is_status 415
}

@test "sign up: the app must exist" {
	signup "$(fresh)" '{app: "no-such-app"}'
	is_problem 404 not_found app
	signup "$(fresh)" '{app: "no such app"}'
	is_problem 400 invalid_argument app
}

@test "sign up: with an app key, no app is needed, and another one is refused" {
	TOKEN=$IM_APP_KEY
	http POST /v1/users "{\"username\":\"$(fresh)\",\"password\":\"correct horse\"}"
	is_status 201
	http POST /v1/users "{\"app\":\"demo-not-mine\",\"username\":\"$(fresh)\",
		\"password\":\"correct horse\"}"
	is_problem 400 invalid_argument app
	TOKEN=imk_$(long 43)
	http POST /v1/users "{\"username\":\"$(fresh)\",\"password\":\"correct horse\"}"
	is_problem 401 unauthenticated
}

@test "sign up: closed for all but the app's server" {
	open=$IM_APP
	make_app closed 0
	IM_APP=$app
	signup "$(fresh)"
	is_problem 403 forbidden
	name=$(fresh)
	TOKEN=$app_key
	http POST /v1/users "{\"username\":\"$name\",\"password\":\"correct horse\"}"
	is_status 201
	IM_APP=$open
}

@test "sign up: no trace of the password but its hash" {
	name=$(fresh)
	signup "$name" '{password: "plainly visible"}'
	is_status 201
	hash=$(sql "SELECT password_hash FROM credential
		WHERE user_id = $(json .user_id)")
	[[ $hash = \$argon2id\$* ]]
	! grep -r "plainly visible" "$stack/log"
}

# ---- my profile ------------------------------------------------------------
# route: user.me user.change

@test "me: the profile of the caller" {
	as Anna
	http GET /v1/users/me
	is_status 200
	is_json .user_id "$Anna_id"
	is_json .username "$Anna_name"
	[[ $(header Cache-Control) = no-store ]]
	as nobody
	http GET /v1/users/me
	is_problem 401 unauthenticated
	as Anna
	http GET '/v1/users/me?x=1'
	is_problem 400 invalid_argument x
	http POST /v1/users/me
	is_problem 405 method_not_allowed
	[[ $(header Allow) = *PATCH* ]]
	http HEAD /v1/users/me
	is_status 200
}

@test "me: PATCH changes, tells the inbox once, and null takes away" {
	sign_up Pat
	as Pat
	http PATCH /v1/users/me '{"display_name":"Patrick","avatar":"https://example.com/a.png","bio":"hi\u0001",
		"meta":{"z":1,"a":[1.5,{}]}}'
	is_status 200
	is_json .display_name Patrick
	is_json .avatar https://example.com/a.png
	is_json .bio $'hi\001'
	is_json '.meta | tojson' '{"z":1,"a":[1.5,{}]}'
	changed=$body
	http GET /v1/users/me
	is_json . "$(jq . <<<"$changed")"
	http GET '/v1/inbox?after=0'
	is_json '.events | length' 1
	is_json '.events[0] | .type + " " + (.user_index|tostring)' 'profile 1'
	is_json '.events[0].user.display_name' Patrick
	# The same again changes nothing.
	http PATCH /v1/users/me '{"display_name":"Patrick"}'
	is_status 200
	http PATCH /v1/users/me '{}'
	is_status 200
	http GET /v1/inbox/head
	is_json .user_index 1
	http PATCH /v1/users/me '{"avatar":null,"bio":"","meta":null}'
	is_status 200
	is_json 'has("avatar") or has("bio") or has("meta")' false
	is_json .display_name Patrick
	http GET /v1/inbox/head
	is_json .user_index 2
}

@test "me: fields of PATCH" {
	as Bert
	for bad in '""' null 7 "\"$(long 65)\""; do
		http PATCH /v1/users/me "{\"display_name\":$bad}"
		is_problem 400 invalid_argument display_name
	done
	for bad in 'javascript:alert(1)' ' javascript:alert(1)' /a.png //b/a.png \
		http://b/a.png data:image/png,x https:/b https:// https:///a \
		https://:1/a https://?a https://me@b/a 'https://b/a b' \
		'https://b/<script>' 'https:\\\\b' https://bäh/a; do
		http PATCH /v1/users/me "{\"avatar\":\"$bad\"}"
		is_problem 400 invalid_argument avatar
	done
	http PATCH /v1/users/me '{"avatar":"HTTPS://b:8443/ä.png"}'
	is_problem 400 invalid_argument avatar
	http PATCH /v1/users/me '{"avatar":"HTTPS://b:8443/a.png?x=@1#y"}'
	is_json .avatar 'HTTPS://b:8443/a.png?x=@1#y'
	http PATCH /v1/users/me "{\"avatar\":\"https://b/$(long 504)\"}"
	is_problem 400 invalid_argument avatar
	http PATCH /v1/users/me "{\"bio\":\"$(long 1025)\"}"
	is_problem 400 invalid_argument bio
	http PATCH /v1/users/me "{\"meta\":{\"x\":\"$(long 4096)\"}}"
	is_problem 400 invalid_argument meta
	http PATCH /v1/users/me '{"meta":[]}'
	is_problem 400 invalid_argument meta
	http PATCH /v1/users/me '{"username":"other"}'
	is_problem 400 invalid_argument username
	as nobody
	http PATCH /v1/users/me '{"bio":"x"}'
	is_problem 401 unauthenticated
}

@test "me: a change is seen by others at once" {
	as Bert
	for i in 1 2 3 4 5; do
		http PATCH /v1/users/me "{\"bio\":\"number $i\"}"
		as Anna
		http GET "/v1/users/$Bert_id"
		is_json .bio "number $i"
		as Bert
	done
}

@test "me: changes at once leave no hole in the inbox" {
	sign_up Many
	as Many
	for i in 1 2 3 4 5 6 7 8; do
		curl -s -o /dev/null -X PATCH "$url/v1/users/me" \
			-H "Authorization: Bearer $TOKEN" \
			-H 'Content-Type: application/json' -d "{\"bio\":\"$i\"}" &
	done
	wait
	http GET '/v1/inbox?after=0'
	is_json '[.events[].user_index] | tojson' '[1,2,3,4,5,6,7,8]'
}

# ---- others ----------------------------------------------------------------
# route: user.get user.list

@test "get: of the same app only" {
	as Anna
	http GET "/v1/users/$Bert_id"
	is_status 200
	is_json .user_id "$Bert_id"
	http GET "/v1/users/$Otto_id"
	is_problem 404 not_found
	http GET /v1/users/1
	is_problem 404 not_found
	for bad in 0 01 -1 x 9223372036854775808 12345678901234567890; do
		http GET "/v1/users/$bad"
		is_problem 404 not_found
	done
	http GET "/v1/users/$Bert_id/"
	is_problem 404 not_found
	http GET "/v1//users/$Bert_id"
	is_problem 404 not_found
	http GET "/v1/users%2F$Bert_id"
	is_problem 404 not_found
	as nobody
	http GET "/v1/users/$Bert_id"
	is_problem 401 unauthenticated
}

@test "list: by exact username" {
	as Anna
	http GET "/v1/users?username=$Bert_name"
	is_json '[.items[].user_id] | tojson' "[\"$Bert_id\"]"
	is_json .next null
	for none in "${Bert_name%?}" "$Otto_name" %C3%A4 "${Bert_name^^}"; do
		http GET "/v1/users?username=$none"
		is_status 200
		is_json '.items | length' 0
	done
}

@test "list: by the beginning of either name" {
	name=$(fresh)
	signup "$name-1" '{display_name: "Qülle_%| Eins"}'
	one=$(json .user_id)
	signup "$name-2" '{display_name: "qÜLLE_%| zwei"}'
	as Anna
	http GET "/v1/users?q=$name"
	is_json '[.items[].username] | tojson' "[\"$name-1\",\"$name-2\"]"
	http GET "/v1/users?q=${name^^}-1"
	is_json '[.items[].user_id] | tojson' "[\"$one\"]"
	http GET '/v1/users?q=Q%C3%BClle_%25%7C%20'
	is_json '.items | length' 2
	# These would match if they were patterns.
	http GET '/v1/users?q=Q%C3%BClle__'
	is_json '.items | length' 0
	http GET "/v1/users?q=%25%7c"
	is_json '.items | length' 2
	http GET "/v1/users?q=$name%25"
	is_json '.items | length' 0
	http GET "/v1/users?q=$Otto_name"
	is_json '.items | length' 0
}

# found Q USERNAME...: who is found, in this order
found() {
	local q
	q=$(jq -rn --arg q "$1" '$q | @uri')
	shift
	http GET "/v1/users?q=$q"
	is_status 200
	is_json '[.items[].username] | join(" ")' "$*"
}

@test "list: by any part of either name" {
	name=$(fresh)
	tag=${name//[^a-z0-9]/}
	signup "$name-1" "{display_name: \"Anna Weber$tag\"}"
	signup "$name-2" "{display_name: \"Weber$tag Max\", password: \"$password\"}"
	signup "$name-3" "{display_name: \"Spinnweber$tag\"}"
	as Anna
	# First those whose name or word begins so.
	found "weber$tag" "$name-2" "$name-1" "$name-3"
	found "EBER$tag m" "$name-2"
	found "nnweber$tag" "$name-3"
	found "${name#?}-1" "$name-1"
	found "weber${tag}x"
	found "$tag  max" "$name-2"
	# Renamed: the old name finds nobody.
	as nobody
	log_in "$name-2"
	TOKEN=$token
	http PATCH /v1/users/me "{\"display_name\":\"Kim $tag\"}"
	is_status 200
	as Anna
	found "weber$tag" "$name-1" "$name-3"
	found "kim $tag" "$name-2"
}

@test "list: by a part that is longer than those of the key" {
	name=$(fresh)
	long=abcdefghijklmnopqrstuvwxyz0123456789$name
	signup "$name-1" "{display_name: \"${long}one\"}"
	signup "$name-2" "{display_name: \"${long}two\"}"
	as Anna
	found "bcdefghijklmnopqrstuvwxyz0123456789${name}t" "$name-2"
}

@test "list: case, accents, widths and scripts" {
	name=$(fresh)
	tag=${name//[^a-z0-9]/}
	signup "$name-1" "{display_name: \"王美玲$tag\"}"
	signup "$name-2" "{display_name: \"Ｊoße Núñez$tag\"}"
	signup "$name-3" "{display_name: \"김민수$tag\"}"
	signup "$name-4" "{display_name: \"Łukasz ØSTERBERG$tag\"}"
	as Anna
	found "美玲$tag" "$name-1"
	found "玲$tag" "$name-1"
	found "nunez$tag" "$name-2"
	found "$(printf 'nu\u0301n\u0303ez%s' "$tag")" "$name-2"
	found "JOSSE NÚÑEZ$tag" "$name-2"
	found "민수$tag" "$name-3"
	found "$(printf '\u1106\u1175\u11ab\u1109\u116e%s' "$tag")" "$name-3"
	found "lukasz osterberg$tag" "$name-4"
	# Kept as they were sent.
	http GET "/v1/users?username=$name-2"
	is_json '.items[0].display_name' "Ｊoße Núñez$tag"
}

@test "list: what folds to nothing finds nobody" {
	as Anna
	for q in %20 %CC%81 %E2%80%8B; do
		http GET "/v1/users?q=$q"
		is_status 200
		is_json '.items | length' 0
	done
}

@test "names that show nothing, break lines or turn the text: 400" {
	as Anna
	for bad in '" "' '"\u200b"' '"\u3164\u00a0"' '"\u0301"' '"\u2800"' '"\u2060\ufe0f"' \
		'"a\nb"' '"a\rb"' '"a\u0085"' '"\u2028a"' '"a\u202eb"' '"\u2066a\u2069"'; do
		http PATCH /v1/users/me "{\"display_name\":$bad}"
		is_problem 400 invalid_argument display_name
		http POST /v1/users "{\"username\":\"$(fresh)\",
			\"app\":\"$IM_APP\",\"password\":\"$password\",
			\"display_name\":$bad}"
		is_problem 400 invalid_argument display_name
		http POST /v1/conversations \
			"{\"kind\":\"group\",\"settings\":{\"name\":$bad}}"
		is_problem 400 invalid_argument settings.name
		http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$Anna_name\",
			\"password\":\"$password\",\"device\":{\"id\":\"d\",
			\"platform\":\"web\",\"name\":$bad}}"
		is_problem 400 invalid_argument device.name
	done
	for good in '"é"' '"👩\u200d🔬"' '"אב\u200f"' '"ー"' '"."' '"a\tb"'; do
		http PATCH /v1/users/me "{\"display_name\":$good}"
		is_status 200
		is_json .display_name "$(jq -r . <<<"$good")"
	done
	http PATCH /v1/users/me '{"display_name":"Anna"}'
}

@test "list: at most 20 of a part" {
	name=$(fresh)
	for i in $(seq 23); do signup "$name.$i"; done
	as Anna
	http GET "/v1/users?q=$name"
	is_json '.items | length' 20
	http GET "/v1/users?q=$name&limit=3"
	is_json '.items | length' 3
}

@test "list: by ids, unknown and foreign ones left out" {
	as Anna
	http GET "/v1/users?ids=$Bert_id,1,$Anna_id,$Otto_id,$Bert_id"
	is_json '[.items[].user_id] | sort | tojson' \
		"$(jq -nc --arg a "$Anna_id" --arg b "$Bert_id" '[$a,$b] | sort')"
	http GET "/v1/users?ids=$(seq -s, 200)"
	is_json '.items | length' 0
	http GET "/v1/users?ids=$(seq -s, 201)"
	is_problem 400 invalid_argument ids
	http GET '/v1/users?ids='
	is_problem 400 invalid_argument ids
	http GET '/v1/users?ids=1,x'
	is_problem 400 invalid_argument ids.1
}

@test "list: exactly one question" {
	as Anna
	http GET /v1/users
	is_problem 400 invalid_argument username
	http GET '/v1/users?username=a&q=b'
	is_problem 400 invalid_argument username
	http GET '/v1/users?q='
	is_problem 400 invalid_argument q
	http GET '/v1/users?q=a&q=b'
	is_problem 400 invalid_argument q
	http GET '/v1/users?q=%ff'
	is_problem 400 invalid_argument q
	http GET '/v1/users?q=a&limit=0'
	is_problem 400 invalid_argument limit
	http GET '/v1/users?q=a&more=1'
	is_problem 400 invalid_argument more
	as nobody
	http GET '/v1/users?q=a'
	is_problem 401 unauthenticated
}

@test "users over plain CGI, without a web server" {
	as Anna
	cgi user GET /v1/users/me
	is_status 200
	is_json .user_id "$Anna_id"
	cgi user GET "/v1/users?username=$Bert_name"
	is_json '.items[0].user_id' "$Bert_id"
	TOKEN=
	cgi user POST /v1/users "{\"app\":\"$IM_APP\",\"username\":\"$(fresh)\",
		\"password\":\"correct horse\"}"
	is_status 201
}

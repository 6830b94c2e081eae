# For bats files about conversations, after `load apps`: `load chats`.
#
# new_conv KIND WHO [MEMBER...]: WHO creates one with these users; sets conv, body.
# add WHO USER... / drop WHO USER: WHO adds or removes members of $conv.
# say WHO [TEXT|JSON]: sends into $conv: a text, or this body; sets msg, at (index).
# send JSON [CURL-OPTION...]: one send into $conv by the caller of http.
# chat WHO FILTER: FILTER over WHO's list item of $conv ("null": not listed).
# chat_is WHO FILTER VALUE: it has that value, once fan-out is done.
# pull WHO [AFTER [QUERY]]: WHO's inbox in $body.   stand WHO: prints user_index.
# caught_up WHO: waits until the newest entry of $conv is in WHO's inbox.
# members_only METHOD PATH [JSON]: without a token 401; for Olga, who never was
#   a member of $conv, and for Fred, who is no longer one, 404.
# many FILE COUNT METHOD PATH JSON: COUNT equal concurrent requests as $TOKEN;
#   FILE.i has the answers, each followed by a line with the status.

ids() { # NAME...: the ids as a JSON list
	local name list=
	for name in "$@"; do
		name=${name}_id
		list+=${list:+,}\"${!name}\"
	done
	echo "[$list]"
}

new_conv() {
	local kind=$1 who=$2
	shift 2
	as "$who"
	http POST /v1/conversations \
		"{\"kind\":\"$kind\",\"members\":$(ids "$@")}"
	case $status in 200 | 201) ;; *) show; return 1 ;; esac
	conv=$(json .conv_id)
}

add() {
	as "$1"
	shift
	http POST "/v1/conversations/$conv/members" "{\"user_ids\":$(ids "$@")}"
	is_status 200
}

drop() {
	local id=$2_id
	as "$1"
	http DELETE "/v1/conversations/$conv/members/${!id}"
	is_status 204
}

send() {
	local data=$1
	shift
	http POST "/v1/conversations/$conv/messages" "$data" "$@"
}

text() { jq -nc --arg text "$1" '{type: "text", content: {text: $text}}'; }

say() {
	local data=${2-hello}
	as "$1"
	case $data in \{*) ;; *) data=$(text "$data") ;; esac
	send "$data"
	is_status 201
	msg=$(json .msg_id)
	at=$(json .conv_index)
}

chat() {
	as "$1"
	http GET '/v1/conversations?limit=200'
	jq -r ".items | map(select(.conversation.conv_id == \"$conv\"))[0] | $2" \
		<<<"$body"
}

chat_has() { [ "$(chat "$1" "$2")" = "$3" ]; }
chat_is() {
	wait_for chat_has "$@" || {
		echo "$2 of $1 is $(chat "$1" "$2"), not $3"
		return 1
	}
}

pull() {
	as "$1"
	http GET "/v1/inbox?after=${2-0}${3+&$3}"
	is_status 200
}

stand() {
	as "$1"
	http GET /v1/inbox/head
	json .user_index
}

has_entry() { # WHO INDEX
	pull "$1" "$(($(stand "$1") > 150 ? $(stand "$1") - 150 : 0))"
	jq -e --arg c "$conv" --argjson i "$2" '.events | any(.type == "entry"
		and .conv_id == $c and .entry.conv_index == $i)' <<<"$body" >/dev/null
}
caught_up() {
	local last
	as "$1"
	http GET "/v1/conversations/$conv"
	last=$(json .last_index)
	wait_for has_entry "$1" "$last"
}

members_only() {
	as nobody
	http "$@"
	is_problem 401 unauthenticated
	as Olga
	http "$@"
	is_problem 404 not_found
	as Fred
	http "$@"
	is_problem 404 not_found
}

many() {
	local file=$1 count=$2 i
	for i in $(seq "$count"); do
		curl -sS -X "$3" "$url$4" ${TOKEN:+-H "Authorization: Bearer $TOKEN"} \
			-H 'Content-Type: application/json' -d "$5" \
			-w '\n%{http_code}\n' >"$file.$i" 3>&- 4>&- &
	done
	wait
}
ms() { # S: that much ahead, in ms
	echo $((($(date +%s) + $1) * 1000))
}

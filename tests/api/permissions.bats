# Who may what: each act of permissions in /v1/info, tried by each role in each
# kind of conversation (permissions.table).
load ../helper
load apps
load chats

setup_file() {
	stack_shared
	use_app permissions
	for name in Anna Bert Cleo Dora Olga; do sign_up $name; done
}
teardown_file() { stack_done; }

table=$TOP/tests/api/permissions.table
acts() { grep -v '^#' "$table" | sed 's/ |.*//'; }

# Anna owns it, Bert is an admin, Cleo a member, Dora another one; others: Bert is
# in the direct chat.
new_of() { # KIND
	case $1 in
	direct) new_conv direct Anna Bert ;;
	self) new_conv self Anna ;;
	*)
		new_conv "$1" Anna Bert Cleo Dora
		http PATCH "/v1/conversations/$conv/members/$Bert_id" '{"role":"admin"}'
		is_status 200 ;;
	esac
}
# In a channel members do not post: what they have sent, they sent before.
message_of() { # WHO: prints a message
	local role
	as "$1"
	send "$(text x)"
	if [ "$status" = 403 ]; then
		as Anna
		http PATCH "/v1/conversations/$conv" '{"settings":{"who_can_post":"all"}}'
		as "$1"
		send "$(text x)"
		role=$(json .msg_id)
		as Anna
		http PATCH "/v1/conversations/$conv" '{"settings":{"who_can_post":"admins"}}'
		echo "$role"
		return
	fi
	json .msg_id
}
asks() { # Olga waits
	sql "INSERT IGNORE INTO join_request (conv_id, user_id, asked_ms)
		VALUES ($conv, $Olga_id, 1)"
}
# try WHO METHOD PATH BODY: prints yes or no
try() {
	local who=$1 method=$2 path=$3 data=$4 code='' own other
	local me=${who}_id
	own=$(case "$path" in *OWN*) message_of "$who" ;; esac)
	case "$path" in *MSG*)
		other=Anna
		case $kind in direct) [ "$who" != Anna ] || other=Bert ;;
		group | channel) other=Dora ;; esac
		other=$(message_of $other) ;; esac
	case "$path" in *CODE*)
		as Anna
		http POST "/v1/conversations/$conv/invites"
		code=$(json '.code // "none"') ;; esac
	case "$path" in *ASKS*) asks ;; esac
	path=${path//CONV/$conv} path=${path//OWN/$own} path=${path//MSG/${other-}}
	path=${path//UID/$uid} path=${path//ASKS/$Olga_id}
	path=${path//ME/${!me}}
	# Last: a code is random, and may have one of these words in it.
	path=${path//CODE/$code}
	data=${data//UID/$uid} data=${data//NEW/$Olga_id}
	data=${data//LATER/$(($(date +%s%3N) + 3600000))}
	as "$who"
	http "$method" "$path" "$data"
	case $status in
	2??) echo yes ;;
	403) is_problem 403 forbidden && echo no ;;
	409) is_problem 409 conflict && [ "$fixed" ] && echo no || show ;;
	*) show ;;
	esac
}

@test "each act of the table is tried, and no other" {
	TOKEN=
	http GET /v1/info
	is_json '.permissions | keys | sort | join(" ")' "$(acts | sort | xargs)"
}

cells() {
	kind=$1 fixed=
	local act method path data who role want got allowed
	case $kind in direct | self) fixed=yes ;; esac
	TOKEN=
	http GET /v1/info
	allowed=$(jq -c '.permissions' <<<"$body")
	while IFS='|' read -r act method path data; do
		act=${act% } method=${method// /} path=${path// /} data=${data# }
		for who in Anna Bert Cleo; do
			case $fixed$who in yesCleo) continue ;; esac
			[ "$kind$who" != selfBert ] || continue
			# Nobody else writes in a self chat.
			[ "$act$kind" != recall_othersself ] || continue
			new_of "$kind"
			uid=$Dora_id
			[ -z "$fixed" ] || uid=$Bert_id
			role=$(case "$fixed$who" in yes*) echo member ;; Anna) echo owner ;;
				Bert) echo admin ;; *) echo member ;; esac)
			want=$(jq -r --arg a "$act" --arg k "$kind" --arg r "$role" \
				'if .[$a][$k] | index($r) then "yes" else "no" end' <<<"$allowed")
			got=$(try "$who" "$method" "$path" "$data")
			[ "$got" = "$want" ] || {
				echo "$act in a $kind by $who ($role): $got, not $want"
				return 1
			}
		done
	done < <(grep -v '^#' "$table")
}

@test "in a direct chat, cell by cell" { cells direct; }
@test "in a group, cell by cell" { cells group; }
@test "in a channel, cell by cell" { cells channel; }
@test "in the self chat, cell by cell" { cells self; }

load ../helper
load apps
load chats

# Two devices of a user end where a fresh load stands (tests/helpers/devices.py).

setup_file() {
	stack_shared
	use_app own_devices
	for name in Anna Otto; do sign_up $name; done
}
teardown_file() { stack_done; }

walk() { # SEED STEPS
	sign_up Two
	log_in "$Two_name" second
	run python3 "$TOP/tests/helpers/devices.py" "$url" "$1" "$2" \
		"{\"id\":\"$Two_id\",\"token\":\"$Two_token\",\"second\":\"$token\"}" \
		"{\"id\":\"$Otto_id\",\"token\":\"$Otto_token\"}"
	echo "seed $1: $output"
	[ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "devices: random changes, one of them away" {
	for seed in 1 2 3; do walk $seed 150; done
	walk "${IM_DEVICES_SEED:-$RANDOM}" "${IM_DEVICES_STEPS:-150}"
	store_is_sound
}

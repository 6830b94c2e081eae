# items.bash: the loads that bench/run and bench/compare know by name.

# item_command ITEM [RATE]: sets the array command to the program and the
# arguments of its load; RATE (messages/s) is for ...-half.  1: no such item.
item_command() {
	local members
	case $1 in
	pairs) command=(e2e -n 64 pairs) ;;
	pairs-4) command=(e2e -n 64 -w 4 pairs) ;;
	pairs-half) command=(e2e -n 64 -w 16 -r "$2" pairs) ;;
	pairs-http) command=(e2e -n 64 pairs-http) ;;
	pairs-http-half) command=(e2e -n 64 -w 16 -r "$2" pairs-http) ;;
	group-[1-9]*)
		members=${1#group-}
		command=(e2e -n "${members%-silent}")
		[[ $1 == *-silent ]] || command+=(-A)
		command+=(crowd)
		;;
	wide) command=(e2e -n 2000 wide) ;;
	seen) command=(e2e seen) ;;
	http-[1-9]*) command=(sends -n "${1#http-}" http) ;;
	one) command=(sends -n 64 one) ;;
	ws) command=(sends -n 16 -w 32 ws) ;;
	groups) command=(sends -n 4 -w 16 groups) ;;
	history) command=(sends -n 8 history) ;;
	sync) command=(sends -n 1 sync) ;;
	*) return 1 ;;
	esac
}

# items_people ITEM...: how many people the largest group of these has
items_people() {
	local item n max=1
	for item; do
		[[ $item == group-[1-9]* ]] || continue
		n=${item#group-} n=${n%-silent}
		[ "$n" -le $max ] || max=$n
	done
	echo "$max"
}

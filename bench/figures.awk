# figures: takes what a generator printed apart, into lines
#
#   ITEM SIDE MEASURE VALUE
#   ITEM/CPU_us SIDE SERVICE VALUE, ITEM/PSS_MiB SIDE SERVICE VALUE
#
# -v item=ITEM -v side=SIDE.  CPU time is for each of answered=, commits and
# binary log for each of messages= if there is one.
$1 == "cpu" { used[$3] += ($2 == "end" ? 1 : -1) * $4; next }
$1 == "db" {
	sign = $2 == "end" ? 1 : -1
	commits += sign * $3
	syncs += sign * $4
	binlog += sign * $5
	has_db = 1
	next
}
$1 == "machine" {
	sign = $2 == "end" ? 1 : -1
	all += sign * $3
	others += sign * $4
	next
}
$1 == "self" {
	self += ($2 == "end" ? 1 : -1) * $3
	next
}
$1 == "pss" { print item "/PSS_MiB", side, $2, $3 / 1024; next }
{
	for (i = 2; i <= NF; i++) {
		split($i, part, "=")
		name = part[1]
		got[name] = part[2]
		if (name ~ /^(refused|pulls|repeats)$/ && part[2] > 0)
			print item " of " side ": " part[2] " " name \
			    >"/dev/stderr"
		if (name == "pss_kib" || name == "anonymous_kib") {
			sub("kib", "MiB", name)
			print item, side, name, part[2] / 1024
		} else if (name ~ /_us$/) {
			sub("_us$", "_ms", name)
			print item, side, name, part[2] / 1000
		} else if (name ~ /^(rate|bytes_.*|drained_s)$/) {
			print item, side, name, part[2]
		}
	}
}
END {
	if (!got["answered"])
		exit
	for (name in used) {
		sum += used[name]
		print item "/CPU_us", side, name, used[name] / got["answered"]
	}
	print item, side, "CPU_us", sum / got["answered"]
	messages = got["messages"] ? got["messages"] : got["answered"]
	if (has_db && binlog / messages >= 1) {
		print item, side, "commits", commits / messages
		print item, side, "syncs", syncs / messages
		print item, side, "binlog_bytes", binlog / messages
	}
	print item, side, "generator_%", 100 * self / all
	print item, side, "others_%", 100 * (others - sum - self) / all
}

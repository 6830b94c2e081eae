# For tools/stack/demo: where the stack pushes to.  No provider is asked: there is
# an origin for each on loopback, kept in DIR/etc/push.ports, on which whoever
# tests starts fakes, with a certificate that the stack believes.

push_providers='APNS FCM WEBPUSH HUAWEI MIPUSH'

# push_ports DIR: NAME=PORT for each, free ones outside the ephemeral range
push_ports() {
	[ ! -s "$1/etc/push.ports" ] || return 0
	# shellcheck disable=SC2086 # names are words
	perl -MIO::Socket::INET -e '
		for my $name (@ARGV) {
			my $held;
			for (1 .. 200) {
				my $port = 20000 + int rand 12000;
				$held = IO::Socket::INET->new(Listen => 1, ReuseAddr => 1,
				    LocalAddr => "127.0.0.1", LocalPort => $port) or next;
				print "$name=$port\n";
				push @all, $held;
				last;
			}
			$held or die "no free port";
		}' $push_providers >"$1/etc/push.ports.new"
	mv "$1/etc/push.ports.new" "$1/etc/push.ports"
}

# push_cert DIR: DIR/etc/push.crt, signed by its own key, DIR/etc/push-tls.key
push_cert() {
	[ ! -s "$1/etc/push.crt" ] || return 0
	(umask 077 && openssl req -x509 -newkey ec \
		-pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
		-subj '/CN=localhost' \
		-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
		-keyout "$1/etc/push-tls.key" -out "$1/etc/push.crt.new" 2>/dev/null)
	mv "$1/etc/push.crt.new" "$1/etc/push.crt"
}

# push_conf DIR: prints the settings
push_conf() {
	local APNS FCM WEBPUSH HUAWEI MIPUSH
	. "$1/etc/push.ports"
	cat <<-END
	[push]
	apns_url = https://127.0.0.1:$APNS
	apns_sandbox_url = https://127.0.0.1:$APNS
	fcm_url = https://127.0.0.1:$FCM
	fcm_token_url = https://127.0.0.1:$FCM
	huawei_url = https://127.0.0.1:$HUAWEI
	huawei_token_url = https://127.0.0.1:$HUAWEI
	mipush_url = https://127.0.0.1:$MIPUSH
	webpush_hosts = 127.0.0.1:$WEBPUSH, localhost:$WEBPUSH, *.push.apple.com, *.push.services.mozilla.com, *.notify.windows.com, fcm.googleapis.com, android.googleapis.com
	ca_file = $1/etc/push-ca.pem
	retry_ms = 300
	probe_ms = 1000
	END
}

# push_ca DIR: what the system believes, and this certificate.  A browser that
# subscribes to the demo gets its pushes.
push_ca() {
	local system=/etc/ssl/certs/ca-certificates.crt
	cat "$1/etc/push.crt" "$([ -r $system ] && echo $system || echo /dev/null)" \
		>"$1/etc/push-ca.pem.new"
	mv "$1/etc/push-ca.pem.new" "$1/etc/push-ca.pem"
}

# push_make DIR: all of it
push_make() {
	push_ports "$1"
	push_cert "$1"
	push_ca "$1"
	push_conf "$1" >"$1/etc/imcloud.conf.d/push.conf"
}

# push_env DIR: IM_PUSH_*, one NAME=value per line
push_env() {
	sed 's|\(.*\)=\(.*\)|IM_PUSH_\1_URL=https://127.0.0.1:\2|' \
		"$1/etc/push.ports"
	echo "IM_PUSH_CERT=$1/etc/push.crt"
	echo "IM_PUSH_KEY=$1/etc/push-tls.key"
}

# shellcheck shell=bash
# The web servers of a stack; tools/stack/stack reads this.  lighttpd is its usual
# one; nginx and Apache run when they are named, from the examples in etc/.

write_lighttpd_conf() {
	cat >"$dir/etc/lighttpd.conf" <<END
var.imcloud_run  = "$run/web"
var.imcloud_live = "$run/live/http.sock"
var.imcloud_www  = "$top/www"
var.imcloud_lua  = "$top/etc/lighttpd"
server.modules     = ( "mod_access", "mod_alias" )
server.bind        = "127.0.0.1"
server.port        = $HTTP_PORT
server.upload-dirs = ( "$dir/tmp" )
server.max-fds     = 16384
server.max-connections = 8000
server.tag         = ""
# The demo users, for the log-in page.
alias.url          = ( "/demo.json" => "$dir/demo.json" )
include "$top/etc/lighttpd/imcloud.conf"
accesslog.filename = "$dir/log/lighttpd/access"
END
}

# example FILE SED-OPTION...: one of etc/, with the places of this stack
example() {
	local file=$top/etc/$1
	shift
	sed -e "s|/run/imcloud|$run|g" -e "s|/usr/share/imcloud/www|$top/www|g" \
		"$@" "$file"
}

# Its temporary files are below /var/lib, unless they are named.
write_nginx_conf() {
	local kind temp=
	for kind in client_body proxy fastcgi uwsgi scgi; do
		temp+="${kind}_temp_path \"$dir/tmp/nginx-$kind\";"
	done
	example nginx/nginx.conf -e "s|^user .*|user $me $(id -gn);|" \
		-e "s|^pid .*|pid \"$run/nginx.pid\";|" \
		-e "s|^error_log .*|error_log stderr;|" \
		-e "s|worker_rlimit_nofile .*|worker_rlimit_nofile 16384;|" \
		-e "s|worker_connections .*|worker_connections 8000;|" \
		-e "s|^http {|http { $temp|" \
		-e "s|include .*sites-enabled.*|include \"$dir/etc/nginx-site.conf\";|" \
		>"$dir/etc/nginx.conf"
	example nginx/imcloud.conf -e "s|listen 80;|listen 127.0.0.1:$NGINX_PORT;|" \
		-e "s|/var/log/nginx/\([a-z-]*\).log|\"$dir/log/nginx/\1\"|" \
		>"$dir/etc/nginx-site.conf"
}

# Apache does not run as root; a stack of root has its sockets for the group.
write_apache_conf() {
	local site=$top/etc/apache/imcloud.conf module as=
	[ "$me" != root ] || {
		as=$'User www-data\nGroup root'
		chmod g+x "$run"
	}
	{
		printf '%s\n' "$as" "PidFile \"$run/apache.pid\"" \
			"DefaultRuntimeDir \"$run\"" "ServerName localhost" \
			"ErrorLog /dev/stderr" "Listen 127.0.0.1:$APACHE_PORT"
		for module in authz_core authz_host dir mime \
			$(sed -n 's/^# a2enmod //p' "$site"); do
			echo "LoadModule ${module}_module" \
				"/usr/lib/apache2/modules/mod_$module.so"
		done
		echo "TypesConfig /etc/mime.types"
		example apache/imcloud.conf \
			-e "s|VirtualHost \*:80|VirtualHost 127.0.0.1:$APACHE_PORT|" \
			-e "s|/var/log/apache2/imcloud.log|\"$dir/log/apache/access\"|"
	} >"$dir/etc/apache.conf"
}

write_web_confs() {
	write_lighttpd_conf
	! named nginx || write_nginx_conf
	! named apache || write_apache_conf
}

# named NAME: asked for by its name
named() { [ ${#only[@]} -gt 0 ] && wanted "$1"; }

# A change of the files behind NAME restarts it.
depends() { # NAME FILE...
	local name=$1
	shift
	cksum "$@" >>"$dir/service/$name/wanted"
}

web_services() {
	if wanted lighttpd; then
		service lighttpd "$(command -v lighttpd)" -D \
			-f "$dir/etc/lighttpd.conf"
		depends lighttpd "$dir/etc/lighttpd.conf" "$top"/etc/lighttpd/*
	fi
	if named nginx; then
		service nginx "$(command -v nginx)" -e stderr -g 'daemon off;' \
			-p "$dir/tmp" -c "$dir/etc/nginx.conf"
		depends nginx "$dir/etc/nginx.conf" "$dir/etc/nginx-site.conf"
	fi
	if named apache; then
		service apache "$(command -v apache2)" -DFOREGROUND \
			-f "$dir/etc/apache.conf"
		depends apache "$dir/etc/apache.conf"
	fi
}

# web_listens: every web server that is to run
web_listens() {
	local name
	local -A ports=([lighttpd]=$HTTP_PORT [nginx]=$NGINX_PORT
		[apache]=$APACHE_PORT)
	for name in "${!ports[@]}"; do
		case " ${names[*]} " in *" $name "*)
			(: <"/dev/tcp/127.0.0.1/${ports[$name]}") 2>/dev/null ||
				return 1 ;;
		esac
	done
}

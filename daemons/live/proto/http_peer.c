#include "proto/http_peer.h"

#include <string.h>

enum http_cors_page http_peer_page(const struct http_head *h)
{
	return http_cors_page(http_head_count(h, "Origin"),
	    http_head_get(h, "Origin"));
}

struct str http_peer_origin(const struct http_head *h)
{
	return http_peer_page(h) == HTTP_CORS_PAGE ? http_head_get(h, "Origin")
						   : STR_NONE;
}

/*
 * Trusts only a proxy on this host, and of its list only the last address,
 * which it added itself.
 */
void http_peer_ip(struct conn *c, const struct http_head *h)
{
	struct str rest = http_head_get(h, "X-Forwarded-For"), last = rest;
	char text[PEER_IP_LEN];

	if (!c->peer_is_local || !rest.p)
		return;
	while (rest.p)
		last = str_trim(str_cut(&rest, ','));
	if (!last.len || last.len >= sizeof(text))
		return;
	memcpy(text, last.p, last.len);
	text[last.len] = '\0';
	peer_ip_parse(&c->ip, text);
}

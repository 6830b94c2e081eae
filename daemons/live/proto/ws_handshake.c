#include "proto/ws_handshake.h"

#include "proto/ws.h"

int ws_handshake_check(const struct http_head *h, struct error *err)
{
	const char *field = NULL, *why = "";

	if (h->parser.method != HTTP_GET)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a WebSocket is opened with GET");
	if (h->parser.http_minor < 1 ||
	    !http_head_has(h, "Upgrade", "websocket")) {
		field = "Upgrade";
		why = "must be websocket";
	} else if (!http_head_has(h, "Connection", "upgrade")) {
		field = "Connection";
		why = "must name Upgrade";
	} else if (!str_is(http_head_get(h, "Sec-WebSocket-Version"), "13")) {
		field = "Sec-WebSocket-Version";
		why = "must be 13";
	} else if (http_head_count(h, "Sec-WebSocket-Key") != 1 ||
		   !ws_key_is_valid(http_head_get(h, "Sec-WebSocket-Key"))) {
		field = "Sec-WebSocket-Key";
		why = "must be 16 bytes in base64";
	}
	if (!field)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, field, "%s", why);
}

bool ws_handshake_has_protocol(const struct http_head *h)
{
	return http_head_has(h, "Sec-WebSocket-Protocol", "imcloud.v1");
}

int ws_handshake_check_protocol(const struct http_head *h, struct error *err)
{
	if (!http_head_count(h, "Sec-WebSocket-Protocol") ||
	    ws_handshake_has_protocol(h))
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, "Sec-WebSocket-Protocol",
	    "the only subprotocol is imcloud.v1");
}

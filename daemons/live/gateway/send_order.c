#include "gateway/send_order.h"

#define CONVERSATIONS "/v1/conversations/"

int64_t send_order_of(struct str method, struct str path)
{
	int64_t id;
	struct str rest;

	path = str_cut(&path, '?');
	if (!str_is(method, "POST"))
		return SEND_ORDER_NONE;
	if (str_is(path, "/v1/messages/batch"))
		return SEND_ORDER_ALL;
	if (!str_starts(path, CONVERSATIONS))
		return SEND_ORDER_NONE;
	rest = (struct str){ path.p + strlen(CONVERSATIONS),
		path.len - strlen(CONVERSATIONS) };
	if (!str_to_id(str_cut(&rest, '/'), &id) || !str_is(rest, "messages"))
		return SEND_ORDER_NONE;
	return id;
}

bool send_order_conflicts(int64_t a, int64_t b)
{
	if (a == SEND_ORDER_NONE || b == SEND_ORDER_NONE)
		return false;
	return a == b || a == SEND_ORDER_ALL || b == SEND_ORDER_ALL;
}

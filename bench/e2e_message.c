#include "e2e.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"

void run_init(struct run *r)
{
	r->mark_len = (size_t)snprintf(r->mark, sizeof(r->mark),
	    "e-%" PRIx64 "-", clock_now_ms());
}

const char *message_body(const struct run *r, int lane, int64_t n)
{
	static char body[320];

	snprintf(body, sizeof(body),
	    "{\"client_msg_id\":\"%s%d-%" PRId64 "\",\"type\":\"text\","
	    "\"content\":{\"text\":\"a message of the usual length, as people "
	    "write them, no. %" PRId64 "\"}}",
	    r->mark, lane, n, n);
	return body;
}

void message_put(struct link *l, const struct run *r, int64_t conv_id, int lane,
    int64_t n)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "{\"id\":%" PRId64 ",\"method\":\"POST\","
	    "\"path\":\"/v1/conversations/%" PRId64 "/messages\",\"body\":%s}",
	    n, conv_id, message_body(r, lane, n));
	ws_put(l, str_of(text));
}

int message_answer(struct str text, int64_t *n_out)
{
	char *rest;

	if (!str_starts(text, "{\"id\":"))
		return 0;
	*n_out = strtoll(text.p + 6, &rest, 10);
	if (strncmp(rest, ",\"status\":", 10) != 0)
		die(EX_PROTOCOL, "%.*s", STR_ARG(text));
	return (int)strtol(rest + 10, NULL, 10);
}

#include "proto/ws_input.h"

#include <stdlib.h>

#include "base/err.h"
#include "proto/ws.h"

struct ws_input *ws_input_get(struct http_conn *h)
{
	if (h->input)
		return h->input;
	h->input = calloc(1, sizeof(*h->input));
	if (!h->input)
		die(EX_OSERR, "out of memory");
	h->input->conn = h;
	return h->input;
}

void ws_input_drop(struct http_conn *h)
{
	if (!h->input)
		return;
	deadline_clear(&h->input->message);
	deadline_clear(&h->input->wait);
	ws_reader_free(&h->input->reader);
	free(h->input);
	h->input = NULL;
}

void ws_input_tidy(struct http_conn *h)
{
	const struct ws_input *in = h->input;

	if (in && !in->reader && !deadline_is_set(&in->message) &&
	    !deadline_is_set(&in->wait))
		ws_input_drop(h);
}

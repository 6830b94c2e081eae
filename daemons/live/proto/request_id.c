#include "proto/request_id.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/err.h"

static uint64_t process_id;

void request_id_take(struct http_conn *h, struct str given)
{
	if (h->request_id || !http_request_id_is_valid(given))
		return;
	h->request_id = strndup(given.p, given.len);
	if (!h->request_id)
		die(EX_OSERR, "out of memory");
}

const char *request_id_text(char dst[REQUEST_ID_SIZE],
    const struct http_conn *h)
{
	if (h->request_id)
		snprintf(dst, REQUEST_ID_SIZE, "%s", h->request_id);
	else
		snprintf(dst, REQUEST_ID_SIZE, "%016" PRIx64 "-%" PRIu64,
		    process_id, h->conn.id);
	return dst;
}

static void on_conn_close(struct conn *c)
{
	free(http_conn_of(c)->request_id);
	http_conn_of(c)->request_id = NULL;
}

void request_id_start(void)
{
	crypto_random(&process_id, sizeof(process_id));
	conn_on_close(on_conn_close);
}

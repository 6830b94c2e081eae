/*
 * ws_input: what a WebSocket has while its input is not used up: in the middle
 * of a message, or while it has to wait because it has sent too much.
 */
#ifndef LIVE_WS_INPUT_H
#define LIVE_WS_INPUT_H

#include <stdbool.h>

#include "net/deadline.h"
#include "proto/http_conn.h"

struct ws_reader;

struct ws_input {
	struct http_conn *conn;
	struct ws_reader *reader; /* ws.h: NULL, or what is not used up */
	struct deadline message;  /* ws_conn.c: an unfinished one */
	struct deadline wait;     /* pace.c: until it goes on */
};

/* That of h, which may be new. */
struct ws_input *ws_input_get(struct http_conn *h);
/* Frees it when nothing is in it. */
void ws_input_tidy(struct http_conn *h);
/* Frees it. */
void ws_input_drop(struct http_conn *h);

/* NULL: no bytes are left over. */
static inline struct ws_reader *ws_input_reader(const struct http_conn *h)
{
	return h->input ? h->input->reader : NULL;
}

#endif

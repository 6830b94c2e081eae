#include "e2e.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

#define PULL_ID 1000000000000 /* above every number of a message */
#define READ_ID (PULL_ID + 1)

void receiver_open(struct receiver *r, const struct target *t,
    const struct person *p, bool acks)
{
	ws_open(&r->link, t, p);
	r->acks = acks;
}

void receiver_close(struct receiver *r)
{
	link_close(&r->link);
}

/* The first number after a key, from *at on, which is then moved past it; -1:
 * there is none. */
static int64_t next_number(struct str *at, const char *key)
{
	size_t len = strlen(key);
	const char *found = memmem(at->p, at->len, key, len);

	if (!found)
		return -1;
	at->len -= (size_t)(found + len - at->p);
	at->p = found + len;
	return strtoll(at->p, NULL, 10);
}

/* An event has one, near its beginning; a page has one for each event. */
static void take_index(struct receiver *r, struct str text, bool page)
{
	int64_t index;

	do {
		index = next_number(&text, "\"user_index\":");
		if (index > r->index)
			r->index = index;
	} while (page && index >= 0);
}

static void take_copies(const struct run *run, struct str text, copy_fn *fn,
    void *arg)
{
	int64_t lane;
	char *rest;

	while ((lane = next_number(&text, run->mark)) >= 0) {
		strtoll(text.p, &rest, 10);
		if (*rest != '-')
			die(EX_PROTOCOL, "a copy without a number");
		fn(arg, (int)lane, strtoll(rest + 1, NULL, 10));
	}
}

static void pull(struct receiver *r)
{
	char text[128];

	r->n_pulls++;
	snprintf(text, sizeof(text),
	    "{\"id\":%" PRId64 ",\"method\":\"GET\","
	    "\"path\":\"/v1/inbox?after=%" PRId64 "\"}",
	    (int64_t)PULL_ID, r->index);
	ws_put(&r->link, str_of(text));
}

static void read_log(struct receiver *r)
{
	char text[160];

	if (r->reading || r->log_read >= r->log_head)
		return;
	r->reading = true;
	snprintf(text, sizeof(text),
	    "{\"id\":%" PRId64 ",\"method\":\"GET\",\"path\":"
	    "\"/v1/conversations/%" PRId64 "/messages?limit=200&after=%" PRId64
	    "\"}",
	    (int64_t)READ_ID, r->log_id, r->log_read);
	ws_put(&r->link, str_of(text));
}

/* The first one says where the log is when the connection opens: from then on
 * its client has it open. */
static void take_head(struct receiver *r, struct str text)
{
	struct str at = text;
	int64_t id = next_number(&at, "\"conv_id\":\"");
	int64_t head = next_number(&text, "\"last_index\":");
	char state[96];

	if (!r->log_id) {
		r->log_id = id;
		r->log_read = head;
		snprintf(state, sizeof(state),
		    "{\"state\":\"foreground\",\"conv_id\":\"%" PRId64 "\"}",
		    id);
		ws_put(&r->link, str_of(state));
	}
	if (id == r->log_id && head > r->log_head)
		r->log_head = head;
	read_log(r);
}

static void take_page(struct receiver *r, struct str text)
{
	int64_t index;

	r->reading = false;
	while ((index = next_number(&text, "\"conv_index\":")) >= 0)
		if (index > r->log_read)
			r->log_read = index;
	read_log(r);
}

bool receiver_take(struct receiver *r, const struct run *run, struct str text,
    copy_fn *fn, void *arg)
{
	int64_t id;
	int status;

	if (str_starts(text, "{\"event\":{\"type\":\"head\"")) {
		take_head(r, text);
	} else if (str_starts(text, "{\"event\"")) {
		take_index(r, text, false);
		take_copies(run, text, fn, arg);
	} else if (str_starts(text, "{\"pull\"")) {
		pull(r);
	} else if ((status = message_answer(text, &id)) != 0) {
		if (id != PULL_ID && id != READ_ID)
			return false;
		if (status != 200)
			die(EX_PROTOCOL, "the inbox was answered %d", status);
		take_copies(run, text, fn, arg);
		if (id == READ_ID)
			take_page(r, text);
		else
			take_index(r, text, true);
	}
	return true;
}

void receiver_ack(struct receiver *r)
{
	char text[48];

	if (!r->acks || r->index <= r->acked)
		return;
	r->acked = r->index;
	snprintf(text, sizeof(text), "{\"ack\":%" PRId64 "}", r->index);
	ws_put(&r->link, str_of(text));
}

/*
 * message_list: pages of what the caller keeps of messages: stars, reminders.
 *
 * An item has its place in the list by a time and the id of its message; the
 * cursor is the place of the last one, "TIME.ID".  The entries are read with
 * the page, as the caller may see them now.
 */
#ifndef CGI_MESSAGE_LIST_H
#define CGI_MESSAGE_LIST_H

#include "im/conv/entry.h"
#include "view/people.h"
#include "web/web.h"

/* The arguments of such a route. */
struct message_list_args {
	int64_t limit;
	struct str cursor;
	bool users;
};
extern const struct web_arg message_list_args[];

struct message_list_item {
	struct entry_ref at;
	int64_t ms, msg_id; /* its place */
};

/* The place behind which the page begins; without a cursor it stays as it is.
 * INVALID_ARGUMENT. */
int message_list_after(struct str cursor, int64_t *ms, int64_t *msg_id,
    struct error *err);

/*
 * Answers with a page of n items, of which the last one only shows that there
 * are more if n is beyond the limit.  put() writes item i, or nothing: false.
 */
int message_list_answer(struct web_request *rq,
    const struct message_list_item *items, size_t n,
    bool (*put)(struct json_writer *w, const void *rows, size_t i,
	const struct entry *e, int64_t floor),
    const void *rows, struct error *err);

/* Closes the items, and the answer; ms, msg_id: the place of the last one. */
int message_list_end(struct web_request *rq, bool has_more, int64_t ms,
    int64_t msg_id, struct people *people, struct error *err);

#endif

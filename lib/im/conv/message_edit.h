/*
 * message_edit: changes the content of a message, and keeps what it was.
 *
 * The body in `body` is the present one; former ones are in entry_version.  The
 * control entry has no content of its own: what it shows is read from the
 * message, as long as it is the newest edit.
 *
 * With a client_msg_id an edit is done once: the entry has it, as that of a
 * send, and the two share their ids.
 */
#ifndef IM_MESSAGE_EDIT_H
#define IM_MESSAGE_EDIT_H

#include "im/conv/act.h"

extern const struct db_stmt *const message_edit_statements[];
/* For those who only list versions. */
extern const struct db_stmt *const message_edit_list_statements[];

struct message_edit {
	struct str client_msg_id; /* p NULL: none */
	struct str fingerprint;   /* of the request */
	/*
	 * Makes the new body of the message: 1 it is another one, 0 it is the
	 * same; or -1.
	 */
	int (*body)(void *arg, const struct entry *e, struct str *body_out,
	    struct error *err);
	void *arg;
};

/*
 * Done already if the client_msg_id was used for the same; CONFLICT if it was
 * used for something else.  Without one, an edit that changes nothing writes
 * nothing.  GONE if the message was recalled; FORBIDDEN: see right_edit().
 */
int message_edit(struct db *db, struct arena *a, const struct act_by *by,
    const struct message_edit *edit, struct act_result *out, struct error *err);

struct entry_version {
	int64_t conv_id, conv_index;
	int64_t version;
	int64_t at_ms; /* since when it was so */
	struct str content;
};

/* At most limit former versions of e, from above `after` to below the present
 * one, ascending. */
int message_edit_versions(struct db *db, struct arena *a, const struct entry *e,
    int64_t after, int64_t limit, struct entry_version **out, size_t *n_out,
    struct error *err);

/* The present version. */
struct entry_version message_edit_present(const struct entry *e);

#endif

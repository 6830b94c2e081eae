/*
 * subject: what a job is about when it is due, and the facts to decide by.
 *
 * A job tells of the newest message up to its upto_index that is still to be
 * told: one that was recalled meanwhile, or that its sender wanted silent, does
 * not hide the one before it.  Where only a mention may be told, it is the
 * newest one that mentions the user.  Facts are read for many jobs at once,
 * just before they are sent, and are of no use later.
 */
#ifndef IM_SUBJECT_H
#define IM_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "im/conv/entry.h"
#include "im/push/credential.h"
#include "im/push/decide.h"
#include "im/push/push_job.h"
#include "im/user/registration.h"
#include "io/cache.h"

extern const struct db_stmt *const subject_statements[];

struct subject {
	struct push_job job;
	struct registration reg; /* generation 0: there is none */
	struct entry entry;      /* msg_id 0: there is none */
	bool mentions;           /* it mentions the user */
	struct push_facts facts; /* without those of the credential */
	/* For the payload. */
	int64_t conv_kind;
	struct str conv_name; /* may be empty */
	int64_t push_preview;
	int64_t stream_id, user_index;
};

struct subject_tools {
	struct db *db;
	struct cache *cache;
	struct arena *arena;
	int64_t now_ms, expiry_ms;
};

/* Those of n jobs, in the same order. */
int subject_load(const struct subject_tools *t, const struct push_job *jobs,
    size_t n, struct subject **out, struct error *err);

/* The credential that the device is pushed with; NULL: there is none. */
void subject_set_credential(struct subject *s, const struct credential *c);

/* Whether what is shown is to be taken away: it was read or recalled, or the
 * user has left. */
bool subject_is_over(const struct subject *s);

#endif

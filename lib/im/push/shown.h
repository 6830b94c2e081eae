/*
 * shown: looks at what devices show, to take away what is read.
 *
 * A read writes no job: it would cost each reader something for the few who
 * have a device that shows the message.  So what is shown is looked at from
 * time to time, seldom once it is old, and at once where the log says that
 * something may have changed (a recall, a member who has left).
 */
#ifndef IM_SHOWN_H
#define IM_SHOWN_H

#include "im/push/push_job.h"

extern const struct db_stmt *const shown_statements[];

#define SHOWN_LOOK_MIN_MS 2000
#define SHOWN_LOOK_MAX_MS 600000

/* When something that was sent at since_ms is looked at next. */
int64_t shown_next_look_ms(int64_t since_ms, int64_t now_ms);

struct shown_place {
	int64_t user_id, conv_id;
};
/* What n users are shown of conversations is looked at at due_ms. */
int shown_look(struct db *db, const struct shown_place *places, size_t n,
    int64_t due_ms, struct error *err);
/* j, if it is shown as it was read, is looked at at due_ms. */
int shown_look_at(struct db *db, const struct push_job *j, int64_t due_ms,
    struct error *err);

#endif

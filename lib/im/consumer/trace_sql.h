/* trace_sql: the statements of im/consumer/trace. */
#ifndef IM_TRACE_SQL_H
#define IM_TRACE_SQL_H

#include "im/consumer/trace.h"

struct trace_cursor {
	int64_t done_index, hi_index, after_user_id;
	int64_t head; /* of the mark of work; 0: there is none */
	int64_t since_ms, parked_ms;
	struct str reason;
};

struct trace_query {
	int64_t conv_id, conv_index, part;
	int64_t after_user_id, limit;
};

struct trace_count {
	int64_t members, served;
};

int trace_sql_cursor(struct db *db, struct arena *a,
    const struct trace_query *q, struct trace_cursor *out, struct error *err);
/* 1 found, 0: the first mode. */
int trace_sql_mode(struct db *db, struct arena *a, const struct trace_query *q,
    int64_t *mode_out, struct error *err);
/* Of the present interval of each, and of earlier ones; served: up to
 * after_user_id. */
int trace_sql_count(struct db *db, struct arena *a, const struct trace_query *q,
    struct trace_count *out, struct error *err);
int trace_sql_members(struct db *db, struct arena *a,
    const struct trace_query *q, struct trace_member **out, size_t *n_out,
    struct error *err);
/* Where it is among the events above `after`; 0: not there. */
int trace_sql_event(struct db *db, struct arena *a, const struct trace_query *q,
    int64_t user_id, int64_t after, int64_t *user_index_out, struct error *err);

#endif

/* shown_sql: the statements of im/push/shown. */
#ifndef IM_SHOWN_SQL_H
#define IM_SHOWN_SQL_H

#include "im/push/shown.h"

struct shown_look {
	int64_t due_ms;
	struct shown_place at;
};
int shown_sql_look(struct db *db, const struct shown_look *rows, size_t n,
    struct error *err);
/* j->due_ms is new. */
int shown_sql_look_at(struct db *db, const struct push_job *j,
    struct error *err);

#endif

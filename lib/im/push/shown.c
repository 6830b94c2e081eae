#include "im/push/shown.h"

#include "im/push/shown_sql.h"

int64_t shown_next_look_ms(int64_t since_ms, int64_t now_ms)
{
	int64_t wait_ms = (now_ms - since_ms) / 4;

	if (wait_ms < SHOWN_LOOK_MIN_MS)
		wait_ms = SHOWN_LOOK_MIN_MS;
	if (wait_ms > SHOWN_LOOK_MAX_MS)
		wait_ms = SHOWN_LOOK_MAX_MS;
	return now_ms + wait_ms;
}

/* A bound array: so many rows a statement. */
#define ROWS_MAX 500

int shown_look(struct db *db, const struct shown_place *places, size_t n,
    int64_t due_ms, struct error *err)
{
	struct shown_look rows[ROWS_MAX];

	for (size_t at = 0; at < n; at += ROWS_MAX) {
		size_t k = n - at < ROWS_MAX ? n - at : ROWS_MAX;

		for (size_t i = 0; i < k; i++)
			rows[i] = (struct shown_look){ due_ms, places[at + i] };
		if (shown_sql_look(db, rows, k, err) < 0)
			return -1;
	}
	return 0;
}

int shown_look_at(struct db *db, const struct push_job *j, int64_t due_ms,
    struct error *err)
{
	struct push_job in = *j;

	in.due_ms = due_ms;
	return shown_sql_look_at(db, &in, err);
}

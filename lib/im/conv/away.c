#include "im/conv/away.h"

#include "im/conv/away_sql.h"

struct away away_of(const struct entry *e, int64_t from_ms)
{
	return (struct away){ e->conv_id, e->conv_index, e->sender_id,
		entry_is_countable(e), from_ms };
}

int away_put(struct db *db, const struct away *rows, size_t n,
    struct error *err)
{
	return away_sql_put(db, rows, n, err);
}

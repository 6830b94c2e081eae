/*
 * people: collects the users that an answer refers to while it is written, for
 * its `users` map.  With NULL for struct people * nothing is collected.
 */
#ifndef VIEW_PEOPLE_H
#define VIEW_PEOPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/cache.h"
#include "io/db.h"
#include "io/json_writer.h"

struct people {
	struct arena *a;
	int64_t *ids;
	size_t n, cap;
};

/* NULL if !is_wanted. */
struct people *people_new(struct arena *a, bool is_wanted);
void people_add(struct people *p, int64_t user_id);
/* Adds the sender, mentioned users, and those that a control entry names. */
void people_add_entry(struct people *p, const struct entry *e);

/* "users":{id:{user_id,username,display_name,avatar?}} to the open object;
 * nothing if p is NULL. */
int people_write(struct people *p, struct db *db, struct cache *cache,
    struct json_writer *w, struct error *err);

#endif

#include "im/conv/sight.h"

#include "im/user/personal.h"

enum sight sight_of(const struct entry *e, int64_t floor)
{
	if (e->conv_index < floor || e->state == ENTRY_GONE || e->is_hidden ||
	    entry_is_expired(e))
		return SIGHT_HIDDEN;
	return e->state == ENTRY_RECALLED ? SIGHT_RECALLED : SIGHT_WHOLE;
}

int sight_hide(struct db *db, struct arena *a, int64_t user_id,
    struct entry *entries, size_t n, struct error *err)
{
	int64_t(*places)[2] = arena_array(a, n, sizeof(*places));
	struct unseen *hidden;
	size_t n_places = 0, n_hidden;

	for (size_t i = 0; i < n; i++) {
		if (entries[i].kind != ENTRY_MESSAGE)
			continue;
		places[n_places][0] = entries[i].conv_id;
		places[n_places++][1] = entries[i].conv_index;
	}
	if (personal_hidden(db, a, user_id, places, n_places, &hidden,
		&n_hidden, err) < 0)
		return -1;
	for (size_t k = 0; k < n_hidden; k++)
		for (size_t i = 0; i < n; i++)
			if (entries[i].conv_id == hidden[k].conv_id &&
			    entries[i].conv_index == hidden[k].conv_index)
				entries[i].is_hidden = true;
	return 0;
}

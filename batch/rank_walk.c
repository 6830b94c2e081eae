/* Where a run is in the store. */
#include "rank.h"

#include <inttypes.h>

#define MEMBERS 500
#define USERS   100

static const char *const names[] = {
	[RANK_MEMBERS] = "members",
	[RANK_USERS] = "users",
};

static void begin_pass(struct rank_walk *w, enum rank_pass pass)
{
	w->pass = pass;
	w->after = (struct chat_drift_place){ 0, 0 };
	if (pass == RANK_MEMBERS)
		w->after.conv_id = w->only_conv;
	if (w->only_user)
		w->after.user_id = w->only_user -
				   (pass == RANK_USERS || w->only_conv);
}

void rank_walk_begin(struct rank_walk *w, struct str position)
{
	struct str rest = position, pass = str_cut(&rest, ' ');
	struct str conv = str_cut(&rest, ' ');
	struct chat_drift_place at;

	begin_pass(w, RANK_MEMBERS);
	if (!str_to_int(conv, &at.conv_id) || !str_to_int(rest, &at.user_id))
		return;
	for (int p = 0; p < RANK_PASSES; p++)
		if (str_eq(pass, str_of(names[p]))) {
			w->pass = (enum rank_pass)p;
			w->after = at;
		}
}

struct str rank_walk_position(const struct rank_walk *w, struct arena *a)
{
	return arena_printf(a, "%s %" PRId64 " %" PRId64, names[w->pass],
	    w->after.conv_id, w->after.user_id);
}

/* Those of the conversation or user that was asked for. */
static size_t cut(const struct rank_walk *w,
    const struct chat_drift_place *places, size_t n)
{
	size_t i = 0;

	while (i < n && (!w->only_conv || places[i].conv_id == w->only_conv) &&
	       (!w->only_user || places[i].user_id == w->only_user))
		i++;
	return i;
}

int rank_walk_next(struct rank_walk *w, struct job *j,
    struct chat_drift_place **places_out, size_t *n_out, struct error *err)
{
	int rc;

	if (w->pass == RANK_USERS)
		rc = rank_sql_users(j->db, j->arena, w->after.user_id, USERS,
		    places_out, n_out, err);
	else if (w->only_user && !w->only_conv)
		rc = chat_drift_user_page(j->db, j->arena, &w->after, MEMBERS,
		    places_out, n_out, err);
	else
		rc = chat_drift_page(j->db, j->arena, &w->after, MEMBERS,
		    places_out, n_out, err);
	if (rc < 0)
		return -1;
	*n_out = cut(w, *places_out, *n_out);
	if (*n_out)
		w->after = (*places_out)[*n_out - 1];
	return 0;
}

bool rank_walk_turn(struct rank_walk *w)
{
	if (w->pass + 1 == RANK_PASSES || w->only_conv)
		return false;
	begin_pass(w, w->pass + 1);
	return true;
}

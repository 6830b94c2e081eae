#include "im/conv/history.h"

#include "im/conv/right.h"

int history_get(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t msg_id, struct entry *out, int64_t *floor_out, struct error *err)
{
	struct conv c;
	struct member me;
	int found = entry_by_msg(db, a, msg_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	/* In the same words, whether it exists or not. */
	if (member_get(db, a, app_id, out->conv_id, user_id, &c, &me, err) < 0)
		return err->code == ERR_NOT_FOUND
			   ? err_set(err, ERR_NOT_FOUND, "no such message")
			   : -1;
	*floor_out = right_floor(&c, &me);
	if (out->conv_index < *floor_out)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	return 0;
}

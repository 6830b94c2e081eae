#include "im/conv/sight.h"

enum sight sight_of(const struct entry *e, int64_t floor)
{
	if (e->conv_index < floor || e->state == ENTRY_GONE || e->is_hidden)
		return SIGHT_HIDDEN;
	return e->state == ENTRY_RECALLED ? SIGHT_RECALLED : SIGHT_WHOLE;
}

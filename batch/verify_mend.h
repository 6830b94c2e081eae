/* verify_mend: checks and repairs that im-rank and fan-out share. */
#ifndef BATCH_VERIFY_MEND_H
#define BATCH_VERIFY_MEND_H

#include "verify.h"

#define VERIFY_LOOK(name)                                                \
	int verify_look_##name(struct db *db, struct arena *a,           \
	    struct str keys, struct verify_finding **out, size_t *n_out, \
	    struct error *err)
VERIFY_LOOK(chat);
VERIFY_LOOK(settings);
VERIFY_LOOK(badge);
VERIFY_LOOK(badge_chat);

#define VERIFY_MEND(name)                                         \
	int verify_mend_##name(struct db *db, struct arena *a,    \
	    const struct verify_finding *f, int64_t *matched_out, \
	    struct error *err)
VERIFY_MEND(chat);
VERIFY_MEND(settings);
VERIFY_MEND(badge);
VERIFY_MEND(inbox);
VERIFY_MEND(sweep);

int verify_sweep(struct job *j, const struct verify_finding *f,
    struct error *err);

extern const struct db_stmt *const *const verify_mend_lists[];

#endif

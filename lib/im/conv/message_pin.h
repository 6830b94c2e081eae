/* message_pin: messages that a conversation keeps in view, newest pin first. */
#ifndef IM_MESSAGE_PIN_H
#define IM_MESSAGE_PIN_H

#include "im/conv/act.h"

extern const struct db_stmt *const message_pin_statements[];

/* FORBIDDEN: see right_pin().  GONE if the message was recalled and on. */
int message_pin(struct db *db, struct arena *a, const struct act_by *by,
    bool on, struct act_result *out, struct error *err);

struct pin {
	int64_t conv_id, conv_index;
	int64_t pin_index; /* of the entry that pinned it */
	int64_t pinned_by, pinned_ms;
};

/* At most limit pins below pin_index `before`, descending, of messages from
 * floor on. */
int message_pins(struct db *db, struct arena *a, int64_t conv_id, int64_t floor,
    int64_t before, int64_t limit, struct pin **out, size_t *n_out,
    struct error *err);

#endif

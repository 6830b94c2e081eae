/*
 * push_payload: what a notice says, built when it is sent.
 */
#ifndef BATCH_PUSH_PAYLOAD_H
#define BATCH_PUSH_PAYLOAD_H

#include "im/push/subject.h"
#include "job/job.h"
#include "push/provider.h"

/*
 * Of n subjects, in the arena of the job: `ids` are their notices,
 * `credentials` what they are sent with, `withdraws` which take away what is
 * shown.  A badge that cannot be counted is left out.
 */
struct push_load {
	const struct subject *subject;
	const struct credential *credential;
	int64_t notice_id;
	bool withdraws;
	struct push_notice notice; /* out */
};
int push_payloads(struct job *j, struct push_load *loads, size_t n,
    struct error *err);

/* The same without what the message says, in the language of the device. */
void push_payload_shorten(struct push_notice *n, struct str locale);

#endif

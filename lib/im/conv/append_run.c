#include "im/conv/append_run.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/stat.h"

struct run {
	struct append_tools *tools;
	bool waits;
	int64_t uncertain_ms;
	bool uncertain; /* from a lost COMMIT on */
	int64_t until_ms;
};

static void note_uncertain(struct run *r, size_t n)
{
	r->uncertain = true;
	r->until_ms = clock_mono_ms() + r->uncertain_ms;
	log_info("append_uncertain", "sends=%zu", n);
}

/* The same transaction fails again, whatever the time. */
static bool is_permanent(const struct error *err)
{
	return err_info(err->code)->retry == ERR_RETRY_NEVER;
}

static int attempt(struct run *r, struct append_request *const *rqs, size_t n,
    struct error *err)
{
	while (
	    append_batch(r->tools, rqs, n, r->waits, r->uncertain, err) < 0) {
		if (err->code == ERR_UNCERTAIN && !r->uncertain)
			note_uncertain(r, n);
		if (!r->uncertain || clock_mono_ms() >= r->until_ms ||
		    (n > 1 && is_permanent(err)))
			return -1;
		clock_sleep_ms(50);
	}
	return 0;
}

static void refuse(const struct run *r, struct append_request *rq,
    const struct error *err)
{
	rq->result = -1;
	rq->locked = false;
	rq->error = *err;
	if (r->uncertain)
		err_set(&rq->error, ERR_UNCERTAIN,
		    "the outcome could not be determined");
	if (is_permanent(err))
		log_error("append_failed",
		    "conv_id=%" PRId64 " sender_id=%" PRId64 " msg_id=%" PRId64,
		    rq->conv_id, rq->sender_id, rq->msg_id);
}

static void run(struct run *r, struct append_request *const *rqs, size_t n)
{
	size_t half = n / 2;
	struct error err;

	if (attempt(r, rqs, n, &err) == 0)
		return;
	if (n > 1 && is_permanent(&err)) {
		stat_add(STAT_APPEND_SPLITS, 1);
		run(r, rqs, half);
		run(r, rqs + half, n - half);
		return;
	}
	for (size_t i = 0; i < n; i++)
		refuse(r, rqs[i], &err);
}

void append_run(struct append_tools *tools, struct append_request *const *rqs,
    size_t n, bool waits, int64_t uncertain_ms)
{
	struct run r = { tools, waits, uncertain_ms, false, 0 };

	for (size_t i = 0; i < n && !r.uncertain; i++)
		if (rqs[i]->uncertain)
			note_uncertain(&r, n);
	run(&r, rqs, n);
	for (size_t i = 0; i < n; i++)
		rqs[i]->uncertain = rqs[i]->locked && r.uncertain;
}

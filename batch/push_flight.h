/*
 * push_flight: notices that are under way, or have come back.
 *
 * A flight owns what it needs for as long as it lasts, which is longer than a
 * step of the job.
 */
#ifndef BATCH_PUSH_FLIGHT_H
#define BATCH_PUSH_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "im/push/subject.h"
#include "push_lines.h"
#include "push_payload.h"

struct flight {
	struct flight *next;
	struct arena arena;
	struct push_way *way;
	struct push_job job; /* as it is while it is sent */
	struct registration reg;
	struct push_notice notice;
	bool withdraws, is_probe, is_short;
	bool may_drop; /* the gate believes that the token is dead */
	/* When it has come back. */
	struct push_outcome outcome;
	int64_t landed_ms, took_ms;
};

/* Copies. */
struct flight *flight_new(struct push_way *way, const struct subject *s,
    const struct push_load *l);
void flight_free(struct flight *f);
void flight_submit(struct flight *f);
/* What came of it. */
void flight_land(struct flight *f, const struct push_result *r);

#endif

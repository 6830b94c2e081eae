/*
 * db_clock: the database's time, without a statement for each look at it.
 *
 * A process learns it (clock_site_ms() in base/clock.h) from statements that
 * return the time anyway, such as im/site/generation.  A transaction that
 * locks a log or an inbox has the time from that statement, and does not need
 * this.
 */
#ifndef IO_DB_CLOCK_H
#define IO_DB_CLOCK_H

#include <stdint.h>

#include "io/db.h"

/* Asks the database only if the process has not learnt its time yet; while it
 * is away, it is the time of the host. */
int64_t db_clock_ms(struct db *db);

#endif

/*
 * out_limit: the bound on the output of all connections together, [live]
 * output_all_max.
 *
 * Above it, events for connections with a backlog are refused, and at the end
 * of the turn of the loop those that hold most are closed, as many as it takes.
 */
#ifndef LIVE_OUT_LIMIT_H
#define LIVE_OUT_LIMIT_H

#include <stdbool.h>

#include "net/conn.h"

/* For out.c. */
bool out_limit_has_room(void);
void out_limit_keep(void);
void out_limit_released(const struct conn *c);

#endif

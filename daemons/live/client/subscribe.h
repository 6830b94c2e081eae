/*
 * subscribe: a client's subscriptions to presence, one at a time.
 *
 * While the user service checks one, those that follow are merged; they are
 * checked together when it has answered.
 */
#ifndef LIVE_SUBSCRIBE_H
#define LIVE_SUBSCRIBE_H

#include "base/err.h"
#include "client/client.h"

void subscribe_start(void);
/* Fails with INVALID_ARGUMENT if the connection would watch too many. */
int subscribe_add(struct client *cl, const int64_t *users, size_t n,
    struct error *err);
void subscribe_remove(struct client *cl, const int64_t *users, size_t n);

#endif

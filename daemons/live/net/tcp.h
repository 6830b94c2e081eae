/* tcp: what all TCP connections of im-live have in common. */
#ifndef LIVE_TCP_H
#define LIVE_TCP_H

#include <uv.h>

/*
 * No delay, and an end when the other host has gone: if it does not acknowledge
 * what was sent for [live] dead_s, or does not answer probes after that time of
 * silence.
 */
void tcp_set_options(uv_tcp_t *t);

#endif

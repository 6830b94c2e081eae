/*
 * passed: listening sockets that outlive a process.
 *
 * A process that restarts itself passes its sockets to the program that it
 * becomes, and systemd those that it keeps, in the form of sd_listen_fds(3):
 * descriptors from 3 on, LISTEN_FDS and LISTEN_PID.  The addresses in the
 * settings say which of them is wanted where.  So no client is refused between
 * the last accept of the one and the first of the other: it waits in the queue
 * of the socket.
 */
#ifndef LIVE_PASSED_H
#define LIVE_PASSED_H

#include <sys/socket.h>

#define PASSED_MAX 16

/* The passed socket that listens at this address, for the caller; -1: none. */
int passed_take(const struct sockaddr *at, socklen_t len);
/* All addresses are known: closes those that nobody took. */
void passed_drop_rest(void);
/* Lets systemd keep these over a restart of the service (sd_notify(3),
 * FDSTORE); does nothing elsewhere. */
void passed_keep(const int *fds, size_t n);
/*
 * Becomes the program anew, with these sockets and no other descriptor.
 * Returns an exit code if it cannot.
 */
int passed_restart(const int *fds, size_t n, char *const argv[]);

#endif

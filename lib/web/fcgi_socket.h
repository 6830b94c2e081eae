/*
 * fcgi_socket: the two listening sockets of a service.
 *
 * A web server connects to <run.dir>/web/<service>.sock.  im-live connects to
 * <run.dir>/gate/<service>.sock, in a directory that only it may enter: it says
 * there whose a request is (IM_SESSION) and calls internal routes
 * (IM_INTERNAL), and nobody else is believed.
 *
 * A supervisor may pass the first one as descriptor 0.  A program that restarts
 * itself passes both.
 */
#ifndef WEB_FCGI_SOCKET_H
#define WEB_FCGI_SOCKET_H

#include <stdbool.h>

enum { FCGI_WEB, FCGI_GATE, FCGI_SOCKETS };

struct fcgi_socket {
	int fd;
	bool is_gate;
	bool own; /* bound here, or by this program before a restart */
};

bool fcgi_socket_is_passed(void);
/* Dies if they cannot be opened, with EX_TEMPFAIL if another process serves
 * one. */
void fcgi_sockets_open(struct fcgi_socket sockets[FCGI_SOCKETS],
    const char *service);
/* For the program that this process becomes; closes all other descriptors. */
void fcgi_sockets_pass(const struct fcgi_socket sockets[FCGI_SOCKETS]);

#endif

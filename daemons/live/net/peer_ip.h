/*
 * peer_ip: the address of a client, in the 16 bytes of an IPv6 address; IPv4 is
 * mapped into it (RFC 4291 section 2.5.5.2).
 */
#ifndef LIVE_PEER_IP_H
#define LIVE_PEER_IP_H

#include <netinet/in.h>
#include <stdbool.h>

#define PEER_IP_LEN 46

/* text: IPv4 or IPv6.  false: it is neither, and the address is unchanged. */
bool peer_ip_parse(struct in6_addr *ip, const char *text);
/* Of a socket; 127.0.0.1 if it has none. */
void peer_ip_of(struct in6_addr *ip, const struct sockaddr *sa);
bool peer_ip_is_loopback(const struct in6_addr *ip);
/* Returns dst.  A mapped address is written as IPv4. */
const char *peer_ip_text(char dst[PEER_IP_LEN], const struct in6_addr *ip);

#endif

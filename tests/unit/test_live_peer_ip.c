/* Addresses of clients are kept as they were, in a short form. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/peer_ip.h"

static void check_text(const char *given, const char *expected)
{
	struct in6_addr ip;
	char text[PEER_IP_LEN];

	assert_true(peer_ip_parse(&ip, given));
	assert_string_equal(peer_ip_text(text, &ip), expected);
}

static void texts(void **state)
{
	(void)state;
	check_text("192.0.2.7", "192.0.2.7");
	check_text("255.255.255.255", "255.255.255.255");
	check_text("0.0.0.0", "0.0.0.0");
	check_text("2001:db8::1", "2001:db8::1");
	check_text("2001:DB8:0:0:0:0:0:1", "2001:db8::1");
	check_text("::1", "::1");
	check_text("::", "::");
	/* The same host as by IPv4. */
	check_text("::ffff:192.0.2.7", "192.0.2.7");
}

static void invalid_texts(void **state)
{
	struct in6_addr ip, before;

	(void)state;
	assert_true(peer_ip_parse(&ip, "192.0.2.7"));
	before = ip;
	assert_false(peer_ip_parse(&ip, ""));
	assert_false(peer_ip_parse(&ip, "192.0.2"));
	assert_false(peer_ip_parse(&ip, "192.0.2.256"));
	assert_false(peer_ip_parse(&ip, "2001:db8::g"));
	assert_memory_equal(&ip, &before, sizeof(ip));
}

static void sockets(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct in6_addr ip;
	char text[PEER_IP_LEN];

	(void)state;
	inet_pton(AF_INET, "198.51.100.2", &v4.sin_addr);
	peer_ip_of(&ip, (struct sockaddr *)&v4);
	assert_string_equal(peer_ip_text(text, &ip), "198.51.100.2");
	assert_false(peer_ip_is_loopback(&ip));

	inet_pton(AF_INET6, "2001:db8::2", &v6.sin6_addr);
	peer_ip_of(&ip, (struct sockaddr *)&v6);
	assert_string_equal(peer_ip_text(text, &ip), "2001:db8::2");
	assert_false(peer_ip_is_loopback(&ip));

	peer_ip_of(&ip, &none);
	assert_string_equal(peer_ip_text(text, &ip), "127.0.0.1");
	assert_true(peer_ip_is_loopback(&ip));
}

static void loopback(void **state)
{
	struct in6_addr ip;

	(void)state;
	assert_true(peer_ip_parse(&ip, "127.9.9.9"));
	assert_true(peer_ip_is_loopback(&ip));
	assert_true(peer_ip_parse(&ip, "::1"));
	assert_true(peer_ip_is_loopback(&ip));
	assert_true(peer_ip_parse(&ip, "::ffff:127.0.0.1"));
	assert_true(peer_ip_is_loopback(&ip));
	assert_true(peer_ip_parse(&ip, "128.0.0.1"));
	assert_false(peer_ip_is_loopback(&ip));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(invalid_texts),
		cmocka_unit_test(sockets),
		cmocka_unit_test(loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

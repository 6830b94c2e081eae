#include "base/conf_form.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

/* ---- addresses ---- */

#define HOST_MAX 255

static bool is_ip(int family, struct str s)
{
	char text[HOST_MAX + 1];
	unsigned char ip[16];

	if (s.len > HOST_MAX)
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return inet_pton(family, text, ip) == 1;
}

/* With a zone or without: fe80::1%eth0 */
static bool is_ipv6(struct str s)
{
	struct str zone = s, ip = str_cut(&zone, '%');

	return is_ip(AF_INET6, ip) &&
	       (!zone.p || (zone.len && str_is_alnum_or(zone, "._-")));
}

/* No host is called 10.0.0.256 or 10.0.1: these are mistyped addresses. */
static bool is_mistyped(struct str s)
{
	bool dot = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '.')
			dot = true;
		else if (!isdigit((unsigned char)s.p[i]))
			return false;
	}
	return dot && !is_ip(AF_INET, s);
}

static bool is_name(struct str s)
{
	return s.len && s.len <= HOST_MAX && str_is_alnum_or(s, "._-") &&
	       !is_mistyped(s);
}

/* The host of host:port. */
static bool is_host(struct str s)
{
	if (s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		return is_ipv6((struct str){ s.p + 1, s.len - 2 });
	return is_name(s);
}

static const char *path_fault(struct str s)
{
	if (s.p[0] != '/')
		return "is not an absolute path";
	if (s.len >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return "is too long for the path of a socket";
	return NULL;
}

static const char *address_fault(struct str s)
{
	size_t colon = s.len;
	int64_t port;

	if (!s.len)
		return "has an empty address";
	if (s.p[0] == '/')
		return path_fault(s);
	while (colon && s.p[colon - 1] != ':')
		colon--;
	if (!colon || !is_host((struct str){ s.p, colon - 1 }))
		return "is neither an absolute path nor host:port";
	if (!str_to_int((struct str){ s.p + colon, s.len - colon }, &port) ||
	    port < 1 || port > 65535)
		return "has a port that is not within 1 and 65535";
	return NULL;
}

static const char *addresses_fault(struct str rest)
{
	const char *why = NULL;

	while (rest.p && !why)
		why = address_fault(str_trim(str_cut(&rest, ',')));
	return why;
}

/* Whether a node of the list before `end` has this name. */
static bool has_node(struct str list, const char *end, struct str name)
{
	while (list.p && list.p < end) {
		struct str node = str_trim(str_cut(&list, ','));

		if (node.p < end && str_eq(str_trim(str_cut(&node, '=')), name))
			return true;
	}
	return false;
}

static const char *nodes_fault(struct str list)
{
	struct str rest = list;
	const char *why = NULL;

	while (rest.p && !why) {
		struct str node = str_trim(str_cut(&rest, ',')), name;
		const char *at = node.p;

		name = str_trim(str_cut(&node, '='));
		if (!name.len || !node.p)
			return "is not name=address";
		if (!str_is_alnum_or(name, "._-"))
			return "has a node whose name has other characters "
			       "than A-Z a-z 0-9 . _ -";
		if (has_node(list, at, name))
			return "names a node twice";
		why = address_fault(str_trim(node));
	}
	return why;
}

bool conf_form_range(struct str text, int64_t *first, int64_t *last)
{
	struct str end = text, begin = str_cut(&end, '-');

	return str_to_int(begin, first) &&
	       str_to_int(end.p ? end : begin, last) && *first >= 1 &&
	       *first <= *last;
}

/* http or https, with a port or without. */
static bool is_origin(struct str url)
{
	struct str scheme = str_cut(&url, ':');

	if ((!str_is(scheme, "http") && !str_is(scheme, "https")) || !url.p ||
	    !str_starts(url, "//"))
		return false;
	url.p += 2;
	url.len -= 2;
	return is_host(url) ||
	       (url.len && url.p[0] != '/' && !address_fault(url));
}

static const char *parts_fault(struct str rest)
{
	while (rest.p) {
		struct str url = str_trim(str_cut(&rest, ','));
		struct str range = str_trim(str_cut(&url, '='));
		int64_t first, last;

		if (!url.p || !conf_form_range(range, &first, &last))
			return "is not N=URL or N-M=URL";
		if (!is_origin(str_trim(url)))
			return "has an address that is not "
			       "http://host:port or https://host:port";
	}
	return NULL;
}

const char *conf_form_fault(const char *form, struct str s)
{
	if (!*form || !s.len)
		return NULL;
	if (strchr(form, '|'))
		return str_place(form, s) ? NULL : "is none of its words";
	if (!strcmp(form, "path"))
		return path_fault(s);
	if (!strcmp(form, "dir"))
		return s.p[0] == '/' ? NULL : "is not an absolute path";
	if (!strcmp(form, "host"))
		return is_name(s) || is_ipv6(s)
			   ? NULL
			   : "is neither the name of a host nor an address";
	if (!strcmp(form, "address"))
		return address_fault(s);
	if (!strcmp(form, "addresses"))
		return addresses_fault(s);
	if (!strcmp(form, "nodes"))
		return nodes_fault(s);
	if (!strcmp(form, "parts"))
		return parts_fault(s);
	if (!strcmp(form, "secret"))
		return s.len >= CONF_SECRET_MIN
			   ? NULL
			   : "is shorter than 32 characters";
	if (!strcmp(form, "name"))
		return str_is_alnum_or(s, "._-")
			   ? NULL
			   : "has other characters than A-Z a-z 0-9 . _ -";
	return "has a form that im-conf does not know";
}

/* ---- misspelt names ---- */

#define NAME_MAX_LEN 48

static size_t least(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

/* Levenshtein's distance, without regard to case. */
static size_t distance(struct str a, struct str b)
{
	size_t row[NAME_MAX_LEN + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];
			bool same = tolower((unsigned char)a.p[i - 1]) ==
				    tolower((unsigned char)b.p[j - 1]);

			row[j] = least(above + 1, row[j - 1] + 1,
			    diagonal + !same);
			diagonal = above;
		}
	}
	return row[b.len];
}

size_t conf_form_distance(struct str text, struct str name)
{
	size_t common = text.len < name.len ? text.len : name.len, n;

	if (str_eq(text, name) || text.len > NAME_MAX_LEN ||
	    name.len > NAME_MAX_LEN)
		return CONF_FORM_FAR;
	n = distance(text, name);
	if (n <= (name.len < 6 ? 1 : 2))
		return n;
	return 3 * common >= text.len + name.len &&
		       !strncasecmp(text.p, name.p, common)
		   ? CONF_FORM_FAR - 1
		   : CONF_FORM_FAR;
}

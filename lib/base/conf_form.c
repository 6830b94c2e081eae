#include "base/conf_form.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

/* ---- addresses ---- */

static bool is_host(struct str s)
{
	return s.len && s.len <= 255 && str_is_alnum_or(s, "._-:[]%");
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
		if (has_node(list, at, name))
			return "names a node twice";
		why = address_fault(str_trim(node));
	}
	return why;
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
		return is_host(s) ? NULL : "is not the name of a host";
	if (!strcmp(form, "address"))
		return address_fault(s);
	if (!strcmp(form, "addresses"))
		return addresses_fault(s);
	if (!strcmp(form, "nodes"))
		return nodes_fault(s);
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

bool conf_form_is_near(struct str text, struct str name)
{
	size_t common = text.len < name.len ? text.len : name.len;

	if (str_eq(text, name) || text.len > NAME_MAX_LEN ||
	    name.len > NAME_MAX_LEN)
		return false;
	if (3 * common >= text.len + name.len &&
	    !strncasecmp(text.p, name.p, common))
		return true;
	return distance(text, name) <= (name.len < 6 ? 1 : 2);
}

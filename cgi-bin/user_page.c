/* Pages of lists of other users. */
#include "user.h"

#include "io/json_writer.h"
#include "service.h"
#include "view/people.h"

static int write_items(struct web_request *rq, const struct user_rows *list,
    size_t n, struct error *err)
{
	struct service *s = service_of(rq);
	int64_t *ids = ARENA_ARRAY(rq->arena, n, int64_t);
	struct user *users;
	size_t n_users;

	for (size_t i = 0; i < n; i++)
		ids[i] = list->user_id(list->rows, i);
	if (user_load(s->db, s->cache, rq->arena, ids, n, &users, &n_users,
		err) < 0)
		return -1;
	json_key(rq->out, "items");
	json_begin_list(rq->out);
	for (size_t i = 0; i < n; i++)
		list->put(rq->out, list->rows, i,
		    user_pick(users, n_users, list->user_id(list->rows, i)));
	json_end_list(rq->out);
	return 0;
}

int user_write_page(struct web_request *rq, const struct user_rows *list,
    int64_t limit, bool users, struct error *err)
{
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, users);
	const size_t n = list->n > (size_t)limit ? (size_t)limit : list->n;

	json_begin(rq->out);
	if (write_items(rq, list, n, err) < 0)
		return -1;
	if (list->n > n)
		json_put_id(rq->out, "next", list->user_id(list->rows, n - 1));
	else
		json_put_null(rq->out, "next");
	for (size_t i = 0; i < n; i++)
		people_add(people, list->user_id(list->rows, i));
	if (people_write(people, s->db, s->cache, rq->out, err) < 0)
		return -1;
	json_end(rq->out);
	return 0;
}

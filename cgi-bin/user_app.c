#include "user.h"

#include "service.h"

int user_app_find(struct web_request *rq, struct str name, struct app *out,
    struct error *err)
{
	struct service *s = service_of(rq);
	int found;

	if (rq->caller.is_app) {
		found = app_find(s->db, rq->arena, rq->caller.app_id, out, err);
		if (found > 0 && name.p && !str_eq(name, out->name))
			return err_field(err, ERR_INVALID_ARGUMENT, "app",
			    "the key is another app's");
		return found;
	}
	if (name.p) {
		found = app_find_named(s->db, rq->arena, name, out, err);
		return found > 0 ? out->disabled_ms == 0 : found;
	}
	found = app_find_default(s->db, rq->arena, out, err);
	if (found == 0)
		return err_field(err, ERR_INVALID_ARGUMENT, "app",
		    "is required where several apps are served");
	return found;
}

#include "push/provider.h"

static const struct push_provider *const providers[PUSH_PROVIDER_MAX + 1] = {
	[PUSH_APNS] = &push_apns,
	[PUSH_FCM] = &push_fcm,
	[PUSH_WEBPUSH] = &push_webpush,
	[PUSH_HUAWEI] = &push_huawei,
	[PUSH_MIPUSH] = &push_mipush,
};

const struct push_provider *push_provider(enum push_provider_id id)
{
	return id >= 1 && id <= PUSH_PROVIDER_MAX ? providers[id] : NULL;
}

#include "base/zone.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

/* Abbreviations that ICU knows for the sake of old programs; they are no names
 * of the database, and mean one of several zones. */
#define NOT_IANA                                                           \
	"ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|" \
	"MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|Etc/Unknown"

bool zone_is_known(struct str name)
{
	UChar id[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX * 2];
	UErrorCode status = U_ZERO_ERROR;
	UBool is_system = false;

	if (!name.len || name.len > ZONE_NAME_MAX ||
	    !str_is_alnum_or(name, "/_+-") || str_place(NOT_IANA, name))
		return false;
	u_charsToUChars(name.p, id, (int32_t)name.len);
	ucal_getCanonicalTimeZoneID(id, (int32_t)name.len, canonical,
	    ZONE_NAME_MAX * 2, &is_system, &status);
	return U_SUCCESS(status) && is_system;
}

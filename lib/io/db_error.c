#include "io/db_error.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stddef.h>

/* Not in the headers of Connector/C: of mysys, and of MySQL and its proxies. */
#define EE_WRITE         3
#define EE_DISKFULL      20
#define ER_QUERY_TIMEOUT 3024

struct kind {
	unsigned int no;
	enum db_error_kind kind;
};

static const struct kind kinds[] = {
	{ ER_DUP_ENTRY, DB_ERROR_DUPLICATE },

	/* The connection. */
	{ CR_CONNECTION_ERROR, DB_ERROR_LOST },
	{ CR_CONN_HOST_ERROR, DB_ERROR_LOST },
	{ CR_SERVER_GONE_ERROR, DB_ERROR_LOST },
	{ CR_SERVER_HANDSHAKE_ERR, DB_ERROR_LOST },
	{ CR_SERVER_LOST, DB_ERROR_LOST },
	{ CR_COMMANDS_OUT_OF_SYNC, DB_ERROR_LOST },
	{ CR_SERVER_LOST_EXTENDED, DB_ERROR_LOST },
	{ CR_MALFORMED_PACKET, DB_ERROR_LOST },
	{ ER_SERVER_SHUTDOWN, DB_ERROR_LOST },
	{ ER_NORMAL_SHUTDOWN, DB_ERROR_LOST },
	{ ER_FORCING_CLOSE, DB_ERROR_LOST },
	{ ER_ABORTING_CONNECTION, DB_ERROR_LOST },
	{ ER_NEW_ABORTING_CONNECTION, DB_ERROR_LOST },
	{ ER_CONNECTION_KILLED, DB_ERROR_LOST },
	{ ER_NET_READ_ERROR, DB_ERROR_LOST },
	{ ER_NET_READ_INTERRUPTED, DB_ERROR_LOST },
	{ ER_NET_ERROR_ON_WRITE, DB_ERROR_LOST },
	{ ER_NET_WRITE_INTERRUPTED, DB_ERROR_LOST },

	/* Other transactions, and a migration that runs. */
	{ ER_LOCK_DEADLOCK, DB_ERROR_RERUN },
	{ ER_LOCK_WAIT_TIMEOUT, DB_ERROR_RERUN },
	{ ER_CHECKREAD, DB_ERROR_RERUN },
	{ ER_TABLE_DEF_CHANGED, DB_ERROR_RERUN },
	{ ER_NEED_REPREPARE, DB_ERROR_RERUN },

	/* Somebody stopped the statement, or it took too long. */
	{ ER_QUERY_INTERRUPTED, DB_ERROR_BUSY },
	{ ER_STATEMENT_TIMEOUT, DB_ERROR_BUSY },
	{ ER_QUERY_TIMEOUT, DB_ERROR_BUSY },

	/* Limits of the server. */
	{ ER_CON_COUNT_ERROR, DB_ERROR_BUSY },
	{ ER_TOO_MANY_USER_CONNECTIONS, DB_ERROR_BUSY },
	{ ER_USER_LIMIT_REACHED, DB_ERROR_BUSY },
	{ ER_CANT_CREATE_THREAD, DB_ERROR_BUSY },
	{ ER_MAX_PREPARED_STMT_COUNT_REACHED, DB_ERROR_BUSY },
	{ ER_LOCK_TABLE_FULL, DB_ERROR_BUSY },
	{ ER_TOO_MANY_CONCURRENT_TRXS, DB_ERROR_BUSY },

	/* Memory and disk. */
	{ CR_OUT_OF_MEMORY, DB_ERROR_BUSY },
	{ ER_OUTOFMEMORY, DB_ERROR_BUSY },
	{ ER_OUT_OF_SORTMEMORY, DB_ERROR_BUSY },
	{ ER_OUT_OF_RESOURCES, DB_ERROR_BUSY },
	{ EE_WRITE, DB_ERROR_BUSY },
	{ EE_DISKFULL, DB_ERROR_BUSY },
	{ ER_DISK_FULL, DB_ERROR_BUSY },
	{ ER_ERROR_ON_WRITE, DB_ERROR_BUSY },
	{ ER_RECORD_FILE_FULL, DB_ERROR_BUSY },

	/* Read-only, in a backup, or (1047) not ready in its cluster. */
	{ ER_UNKNOWN_COM_ERROR, DB_ERROR_BUSY },
	{ ER_OPTION_PREVENTS_STATEMENT, DB_ERROR_BUSY },
	{ ER_READ_ONLY_MODE, DB_ERROR_BUSY },
	{ ER_CANT_UPDATE_WITH_READLOCK, DB_ERROR_BUSY },
	{ ER_ERROR_DURING_COMMIT, DB_ERROR_BUSY },
};

enum db_error_kind db_error_kind(unsigned int no)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].no == no)
			return kinds[i].kind;
	}
	return DB_ERROR_INTERNAL;
}

bool db_error_hides_commit(unsigned int no)
{
	return db_error_kind(no) == DB_ERROR_LOST ||
	       no == ER_QUERY_INTERRUPTED || no == ER_STATEMENT_TIMEOUT ||
	       no == ER_QUERY_TIMEOUT || no == ER_ERROR_DURING_COMMIT;
}

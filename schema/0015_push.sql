-- Push: credentials of apps, registrations of devices, what is due, and what
-- became of it.

-- What an app shows to a provider; of several topics (APNs: bundles) each has
-- its own.  sealed: its JSON, encrypted with the key of [push] key_file that
-- key_no names.  public_key: of Web Push, base64url.  quiet_types: bit 0 is the
-- first word of MESSAGE_TYPES.  preview: 1 full 2 generic 3 none.  state: 1 ok
-- 2 failing.  checked_ms: when the provider last said so; 0: never.  probe_ms:
-- of one that is failing, when it is tried again; of one that was never checked,
-- at once; NULL: not at a time.  version is new and higher with each PUT.
CREATE TABLE push_credential (
	app_id		BIGINT NOT NULL,
	provider	TINYINT NOT NULL,
	topic		VARBINARY(255) NOT NULL,
	sealed		BLOB NOT NULL,
	key_no		INT NOT NULL,
	public_key	VARBINARY(128) NOT NULL DEFAULT '',
	enabled		TINYINT NOT NULL DEFAULT 1,
	preview		TINYINT NOT NULL DEFAULT 1,
	quiet_types	BIGINT NOT NULL DEFAULT 0,
	state		TINYINT NOT NULL DEFAULT 1,
	reason		VARBINARY(64) NOT NULL DEFAULT '',
	checked_ms	BIGINT NOT NULL DEFAULT 0,
	probe_ms	BIGINT NULL,
	changed_ms	BIGINT NOT NULL,
	version		BIGINT NOT NULL,
	PRIMARY KEY (app_id, provider, topic)
) ENGINE=InnoDB;

-- Where the pushes of a device go.  It belongs to the session of the device, and
-- ends with it; a token belongs to the device that registered it last.
-- token_hash: SHA-256 of provider and token.  state: 1 ok 2 dead 3 unknown (none
-- was sent yet).  generation is new and higher with each PUT: what was learnt of
-- an older one changes nothing.
CREATE TABLE push_registration (
	user_id		BIGINT NOT NULL,
	device_id	VARBINARY(64) NOT NULL,
	app_id		BIGINT NOT NULL,
	session_id	BIGINT NOT NULL,
	provider	TINYINT NOT NULL,
	token_hash	VARBINARY(32) NOT NULL,
	token		VARBINARY(2048) NOT NULL,
	token_kind	VARBINARY(16) NOT NULL DEFAULT '',
	topic		VARBINARY(255) NOT NULL DEFAULT '',	-- '': that of the credential
	sandbox		TINYINT NOT NULL DEFAULT 0,
	p256dh		VARBINARY(128) NOT NULL DEFAULT '',
	auth		VARBINARY(64) NOT NULL DEFAULT '',
	locale		VARBINARY(35) NOT NULL DEFAULT '',
	state		TINYINT NOT NULL,
	reason		VARBINARY(64) NOT NULL DEFAULT '',
	registered_ms	BIGINT NOT NULL,
	last_ok_ms	BIGINT NOT NULL DEFAULT 0,
	generation	BIGINT NOT NULL,
	PRIMARY KEY (user_id, device_id),
	UNIQUE KEY push_token (app_id, token_hash),
	KEY push_device (app_id, device_id)
) ENGINE=InnoDB;

-- What a device is to be told of a conversation: one row for both, which moves
-- up to the newest entry.  conv_id 0: a test.  part: user_id mod 4.  first_index
-- to upto_index: the entries it is about; mention_index: the newest of them that
-- mentions the user, 0: none.  state: 1 waiting 2 sending 3 shown 4 to be
-- withdrawn.  due_ms: when im-push takes it up; NULL: nothing to do.  sent_index:
-- while sending, the upto_index of the notice.  notice_id: of the last notice,
-- and of its row in push_ledger; 0: none.  shown_index: the newest entry that an
-- accepted notice told of; 0: none.  since_ms: when the first entry was sent.
CREATE TABLE push_job (
	user_id		BIGINT NOT NULL,
	device_id	VARBINARY(64) NOT NULL,
	conv_id		BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	part		TINYINT NOT NULL,
	state		TINYINT NOT NULL,
	due_ms		BIGINT NULL,
	first_index	BIGINT NOT NULL,
	upto_index	BIGINT NOT NULL,
	mention_index	BIGINT NOT NULL DEFAULT 0,
	sent_index	BIGINT NOT NULL DEFAULT 0,
	shown_index	BIGINT NOT NULL DEFAULT 0,
	attempts	INT NOT NULL DEFAULT 0,
	notice_id	BIGINT NOT NULL DEFAULT 0,
	since_ms	BIGINT NOT NULL,
	PRIMARY KEY (user_id, device_id, conv_id),
	KEY push_job_due (part, due_ms)
) ENGINE=InnoDB;

-- What became of what devices were to be told: a row for each decision.
-- decision: 1 sent 2 skipped 3 waiting 4 failed 5 dead 6 withdrawn.
CREATE TABLE push_ledger (
	user_id		BIGINT NOT NULL,
	ledger_id	BIGINT NOT NULL,
	app_id		BIGINT NOT NULL,
	device_id	VARBINARY(64) NOT NULL,
	provider	TINYINT NOT NULL,
	conv_id		BIGINT NOT NULL,
	first_index	BIGINT NOT NULL,
	upto_index	BIGINT NOT NULL,
	decision	TINYINT NOT NULL,
	reason		VARBINARY(64) NOT NULL DEFAULT '',
	at_ms		BIGINT NOT NULL,
	PRIMARY KEY (user_id, ledger_id)
) ENGINE=InnoDB;

-- The requests that were made for one of them.  status: of HTTP; 0: no answer.
CREATE TABLE push_attempt (
	user_id		BIGINT NOT NULL,
	ledger_id	BIGINT NOT NULL,
	attempt		INT NOT NULL,
	at_ms		BIGINT NOT NULL,
	status		INT NOT NULL,
	reason		VARBINARY(64) NOT NULL DEFAULT '',
	took_ms		INT NOT NULL,
	PRIMARY KEY (user_id, ledger_id, attempt)
) ENGINE=InnoDB;

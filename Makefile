# make            build everything under build/
# make programs   build only what an installation needs
# make run        start a stack with demo data under var/ and print its URL
# make stop       stop it; the data stays
# make test       everything that CI runs; installs what it needs
# make lint       only the lints
# make drill      the long form of tests that have a short one in make test, and
#                 what they measure
# make bench      measure this build       make fuzz       run the fuzzers
# make bench-compare OLD=REVISION NEW=REVISION [MID=REVISION] [ROUNDS=N]
# SAN=address,undefined builds into build/san, SAN=thread into build/san-thread.

SAN       ?=
BUILD     ?= build$(if $(SAN),/san$(if $(findstring thread,$(SAN)),-thread))
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
endif

CC       ?= cc
CSTD      = -std=c11 -D_GNU_SOURCE
WARN      = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wno-format-zero-length -Werror
CPPFLAGS += -Ilib -iquote daemons/live -include lib/base/banned.h -isystem /usr/include/mariadb
CFLAGS   += $(CSTD) $(WARN) -O2 -g -pthread -fPIE
LDFLAGS  += -pthread -pie -Wl,--as-needed -Wl,-z,relro -Wl,-z,now
LDLIBS    = -lmariadb -lmemcached -ljansson -luv -lwslay -lhttp_parser \
	    -lsodium -lcrypto -lcurl -linih -licui18n -licuuc -lsqlite3 -lzstd -lz -lm
ifdef SAN
CFLAGS   += -fsanitize=$(SAN) -fno-sanitize-recover=all \
	    -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=$(SAN)
else
CPPFLAGS += -D_FORTIFY_SOURCE=2
CFLAGS   += -fstack-protector-strong
endif

p    := (# a parenthesis that make does not count
objs  = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)))
# heads(DIR): the programs of a folder, NAME for each NAME.c with a main().
# parts(DIR,NAME): its other files, NAME_*.c.  aids(DIR): all other files, such
# as service*.c, which every program of the folder links.
heads = $(basename $(notdir $(shell grep -ls '^int main$p' $(1)/*.c)))
mains = $(patsubst %,$(1)/%.c,$(call heads,$(1)))
parts = $(filter-out $(call mains,$(1)),$(wildcard $(1)/$(2)_*.c))
aids  = $(filter-out $(call mains,$(1)) $(foreach n,$(call heads,$(1)),\
	$(wildcard $(1)/$(n)_*.c)),$(wildcard $(1)/*.c))

LIB      := $(BUILD)/libimcloud.a
LIVE     := $(BUILD)/liblive.a
SERVICES := $(call heads,cgi-bin)
JOBS     := $(call heads,batch)
TOOLS    := $(call heads,tools)
BENCH    := $(call heads,bench)
HELPERS  := $(call heads,tests/helpers)
UNIT     := $(basename $(notdir $(wildcard tests/unit/test_*.c)))
UNIT_AID := $(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c))
UNIT_LIVE := $(basename $(notdir $(wildcard tests/unit/test_live_*.c)))
LIVE_MAIN := $(shell grep -ls '^int main$p' daemons/live/*.c)
LIVE_BIN := $(LIVE_MAIN:%.c=$(BUILD)/bin/im-live)
PROGRAMS := $(SERVICES:%=$(BUILD)/cgi-bin/%) $(LIVE_BIN) \
	    $(patsubst %,$(BUILD)/bin/im-%,$(JOBS) $(TOOLS))
CHECKS   := $(BENCH:%=$(BUILD)/bench/%) $(UNIT:%=$(BUILD)/tests/unit/%) \
	    $(HELPERS:%=$(BUILD)/tests/helpers/%)

.PHONY: all programs deps run stop test lint bench bench-compare drill fuzz clean
.DELETE_ON_ERROR:
.SECONDARY:

all: programs $(CHECKS)
programs: $(LIB) $(PROGRAMS)

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

%.a:
	@mkdir -p $(@D)
	@rm -f $@
	@ar qcsD $@ $^

$(LIB): $(call objs,lib/*/*.c lib/im/*/*.c)
$(LIVE): $(call objs,$(filter-out $(LIVE_MAIN),$(wildcard daemons/live/*.c \
	daemons/live/*/*.c)))

link = @mkdir -p $(@D); echo "  LD    $@"; \
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	$(filter %.a,$^) $(LDLIBS)

# program(target, sources, archives)
define program
$(1): $$(call objs,$(2)) $(3)
	$$(link)
endef
# family(DIR, NAMES, prefix of the target)
family = $(foreach n,$(2),$(eval $(call program,$(BUILD)/$(3)$(n),\
	$(1)/$(n).c $(call parts,$(1),$(n)) $(call aids,$(1)),$(LIB))))
$(call family,cgi-bin,$(SERVICES),cgi-bin/)
$(call family,batch,$(JOBS),bin/im-)
$(call family,tools,$(TOOLS),bin/im-)
$(call family,bench,$(BENCH),bench/)
$(call family,tests/helpers,$(HELPERS),tests/helpers/)
$(foreach n,$(UNIT),$(eval $(call program,$(BUILD)/tests/unit/$(n),\
	tests/unit/$(n).c $(UNIT_AID),\
	$(if $(filter $(n),$(UNIT_LIVE)),$(LIVE)) $(LIB))))
$(if $(LIVE_BIN),$(eval $(call program,$(LIVE_BIN),\
	daemons/live/*.c daemons/live/*/*.c,$(LIB))))
$(BUILD)/tests/unit/%: LDLIBS += -lcmocka
# This test replaces the clock.
$(BUILD)/tests/helpers/ids: LDFLAGS += -Wl,--wrap=clock_gettime

deps:
	@tools/stack/deps run
run: deps
	@$(MAKE) programs
	@BUILD=$(BUILD) tools/stack/demo var
stop:
	@tools/stack/stack stop var
test:
	@tests/run
drill:
	@code=0; \
	KILL_ROUNDS=100 IM_FUZZ_STEPS=10000 IM_FUZZ_SEED=$$(date +%s) \
	tests/run tests/fault/kill.py tests/live/fuzz.test.mjs || code=1; \
	RACES=200 ACTS=400 GROUP_ACTS=400 tests/run tests/api/races.bats \
		tests/api/scheduled.bats tests/api/group_log.bats tests/job/acts.bats \
		tests/job/expire.bats || code=1; \
	IM_RUSH_CLIENTS=10000 LOGIN_DRILL_MS=20 \
	LOCK_DRILL_MS=1000 FLOOD_DRILL_MS=20 MARKDOWN_DRILL_MS=50 HOSTS_ROUNDS=3 \
	tests/run figures tests/live/beside.test.mjs tests/live/hosts.test.mjs \
		tests/api/logins.bats tests/live/rush.test.mjs \
		tests/browser/unit/markdown.test.mjs || code=1; \
	exit $$code
lint:
	@tests/run lint
bench: deps
	@$(MAKE) all
	@BUILD=$(BUILD) bench/run
bench-compare: deps
	@bench/compare $(MID:%=-m %) $(OLD) $(NEW) $(ROUNDS)
fuzz:
	@tools/stack/deps run test
	@tests/fuzz/run
clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

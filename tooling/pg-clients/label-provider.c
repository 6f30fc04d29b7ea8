/*
 * A provider of security labels that accepts any, for servers that bring none of their own. PostgreSQL has one for its tests
 * (src/test/modules/dummy_seclabel), which nobody packages.
 */
#include "postgres.h"

#include "commands/seclabel.h"
#include "fmgr.h"

PG_MODULE_MAGIC;

void _PG_init(void);

static void accept_any(const ObjectAddress *object, const char *label)
{
}

void _PG_init(void)
{
	register_label_provider("example", accept_any);
}

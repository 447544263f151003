/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which boot of this computer this is: what was written in another one is not trusted to be on disk until it was read again. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 36 characters. Where the kernel does not tell, a random one: then everything counts as another boot. Any thread. */
const char *porch_boot_id_get (void);
/* For tests: as if the computer had been started again. Before any transfer runs. */
void        porch_boot_id_override (const char *id);

G_END_DECLS

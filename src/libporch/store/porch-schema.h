/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint       porch_schema_count (void);
const char *porch_schema_get (guint number);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The a{sv} of a method's options, checked before use: a member that is not known or of another type is an error, never
 * ignored, so that a typing error can't open a folder to more people than was meant. Pure functions. */
#pragma once

#include "porch-engine.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *type;
} PorchDaemonDictMember;

/* @members ends with a NULL name. PORCH_ERROR_INVALID that names the member. Afterwards g_variant_lookup() can't fail on a
 * type. */
gboolean porch_daemon_dict_check (GVariant *dict, const PorchDaemonDictMember *members, GError **error);
/* (transfer full) (nullable): a member of type ay, as a NUL-terminated path. */
char *porch_daemon_dict_dup_path (GVariant *dict, const char *name);

/* "selected", "trusted", "everyone"; PORCH_ERROR_INVALID for another word. */
gboolean porch_daemon_audience_parse (const char *word, PorchAudience *audience, GError **error);
const char *porch_daemon_audience_to_string (PorchAudience audience);
/* Each must be a whole device id of 64 hex digits. */
gboolean porch_daemon_selected_check (const char *const *selected, GError **error);
const char *porch_daemon_trust_to_string (PorchTrust trust);

G_END_DECLS

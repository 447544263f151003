/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table "device" and its records. Used by PorchTrustTable alone. */
#pragma once

#include "identity/porch-trust-table.h"

G_BEGIN_DECLS

GPtrArray *porch_trust_sql_load (PorchStore *store, GError **error); /* of PorchDeviceRecord */
/* Synced. Deletes the row of a record that is not kept. */
gboolean   porch_trust_sql_save (PorchStore *store, const PorchDeviceRecord *record, GError **error);
/* Takes @record; a row that is no longer there stays away. */
void       porch_trust_sql_queue (PorchStore *store, PorchDeviceRecord *record);
/* Is there a reason to remember it: trusted, blocked, added by hand, or named by the user? */
gboolean   porch_device_record_is_kept (const PorchDeviceRecord *record);

G_END_DECLS

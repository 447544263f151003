/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every device that this one remembers: trust, label, last name and address. Backed by the store; reads come from memory
 * under a lock and may be made on any thread, changes on the main thread. Owned by the engine. */
#pragma once

#include "identity/porch-device-id.h"
#include "store/porch-store.h"

G_BEGIN_DECLS

typedef enum { PORCH_TRUST_UNKNOWN, PORCH_TRUST_TRUSTED, PORCH_TRUST_BLOCKED } PorchTrust;

typedef struct {
  PorchDeviceId id;
  PorchTrust    trust;
  char         *label;      /* (nullable) the name this user gave */
  char         *name;       /* (nullable) the name it last stated over TLS */
  char         *chassis;    /* (nullable) */
  char         *address;    /* (nullable) last proved address, as g_socket_connectable_to_string(), with port */
  gint64        last_seen;  /* unix seconds of the last proved contact; 0 never */
  gboolean      manual;     /* added by address by the user */
  guint         accepts;    /* how often the user accepted what it wanted to send, since it is trusted */
  gboolean      auto_accept; /* the user wants that without being asked (porch-offer-limits.h) */
} PorchDeviceRecord;

PorchDeviceRecord *porch_device_record_copy (const PorchDeviceRecord *record);
void               porch_device_record_free (PorchDeviceRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchDeviceRecord, porch_device_record_free)

#define PORCH_TYPE_TRUST_TABLE (porch_trust_table_get_type ())
G_DECLARE_FINAL_TYPE (PorchTrustTable, porch_trust_table, PORCH, TRUST_TABLE, GObject)

/* Signal "changed" (const PorchDeviceId *): trust, label, "manual", accepts or auto-accept changed; main thread. */
PorchTrustTable   *porch_trust_table_new (PorchStore *store, GError **error);
PorchTrust         porch_trust_table_get (PorchTrustTable *self, const PorchDeviceId *id);
/* On disk when it returns TRUE. */
gboolean           porch_trust_table_set (PorchTrustTable *self, const PorchDeviceId *id, PorchTrust trust, GError **error);
gboolean           porch_trust_table_set_label (PorchTrustTable *self, const PorchDeviceId *id, const char *label, GError **error);
/* What a peer stated once its key was proved. Stored only for trusted, blocked and manual devices. */
void               porch_trust_table_note_contact (PorchTrustTable *self, const PorchDeviceId *id, const char *name,
                                                   const char *chassis, GInetSocketAddress *address);
gboolean           porch_trust_table_set_manual (PorchTrustTable *self, const PorchDeviceId *id, gboolean manual, GError **error);
/* Trust, label and address are gone, as if it had never been met. PORCH_ERROR_NOT_ALLOWED for a blocked one: it would come back. */
gboolean           porch_trust_table_forget (PorchTrustTable *self, const PorchDeviceId *id, GError **error);
/* The user accepted what a trusted device wanted to send. */
void               porch_trust_table_note_accept (PorchTrustTable *self, const PorchDeviceId *id);
/* PORCH_ERROR_NOT_TRUSTED for one that isn't trusted. Ends with the trust. */
gboolean           porch_trust_table_set_auto_accept (PorchTrustTable *self, const PorchDeviceId *id, gboolean accept, GError **error);
PorchDeviceRecord *porch_trust_table_lookup (PorchTrustTable *self, const PorchDeviceId *id); /* (transfer full) (nullable) */
GPtrArray         *porch_trust_table_dup_all (PorchTrustTable *self);                       /* of PorchDeviceRecord */
/* Has a trusted device used this address in the last 24 h? For the gate's reserve. Any thread. */
gboolean           porch_trust_table_is_familiar_address (PorchTrustTable *self, GInetAddress *address);

G_END_DECLS

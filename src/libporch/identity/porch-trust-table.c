/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-trust-table.h"

#include <glib/gi18n-lib.h>

#include "identity/porch-trust-sql.h"
#include "porch-error.h"
#include "share/porch-path.h"

#define FAMILIAR_SECONDS (24 * 60 * 60)
#define MAX_FAMILIAR 8 /* addresses remembered for each device, in memory */
/* A contact that changes nothing else is written down no more often than this. */
#define NOTE_SECONDS (10 * 60)

typedef struct {
  GInetAddress *address;
  gint64        when; /* unix s */
} Familiar;

typedef struct {
  PorchDeviceRecord *record;
  GArray            *familiar;  /* of Familiar, newest first */
  gint64             stored_at; /* unix s: last_seen as it is on disk */
} Entry;

struct _PorchTrustTable {
  GObject     parent_instance;
  PorchStore *store;   /* owned */
  GMutex      lock;
  GHashTable *entries; /* guarded by lock; PorchDeviceId in its record → Entry. Changed on the main thread only */
};

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchTrustTable, porch_trust_table, G_TYPE_OBJECT)

static void
clear_familiar (gpointer data)
{
  g_clear_object (&((Familiar *) data)->address);
}

static gint64
now_seconds (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
remember_address (Entry *entry, GInetAddress *address, gint64 when)
{
  Familiar familiar = { g_object_ref (address), when };

  for (guint i = 0; i < entry->familiar->len; i++)
    if (g_inet_address_equal (g_array_index (entry->familiar, Familiar, i).address, address))
      {
        g_array_remove_index (entry->familiar, i);
        break;
      }
  g_array_prepend_val (entry->familiar, familiar);
  if (entry->familiar->len > MAX_FAMILIAR)
    g_array_set_size (entry->familiar, MAX_FAMILIAR);
}

/* @text as g_socket_connectable_to_string() makes it of a GInetSocketAddress. */
static GInetAddress *
parse_address (const char *text)
{
  g_autoptr (GSocketConnectable) network = text != NULL ? g_network_address_parse (text, 1, NULL) : NULL;
  g_autoptr (GSocketAddress) address = NULL;

  if (network == NULL)
    return NULL;
  address = g_inet_socket_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (network)), 1);
  if (address == NULL)
    return NULL;
  return g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static Entry *
entry_new (PorchDeviceRecord *record)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autoptr (GInetAddress) address = parse_address (record->address);

  entry->record = record;
  entry->stored_at = record->last_seen;
  entry->familiar = g_array_new (FALSE, FALSE, sizeof (Familiar));
  g_array_set_clear_func (entry->familiar, clear_familiar);
  if (address != NULL)
    remember_address (entry, address, record->last_seen);
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  porch_device_record_free (entry->record);
  g_array_unref (entry->familiar);
  g_free (entry);
}

static void
porch_trust_table_finalize (GObject *object)
{
  PorchTrustTable *self = PORCH_TRUST_TABLE (object);

  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (porch_trust_table_parent_class)->finalize (object);
}

static void
porch_trust_table_class_init (PorchTrustTableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_trust_table_finalize;

  /**
   * PorchTrustTable::changed:
   * @id: (type PorchDeviceId): the device whose trust or label is another one now
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, PORCH_TYPE_DEVICE_ID | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
porch_trust_table_init (PorchTrustTable *self)
{
  g_mutex_init (&self->lock);
  self->entries = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, NULL, entry_free);
}

/**
 * porch_trust_table_new:
 * @store: the state database
 *
 * Reads every device that is remembered. Blocks for the store.
 */
PorchTrustTable *
porch_trust_table_new (PorchStore *store, GError **error)
{
  g_autoptr (PorchTrustTable) self = g_object_new (PORCH_TYPE_TRUST_TABLE, NULL);
  g_autoptr (GPtrArray) records = porch_trust_sql_load (store, error);

  if (records == NULL)
    return NULL;
  self->store = g_object_ref (store);
  for (guint i = 0; i < records->len; i++)
    {
      PorchDeviceRecord *record = porch_device_record_copy (records->pdata[i]);

      g_hash_table_replace (self->entries, &record->id, entry_new (record));
    }
  return g_steal_pointer (&self);
}

/**
 * porch_trust_table_get:
 *
 * Any thread. Returns: what this user said of the device; UNKNOWN for one that is not remembered
 */
PorchTrust
porch_trust_table_get (PorchTrustTable *self, const PorchDeviceId *id)
{
  PorchTrust trust = PORCH_TRUST_UNKNOWN;
  Entry     *entry;

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->entries, id);
  if (entry != NULL)
    trust = entry->record->trust;
  g_mutex_unlock (&self->lock);
  return trust;
}

PorchDeviceRecord *
porch_trust_table_lookup (PorchTrustTable *self, const PorchDeviceId *id)
{
  PorchDeviceRecord *record = NULL;
  Entry             *entry;

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->entries, id);
  if (entry != NULL)
    record = porch_device_record_copy (entry->record);
  g_mutex_unlock (&self->lock);
  return record;
}

/* What changed is on disk before anybody sees it; a device of which nothing is left to remember is forgotten. */
static gboolean
replace (PorchTrustTable *self, PorchDeviceRecord *record, GError **error)
{
  gboolean keep = porch_device_record_is_kept (record);
  Entry   *entry, *old;

  if (!porch_trust_sql_save (self->store, record, error))
    {
      porch_device_record_free (record);
      return FALSE;
    }
  entry = entry_new (record);
  g_mutex_lock (&self->lock);
  old = g_hash_table_lookup (self->entries, &record->id);
  if (old != NULL)
    {
      g_array_unref (entry->familiar);
      entry->familiar = g_array_ref (old->familiar);
    }
  if (keep)
    g_hash_table_replace (self->entries, &record->id, entry);
  else
    g_hash_table_remove (self->entries, &record->id);
  g_mutex_unlock (&self->lock);
  if (!keep)
    entry_free (entry);
  return TRUE;
}

static PorchDeviceRecord *
lookup_or_new (PorchTrustTable *self, const PorchDeviceId *id)
{
  PorchDeviceRecord *record = porch_trust_table_lookup (self, id);

  if (record == NULL)
    {
      record = g_new0 (PorchDeviceRecord, 1);
      record->id = *id;
    }
  return record;
}

static void
emit_changed (PorchTrustTable *self, const PorchDeviceId *id)
{
  PorchDeviceId copy = *id; /* the caller's may lie in a record that was just replaced */

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, &copy);
}

/**
 * porch_trust_table_set:
 * @error: the store's
 *
 * Main thread. Blocks for the disk: it is there, also after a power cut, when TRUE is returned.
 */
gboolean
porch_trust_table_set (PorchTrustTable *self, const PorchDeviceId *id, PorchTrust trust, GError **error)
{
  PorchDeviceRecord *record;

  if (porch_trust_table_get (self, id) == trust)
    return TRUE;
  record = lookup_or_new (self, id);
  record->trust = trust;
  record->accepts = 0;
  record->auto_accept = FALSE;
  if (!replace (self, record, error))
    return FALSE;
  emit_changed (self, id);
  return TRUE;
}

/**
 * porch_trust_table_set_label:
 * @label: (nullable): the name that this user gives the device; NULL or "" takes it away
 * @error: PORCH_ERROR_INVALID or what porch_label_check() says, or the store's
 */
gboolean
porch_trust_table_set_label (PorchTrustTable *self, const PorchDeviceId *id, const char *label, GError **error)
{
  PorchDeviceRecord *record;

  if (label != NULL && *label == '\0')
    label = NULL;
  if (label != NULL && !porch_label_check (label, error))
    return FALSE;
  record = lookup_or_new (self, id);
  g_free (record->label);
  record->label = g_strdup (label);
  if (!replace (self, record, error))
    return FALSE;
  emit_changed (self, id);
  return TRUE;
}

gboolean
porch_trust_table_set_manual (PorchTrustTable *self, const PorchDeviceId *id, gboolean manual, GError **error)
{
  PorchDeviceRecord *record = lookup_or_new (self, id);

  record->manual = manual;
  if (!replace (self, record, error))
    return FALSE;
  emit_changed (self, id);
  return TRUE;
}

gboolean
porch_trust_table_forget (PorchTrustTable *self, const PorchDeviceId *id, GError **error)
{
  PorchDeviceRecord *record;

  if (porch_trust_table_get (self, id) == PORCH_TRUST_BLOCKED)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED,
                           _ ("A blocked device that is forgotten could come back. Unblock it first."));
      return FALSE;
    }
  record = g_new0 (PorchDeviceRecord, 1); /* nothing in it is worth keeping */
  record->id = *id;
  if (!replace (self, record, error))
    return FALSE;
  emit_changed (self, id);
  return TRUE;
}

void
porch_trust_table_note_accept (PorchTrustTable *self, const PorchDeviceId *id)
{
  PorchDeviceRecord *record = porch_trust_table_lookup (self, id);
  g_autoptr (GError) error = NULL;

  if (record == NULL || record->trust != PORCH_TRUST_TRUSTED || record->accepts >= G_MAXINT32)
    {
      porch_device_record_free (record);
      return;
    }
  record->accepts++;
  if (replace (self, record, &error))
    emit_changed (self, id);
  else
    g_warning ("That something was accepted could not be written down: %s", error->message);
}

gboolean
porch_trust_table_set_auto_accept (PorchTrustTable *self, const PorchDeviceId *id, gboolean accept, GError **error)
{
  PorchDeviceRecord *record = porch_trust_table_lookup (self, id);

  if (record == NULL || record->trust != PORCH_TRUST_TRUSTED)
    {
      porch_device_record_free (record);
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_TRUSTED,
                           _ ("Only what a device that you trust sends can be accepted by itself. Trust it first."));
      return FALSE;
    }
  record->auto_accept = !!accept;
  if (!replace (self, record, error))
    return FALSE;
  emit_changed (self, id);
  return TRUE;
}

static gboolean
take_text (char **field, char *text)
{
  gboolean changed = text != NULL && g_strcmp0 (*field, text) != 0;

  if (changed)
    {
      g_free (*field);
      *field = g_steal_pointer (&text);
    }
  g_free (text);
  return changed;
}

/* Guarded by lock. TRUE if it is to be written down. */
static gboolean
note (Entry *entry, const char *name, const char *chassis, GInetSocketAddress *address, gint64 now)
{
  PorchDeviceRecord *record = entry->record;
  gboolean           changed;

  changed = take_text (&record->name, name != NULL ? porch_label_clean (name) : NULL);
  changed = take_text (&record->chassis, chassis != NULL ? porch_label_clean (chassis) : NULL) || changed;
  record->last_seen = now;
  if (address != NULL)
    {
      remember_address (entry, g_inet_socket_address_get_address (address), now);
      if (g_inet_socket_address_get_port (address) != 0)
        changed = take_text (&record->address, g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address))) || changed;
    }
  if (!changed && now - entry->stored_at < NOTE_SECONDS)
    return FALSE;
  entry->stored_at = now;
  return TRUE;
}

/**
 * porch_trust_table_note_contact:
 * @name: @chassis: (nullable): as the peer stated them in a session that proved its key
 * @address: (nullable): where it listens; a port of 0 means that only the address itself is known
 *
 * Main thread. Does nothing for a device that is not remembered.
 */
void
porch_trust_table_note_contact (PorchTrustTable *self, const PorchDeviceId *id, const char *name, const char *chassis,
                                GInetSocketAddress *address)
{
  PorchDeviceRecord *record = NULL;
  Entry             *entry;

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->entries, id);
  if (entry != NULL && note (entry, name, chassis, address, now_seconds ()))
    record = porch_device_record_copy (entry->record);
  g_mutex_unlock (&self->lock);
  if (record != NULL)
    porch_trust_sql_queue (self->store, record);
}

/**
 * porch_trust_table_dup_all:
 *
 * Any thread. Returns: (transfer full) (element-type PorchDeviceRecord): copies, in no order
 */
GPtrArray *
porch_trust_table_dup_all (PorchTrustTable *self)
{
  GPtrArray     *all = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_device_record_free);
  GHashTableIter iter;
  gpointer       value;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (all, porch_device_record_copy (((Entry *) value)->record));
  g_mutex_unlock (&self->lock);
  return all;
}

static gboolean
used_lately (const Entry *entry, GInetAddress *address, gint64 since)
{
  for (guint i = 0; i < entry->familiar->len; i++)
    {
      const Familiar *familiar = &g_array_index (entry->familiar, Familiar, i);

      if (familiar->when >= since && g_inet_address_equal (familiar->address, address))
        return TRUE;
    }
  return FALSE;
}

/**
 * porch_trust_table_is_familiar_address:
 *
 * Any thread. Returns: whether a device that is trusted used the address in the last 24 hours
 */
gboolean
porch_trust_table_is_familiar_address (PorchTrustTable *self, GInetAddress *address)
{
  gint64         since = now_seconds () - FAMILIAR_SECONDS;
  gboolean       found = FALSE;
  GHashTableIter iter;
  gpointer       value;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->entries);
  while (!found && g_hash_table_iter_next (&iter, NULL, &value))
    found = ((Entry *) value)->record->trust == PORCH_TRUST_TRUSTED && used_lately (value, address, since);
  g_mutex_unlock (&self->lock);
  return found;
}

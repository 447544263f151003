/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-contacts.h"

#define MAX_KNOWN 1024

typedef struct {
  GPtrArray *addresses; /* owned; of GInetSocketAddress */
  char      *name;      /* owned */
} Contact;

struct _PorchContacts
{
  gatomicrefcount refs;
  PorchPeerList  *peers; /* owned; main thread only */
  /* guarded by lock */
  GMutex      lock;
  GHashTable *known; /* PorchDeviceId → Contact */
};

static void
contact_free (gpointer data)
{
  Contact *contact = data;

  g_ptr_array_unref (contact->addresses);
  g_free (contact->name);
  g_free (contact);
}

PorchContacts *
porch_contacts_new (PorchPeerList *peers)
{
  PorchContacts *self = g_new0 (PorchContacts, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->peers = g_object_ref (peers);
  self->known = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, g_free, contact_free);
  return self;
}

PorchContacts *
porch_contacts_ref (PorchContacts *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_contacts_unref (PorchContacts *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->known);
  g_mutex_clear (&self->lock);
  g_object_unref (self->peers);
  g_free (self);
}

typedef struct {
  PorchContacts *contacts; /* owned */
  GArray        *devices;  /* owned */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  porch_contacts_unref (question->contacts);
  g_array_unref (question->devices);
  g_free (question);
}

/* One that was only announced has no full id yet: the first connection proves it or fails. */
static PorchPeer *
find_peer (PorchContacts *self, const PorchDeviceId *device)
{
  PorchPeer *peer = porch_peer_list_lookup (self->peers, device);
  g_autofree char *key = NULL;

  if (peer != NULL)
    return peer;
  key = porch_device_id_short (device, PORCH_PEER_KEY_HEX);
  return porch_peer_list_lookup_key (self->peers, key);
}

static void
look_up (PorchContacts *self, const PorchDeviceId *device)
{
  PorchPeer *peer = find_peer (self, device);
  Contact *contact;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->known, device);
  if (peer != NULL && porch_peer_get_trust (peer) != PORCH_TRUST_BLOCKED && g_hash_table_size (self->known) < MAX_KNOWN)
    {
      contact = g_new0 (Contact, 1);
      contact->addresses = porch_peer_dup_addresses (peer);
      contact->name = g_strdup (porch_peer_get_name (peer));
      g_hash_table_insert (self->known, g_memdup2 (device, sizeof *device), contact);
    }
  g_mutex_unlock (&self->lock);
}

static gboolean
on_asked (gpointer data)
{
  Question *question = data;

  for (guint i = 0; i < question->devices->len; i++)
    look_up (question->contacts, &g_array_index (question->devices, PorchDeviceId, i));
  return G_SOURCE_REMOVE;
}

void
porch_contacts_ask (PorchContacts *self, GArray *devices)
{
  Question *question = g_new0 (Question, 1);

  question->contacts = porch_contacts_ref (self);
  question->devices = g_array_copy (devices);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_asked, question, question_free);
}

gboolean
porch_contacts_get (PorchContacts *self, const PorchDeviceId *device, GPtrArray **addresses, char **name)
{
  Contact *contact;
  gboolean found;

  g_mutex_lock (&self->lock);
  contact = g_hash_table_lookup (self->known, device);
  found = contact != NULL && contact->addresses->len > 0;
  if (found)
    {
      *addresses = g_ptr_array_copy (contact->addresses, (GCopyFunc) g_object_ref, NULL);
      g_ptr_array_set_free_func (*addresses, g_object_unref);
      *name = g_strdup (contact->name);
    }
  g_mutex_unlock (&self->lock);
  return found;
}

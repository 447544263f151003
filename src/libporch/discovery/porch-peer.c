/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "discovery/porch-peer-private.h"

#define NAME_DIGITS 8 /* of the id, for a device without a name */

struct _PorchPeer {
  GObject parent_instance;

  /* owned */
  char             *key;
  char             *label;
  char             *stated_name;
  char             *shown_name;
  char             *plain_name;
  PorchAddressBook *book;

  const char    *chassis; /* interned */
  PorchDeviceId  id;
  gboolean       proved;
  PorchTrust     trust;
  gboolean       online;
  gboolean       name_clash;
  gboolean       newer;
  gint64         last_seen;
  int            folders;
  PorchPeerState state;
};

enum {
  PROP_ID = 1,
  PROP_PROVED,
  PROP_NAME,
  PROP_CHASSIS,
  PROP_TRUST,
  PROP_ONLINE,
  PROP_LAST_SEEN,
  PROP_NAME_CLASH,
  PROP_NEWER,
  PROP_ADDRESSES,
  PROP_FOLDERS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchPeer, porch_peer, G_TYPE_OBJECT)

/* The user's own label, else what the device calls itself, else the start of its id. */
static void
update_names (PorchPeer *self)
{
  g_autofree char *plain = NULL;
  char *shown;

  if (self->label)
    plain = g_strdup (self->label);
  else if (self->stated_name)
    plain = g_strdup (self->stated_name);
  else
    plain = g_strndup (self->key, NAME_DIGITS);
  /* Translators: the name of a device that nobody vouches for, while a known device bears the same name */
  shown = self->name_clash ? g_strdup_printf (_ ("%s (unverified)"), plain) : g_strdup (plain);
  g_free (self->plain_name);
  self->plain_name = g_steal_pointer (&plain);
  if (g_strcmp0 (shown, self->shown_name) == 0)
    {
      g_free (shown);
      return;
    }
  g_free (self->shown_name);
  self->shown_name = shown;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

static void
porch_peer_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  PorchPeer *self = PORCH_PEER (object);

  switch (property_id)
    {
    case PROP_ID:
      g_value_take_string (value, porch_peer_dup_id_string (self));
      break;
    case PROP_PROVED:
      g_value_set_boolean (value, self->proved);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->shown_name);
      break;
    case PROP_CHASSIS:
      g_value_set_string (value, self->chassis);
      break;
    case PROP_TRUST:
      g_value_set_uint (value, self->trust);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_LAST_SEEN:
      g_value_set_int64 (value, self->last_seen);
      break;
    case PROP_NAME_CLASH:
      g_value_set_boolean (value, self->name_clash);
      break;
    case PROP_NEWER:
      g_value_set_boolean (value, self->newer);
      break;
    case PROP_ADDRESSES:
      g_value_take_boxed (value, porch_peer_dup_address_strings (self));
      break;
    case PROP_FOLDERS:
      g_value_set_int (value, self->folders);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
porch_peer_finalize (GObject *object)
{
  PorchPeer *self = PORCH_PEER (object);

  g_free (self->key);
  g_free (self->label);
  g_free (self->stated_name);
  g_free (self->shown_name);
  g_free (self->plain_name);
  porch_address_book_free (self->book);
  G_OBJECT_CLASS (porch_peer_parent_class)->finalize (object);
}

static void
porch_peer_class_init (PorchPeerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = porch_peer_get_property;
  object_class->finalize = porch_peer_finalize;
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  props[PROP_PROVED] = g_param_spec_boolean ("proved", NULL, NULL, FALSE, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_CHASSIS] = g_param_spec_string ("chassis", NULL, NULL, NULL, flags);
  props[PROP_TRUST] = g_param_spec_uint ("trust", NULL, NULL, 0, PORCH_TRUST_BLOCKED, 0, flags);
  props[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  props[PROP_LAST_SEEN] = g_param_spec_int64 ("last-seen", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_NAME_CLASH] = g_param_spec_boolean ("name-clash", NULL, NULL, FALSE, flags);
  props[PROP_NEWER] = g_param_spec_boolean ("newer", NULL, NULL, FALSE, flags);
  props[PROP_ADDRESSES] = g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_FOLDERS] = g_param_spec_int ("folders", NULL, NULL, -1, G_MAXINT, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_peer_init (PorchPeer *self)
{
  self->book = porch_address_book_new ();
  self->chassis = g_intern_static_string ("other");
  self->folders = -1;
}

PorchPeer *
porch_peer_new (const char *key)
{
  PorchPeer *self = g_object_new (PORCH_TYPE_PEER, NULL);

  g_assert (strlen (key) == PORCH_PEER_KEY_HEX);
  self->key = g_strdup (key);
  update_names (self);
  return self;
}

const char *
porch_peer_get_key (PorchPeer *self)
{
  return self->key;
}

const PorchDeviceId *
porch_peer_get_id (PorchPeer *self)
{
  return self->proved ? &self->id : NULL;
}

char *
porch_peer_dup_id_string (PorchPeer *self)
{
  return self->proved ? porch_device_id_to_string (&self->id) : g_strdup (self->key);
}

const char *
porch_peer_get_name (PorchPeer *self)
{
  return self->shown_name;
}

const char *
porch_peer_get_plain_name (PorchPeer *self)
{
  return self->plain_name;
}

const char *
porch_peer_get_chassis (PorchPeer *self)
{
  return self->chassis;
}

PorchTrust
porch_peer_get_trust (PorchPeer *self)
{
  return self->trust;
}

gboolean
porch_peer_get_online (PorchPeer *self)
{
  return self->online;
}

gboolean
porch_peer_get_name_clash (PorchPeer *self)
{
  return self->name_clash;
}

gboolean
porch_peer_get_newer (PorchPeer *self)
{
  return self->newer;
}

gint64
porch_peer_get_last_seen (PorchPeer *self)
{
  return self->last_seen;
}

int
porch_peer_get_folders (PorchPeer *self)
{
  return self->folders;
}

void
porch_peer_note_folders (PorchPeer *self, int folders)
{
  if (self->folders == folders)
    return;
  self->folders = folders;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOLDERS]);
}

GPtrArray *
porch_peer_dup_addresses (PorchPeer *self)
{
  return porch_address_book_dup (self->book, g_get_monotonic_time ());
}

char **
porch_peer_dup_address_strings (PorchPeer *self)
{
  g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (self);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *text = porch_address_to_string (addresses->pdata[i]);

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

PorchPeerState *
porch_peer_get_state (PorchPeer *self)
{
  return &self->state;
}

PorchAddressBook *
porch_peer_get_book (PorchPeer *self)
{
  return self->book;
}

void
porch_peer_set_id (PorchPeer *self, const PorchDeviceId *id)
{
  if (self->proved)
    return;
  self->id = *id;
  self->proved = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ID]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROVED]);
}

void
porch_peer_set_trust (PorchPeer *self, PorchTrust trust)
{
  if (self->trust == trust)
    return;
  self->trust = trust;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRUST]);
}

void
porch_peer_set_label (PorchPeer *self, const char *label)
{
  g_free (self->label);
  self->label = g_strdup (label && *label ? label : NULL);
  update_names (self);
}

void
porch_peer_set_stated_name (PorchPeer *self, const char *name)
{
  g_free (self->stated_name);
  self->stated_name = g_strdup (name && *name ? name : NULL);
  update_names (self);
}

const char *
porch_peer_get_label (PorchPeer *self)
{
  return self->label;
}

const char *
porch_peer_get_stated_name (PorchPeer *self)
{
  return self->stated_name;
}

/* One of the list in docs/PROTOCOL.md; anything else is "other". */
void
porch_peer_set_chassis (PorchPeer *self, const char *chassis)
{
  static const char *const all[] = { "laptop", "desktop", "server", "tablet", "phone", "other", NULL };
  const char *found = "other";

  for (guint i = 0; chassis && all[i]; i++)
    {
      if (g_str_equal (chassis, all[i]))
        found = all[i];
    }
  if (g_str_equal (found, self->chassis))
    return;
  self->chassis = found;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHASSIS]);
}

void
porch_peer_set_online (PorchPeer *self, gboolean online)
{
  if (self->online == online)
    return;
  /* It was here until now, also when nobody had spoken with it for a long time. */
  if (!online)
    porch_peer_set_last_seen (self, g_get_real_time () / G_USEC_PER_SEC);
  self->online = online;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ONLINE]);
}

void
porch_peer_set_last_seen (PorchPeer *self, gint64 seconds)
{
  if (self->last_seen == seconds)
    return;
  self->last_seen = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_SEEN]);
}

void
porch_peer_set_newer (PorchPeer *self, gboolean newer)
{
  if (self->newer == newer)
    return;
  self->newer = newer;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NEWER]);
}

void
porch_peer_set_name_clash (PorchPeer *self, gboolean clash)
{
  if (self->name_clash == clash)
    return;
  self->name_clash = clash;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME_CLASH]);
  update_names (self);
}

void
porch_peer_addresses_changed (PorchPeer *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADDRESSES]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-share.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "porch-error.h"
#include "share/porch-path.h"
#include "share/porch-share-private.h"

struct _PorchShare {
  GObject          parent_instance;
  PorchShareTerms *terms; /* owned */
  PorchShareState  state;
  gboolean         hanging;
  GArray          *uploads; /* of PorchDeviceId: one for each that runs now */
};

enum {
  PROP_ID = 1,
  PROP_NAME,
  PROP_NOTE,
  PROP_PATH,
  PROP_AUDIENCE,
  PROP_SELECTED,
  PROP_ACCESS,
  PROP_UNTIL,
  PROP_ACTIVE,
  PROP_STATE,
  PROP_UPLOADS,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchShare, porch_share, G_TYPE_OBJECT)

PorchShareTerms *
porch_share_terms_copy (const PorchShareTerms *terms)
{
  PorchShareTerms *copy = g_memdup2 (terms, sizeof *terms);

  copy->id = g_strdup (terms->id);
  copy->name = g_strdup (terms->name);
  copy->note = g_strdup (terms->note);
  copy->path = g_strdup (terms->path);
  copy->selected = g_strdupv (terms->selected);
  return copy;
}

void
porch_share_terms_free (PorchShareTerms *terms)
{
  if (terms == NULL)
    return;
  g_free (terms->id);
  g_free (terms->name);
  g_free (terms->note);
  g_free (terms->path);
  g_strfreev (terms->selected);
  g_free (terms);
}

static void
porch_share_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchShare            *self = PORCH_SHARE (object);
  const PorchShareTerms *terms = self->terms;

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, terms->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, terms->name);
      break;
    case PROP_NOTE:
      g_value_set_string (value, terms->note);
      break;
    case PROP_PATH:
      g_value_set_string (value, terms->path);
      break;
    case PROP_AUDIENCE:
      g_value_set_int (value, (gint) terms->audience);
      break;
    case PROP_SELECTED:
      g_value_set_boxed (value, terms->selected);
      break;
    case PROP_ACCESS:
      g_value_set_int (value, (gint) terms->access);
      break;
    case PROP_UNTIL:
      g_value_set_int64 (value, terms->until);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, terms->active);
      break;
    case PROP_STATE:
      g_value_set_int (value, (gint) self->state);
      break;
    case PROP_UPLOADS:
      g_value_set_uint (value, self->uploads->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_share_finalize (GObject *object)
{
  porch_share_terms_free (PORCH_SHARE (object)->terms);
  g_array_unref (PORCH_SHARE (object)->uploads);
  G_OBJECT_CLASS (porch_share_parent_class)->finalize (object);
}

static void
porch_share_class_init (PorchShareClass *klass)
{
  GObjectClass    *object_class = G_OBJECT_CLASS (klass);
  GParamFlags      flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = porch_share_get_property;
  object_class->finalize = porch_share_finalize;
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  props[PROP_AUDIENCE] = g_param_spec_int ("audience", NULL, NULL, PORCH_AUDIENCE_NOBODY, PORCH_AUDIENCE_EVERYONE, 0, flags);
  props[PROP_SELECTED] = g_param_spec_boxed ("selected", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_ACCESS] = g_param_spec_int ("access", NULL, NULL, PORCH_ACCESS_READ, PORCH_ACCESS_ADD, 0, flags);
  props[PROP_UNTIL] = g_param_spec_int64 ("until", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, PORCH_SHARE_OK, PORCH_SHARE_UNREADABLE, 0, flags);
  props[PROP_UPLOADS] = g_param_spec_uint ("uploads", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_share_init (PorchShare *self)
{
  self->uploads = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));
}

PorchShare *
porch_share_new (PorchShareTerms *terms)
{
  PorchShare *self = g_object_new (PORCH_TYPE_SHARE, NULL);

  self->terms = terms;
  return self;
}

const PorchShareTerms *
porch_share_get_terms (PorchShare *self)
{
  return self->terms;
}

void
porch_share_take_terms (PorchShare *self, PorchShareTerms *terms)
{
  g_autoptr (PorchShareTerms) old = g_steal_pointer (&self->terms);
  GObject *object = G_OBJECT (self);

  self->terms = terms;
  g_object_freeze_notify (object);
  if (g_strcmp0 (old->name, terms->name) != 0)
    g_object_notify_by_pspec (object, props[PROP_NAME]);
  if (g_strcmp0 (old->note, terms->note) != 0)
    g_object_notify_by_pspec (object, props[PROP_NOTE]);
  if (old->audience != terms->audience)
    g_object_notify_by_pspec (object, props[PROP_AUDIENCE]);
  if (!g_strv_equal ((const char *const *) old->selected, (const char *const *) terms->selected))
    g_object_notify_by_pspec (object, props[PROP_SELECTED]);
  if (old->until != terms->until)
    g_object_notify_by_pspec (object, props[PROP_UNTIL]);
  if (old->active != terms->active)
    g_object_notify_by_pspec (object, props[PROP_ACTIVE]);
  g_object_thaw_notify (object);
}

void
porch_share_set_state (PorchShare *self, PorchShareState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
porch_share_set_hanging (PorchShare *self, gboolean hanging)
{
  self->hanging = hanging;
}

const char *
porch_share_get_id (PorchShare *self)
{
  return self->terms->id;
}

const char *
porch_share_get_name (PorchShare *self)
{
  return self->terms->name;
}

const char *
porch_share_get_note (PorchShare *self)
{
  return self->terms->note;
}

const char *
porch_share_get_path (PorchShare *self)
{
  return self->terms->path;
}

PorchAudience
porch_share_get_audience (PorchShare *self)
{
  return self->terms->audience;
}

const char *const *
porch_share_get_selected (PorchShare *self)
{
  return (const char *const *) self->terms->selected;
}

PorchAccess
porch_share_get_access (PorchShare *self)
{
  return self->terms->access;
}

gint64
porch_share_get_until (PorchShare *self)
{
  return self->terms->until;
}

gboolean
porch_share_get_active (PorchShare *self)
{
  return self->terms->active;
}

PorchShareState
porch_share_get_state (PorchShare *self)
{
  return self->state;
}

guint
porch_share_get_uploads (PorchShare *self)
{
  return self->uploads->len;
}

static int
find_upload (const GArray *uploads, const PorchDeviceId *peer)
{
  for (guint i = 0; i < uploads->len; i++)
    if (porch_device_id_equal (&g_array_index (uploads, PorchDeviceId, i), peer))
      return (int) i;
  return -1;
}

void
porch_share_begin_upload (PorchShare *self, const PorchDeviceId *peer)
{
  g_array_append_val (self->uploads, *peer);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPLOADS]);
}

void
porch_share_end_upload (PorchShare *self, const PorchDeviceId *peer)
{
  int place = find_upload (self->uploads, peer);

  g_return_if_fail (place >= 0);

  g_array_remove_index_fast (self->uploads, (guint) place);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPLOADS]);
}

GArray *
porch_share_dup_takers (PorchShare *self)
{
  GArray *takers = g_array_new (FALSE, FALSE, sizeof (PorchDeviceId));

  for (guint i = 0; i < self->uploads->len; i++)
    if (find_upload (takers, &g_array_index (self->uploads, PorchDeviceId, i)) < 0)
      g_array_append_val (takers, g_array_index (self->uploads, PorchDeviceId, i));
  return takers;
}

static gboolean
is_selected (const PorchShareTerms *terms, const PorchDeviceId *peer)
{
  g_autofree char *id = porch_device_id_to_string (peer);

  return g_strv_contains ((const char *const *) terms->selected, id);
}

/**
 * porch_share_may_open:
 * @peer: (nullable): whose key the TLS session proved; NULL when none did
 * @trust: what this user said of that device
 * @now: unix s
 *
 * The guard of every request for a share (S20): what is not allowed here by name is refused, an unknown value of anything too.
 */
gboolean
porch_share_may_open (PorchShare *self, const PorchDeviceId *peer, PorchTrust trust, gint64 now)
{
  const PorchShareTerms *terms = self->terms;

  if (peer == NULL || (trust != PORCH_TRUST_TRUSTED && trust != PORCH_TRUST_UNKNOWN))
    return FALSE;
  if (!terms->active || terms->until < 0 || (terms->until != 0 && now >= terms->until))
    return FALSE;
  switch (terms->audience)
    {
    case PORCH_AUDIENCE_EVERYONE:
      return TRUE;
    case PORCH_AUDIENCE_TRUSTED:
      return trust == PORCH_TRUST_TRUSTED;
    case PORCH_AUDIENCE_SELECTED:
      return is_selected (terms, peer);
    case PORCH_AUDIENCE_NOBODY:
    default:
      return FALSE;
    }
}

/* A disk that was mounted exactly here and is not any more: what lies below is another file system's. */
static gboolean
is_bare_mount_point (int fd, const struct stat *st)
{
  struct stat parent;

  return fstatat (fd, "..", &parent, 0) == 0 && parent.st_dev == st->st_dev && parent.st_ino != st->st_ino;
}

PorchShareState
porch_share_look (const char *path, gboolean mount_point)
{
  int             fd = open (path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
  PorchShareState state = PORCH_SHARE_OK;
  struct stat     st;

  if (fd < 0)
    return errno == EACCES || errno == EPERM || errno == EIO ? PORCH_SHARE_UNREADABLE : PORCH_SHARE_MISSING;
  if (fstat (fd, &st) != 0)
    state = PORCH_SHARE_UNREADABLE;
  else if (mount_point && is_bare_mount_point (fd, &st))
    state = PORCH_SHARE_MISSING;
  close (fd);
  return state;
}

static void
set_gone (PorchShare *self, GError **error)
{
  g_autofree char *shown = porch_path_to_display (self->terms->path);

  g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("The folder “%s” is not there now, or can't be read."), shown);
}

/**
 * porch_share_open_tree:
 * @secret: the device's secret, for version tokens
 * @error: PORCH_ERROR_GONE
 *
 * Opens the folder as it is now; a folder that came back is ok again by this.
 *
 * Returns: (transfer full) (nullable)
 */
PorchTree *
porch_share_open_tree (PorchShare *self, const guint8 secret[32], GError **error)
{
  g_autoptr (PorchDir) dir = NULL;

  if (!self->hanging)
    {
      porch_share_set_state (self, porch_share_look (self->terms->path, self->terms->mount_point));
      if (self->state == PORCH_SHARE_OK)
        dir = porch_dir_open (self->terms->path, NULL);
    }
  if (dir == NULL)
    {
      set_gone (self, error);
      return NULL;
    }
  return porch_tree_new_share (dir, secret);
}

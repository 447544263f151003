/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-share-list.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content/porch-content-cache.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "share/porch-share-check.h"
#include "share/porch-share-private.h"
#include "share/porch-share-sql.h"
#include "wire/porch-json.h"

#define MAX_NOTE 500     /* bytes */
#define MAX_SELECTED 500 /* devices in one share */
#define MAX_NUMBER 9999

struct _PorchShareList {
  GObject          parent_instance;
  PorchStore      *store;   /* owned */
  PorchTrustTable *trust;   /* owned */
  GPtrArray       *shares;  /* owned; oldest first */
  GHashTable      *trusted; /* owned; ids (hex) of selected devices that are trusted, to see when one no longer is */
};

static void porch_share_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchShareList, porch_share_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, porch_share_list_model_init))

static GType
get_item_type (GListModel *model)
{
  return PORCH_TYPE_SHARE;
}

static guint
get_n_items (GListModel *model)
{
  return PORCH_SHARE_LIST (model)->shares->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PorchShareList *self = PORCH_SHARE_LIST (model);

  return position < self->shares->len ? g_object_ref (self->shares->pdata[position]) : NULL;
}

static void
porch_share_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
porch_share_list_finalize (GObject *object)
{
  PorchShareList *self = PORCH_SHARE_LIST (object);

  g_ptr_array_unref (self->shares);
  g_hash_table_unref (self->trusted);
  g_clear_object (&self->store);
  g_clear_object (&self->trust);
  G_OBJECT_CLASS (porch_share_list_parent_class)->finalize (object);
}

static void
porch_share_list_class_init (PorchShareListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_share_list_finalize;
}

static void
porch_share_list_init (PorchShareList *self)
{
  self->shares = g_ptr_array_new_with_free_func (g_object_unref);
  self->trusted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
note_selected (PorchShareList *self, const PorchShareTerms *terms)
{
  PorchDeviceId id;

  for (char **hex = terms->selected; *hex != NULL; hex++)
    if (porch_device_id_parse (*hex, &id) && porch_trust_table_get (self->trust, &id) == PORCH_TRUST_TRUSTED)
      g_hash_table_add (self->trusted, g_strdup (*hex));
}

/* Takes @terms. On disk first: what is not stored does not count. */
static gboolean
save_terms (PorchShareList *self, PorchShare *share, PorchShareTerms *terms, GError **error)
{
  if (!porch_share_sql_save (self->store, terms, error))
    {
      porch_share_terms_free (terms);
      return FALSE;
    }
  note_selected (self, terms);
  porch_share_take_terms (share, terms);
  return TRUE;
}

static char **
without (char **ids, const char *id)
{
  GPtrArray *left = g_ptr_array_new ();

  for (char **at = ids; *at != NULL; at++)
    if (strcmp (*at, id) != 0)
      g_ptr_array_add (left, g_strdup (*at));
  g_ptr_array_add (left, NULL);
  return (char **) g_ptr_array_free (left, FALSE);
}

/* Nobody expects a device that was unpaired or blocked to go on opening what it was chosen for, or to be let in again by a later
 * unblock. The rule in porch_share_may_open() stands before this: a blocked device is refused already. */
static void
deselect (PorchShareList *self, const char *id)
{
  for (guint i = 0; i < self->shares->len; i++)
    {
      PorchShare            *share = self->shares->pdata[i];
      const PorchShareTerms *terms = porch_share_get_terms (share);
      PorchShareTerms       *changed;
      g_autoptr (GError) error = NULL;

      if (!g_strv_contains ((const char *const *) terms->selected, id))
        continue;
      changed = porch_share_terms_copy (terms);
      g_strfreev (changed->selected);
      changed->selected = without (terms->selected, id);
      if (!save_terms (self, share, changed, &error))
        g_warning ("“%s” is still among those chosen for “%s”: %s", id, terms->name, error->message);
    }
}

static void
on_trust_changed (PorchTrustTable *trust, const PorchDeviceId *id, gpointer data)
{
  PorchShareList  *self = data;
  g_autofree char *hex = porch_device_id_to_string (id);
  PorchTrust       now = porch_trust_table_get (trust, id);
  gboolean         was_trusted = g_hash_table_remove (self->trusted, hex);

  if (now == PORCH_TRUST_BLOCKED || (now == PORCH_TRUST_UNKNOWN && was_trusted))
    deselect (self, hex);
  else
    for (guint i = 0; i < self->shares->len; i++)
      note_selected (self, porch_share_get_terms (self->shares->pdata[i]));
}

/**
 * porch_share_list_new:
 * @store: the state database
 * @trust: whose changes take unpaired devices out of what they were chosen for
 *
 * Reads all shares; those whose folder is missing are there too. Blocks for the store, not for the folders: their state is
 * known after the first look, which begins now.
 */
PorchShareList *
porch_share_list_new (PorchStore *store, PorchTrustTable *trust, GError **error)
{
  g_autoptr (PorchShareList) self = g_object_new (PORCH_TYPE_SHARE_LIST, NULL);
  g_autoptr (GPtrArray) all = porch_share_sql_load (store, error);

  if (all == NULL)
    return NULL;
  self->store = g_object_ref (store);
  self->trust = g_object_ref (trust);
  for (guint i = 0; i < all->len; i++)
    {
      PorchShare *share = porch_share_new (porch_share_terms_copy (all->pdata[i]));

      g_ptr_array_add (self->shares, share);
      note_selected (self, porch_share_get_terms (share));
    }
  g_signal_connect_object (trust, "changed", G_CALLBACK (on_trust_changed), self, 0);
  porch_share_list_check (self);
  return g_steal_pointer (&self);
}

PorchShare *
porch_share_list_lookup (PorchShareList *self, const char *id)
{
  for (guint i = 0; i < self->shares->len; i++)
    if (strcmp (porch_share_get_id (self->shares->pdata[i]), id) == 0)
      return self->shares->pdata[i];
  return NULL;
}

static gboolean
is_name_taken (PorchShareList *self, const char *name, PorchShare *except)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < self->shares->len; i++)
    {
      g_autofree char *other = g_utf8_casefold (porch_share_get_name (self->shares->pdata[i]), -1);

      if (self->shares->pdata[i] != except && strcmp (folded, other) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_name (PorchShareList *self, const char *name, PorchShare *except, GError **error)
{
  if (!porch_label_check (name, error))
    return FALSE;
  if (!is_name_taken (self, name, except))
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_EXISTS, _ ("You share another folder under the name “%s”. Choose another name."), name);
  return FALSE;
}

/* The folder's own name, with a number if that is taken. */
static char *
make_name (PorchShareList *self, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *clean = porch_label_clean (base);
  const char      *stem = clean != NULL ? clean : _ ("Folder");

  if (!is_name_taken (self, stem, NULL) && porch_label_check (stem, NULL))
    return g_strdup (stem);
  for (guint n = 2; n <= MAX_NUMBER; n++)
    {
      g_autofree char *number = g_strdup_printf (" (%u)", n);
      g_autofree char *cut = g_strndup (stem, MIN (strlen (stem), PORCH_MAX_LABEL - strlen (number)));
      const char      *end;
      char            *name;

      if (!g_utf8_validate (cut, -1, &end))
        cut[end - cut] = '\0';
      name = g_strconcat (g_strchomp (cut), number, NULL);
      if (!is_name_taken (self, name, NULL))
        return name;
      g_free (name);
    }
  return g_strdup (stem);
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, lower case, each once. */
static char **
check_selected (const char *const *selected, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; selected != NULL && selected[i] != NULL; i++)
    {
      PorchDeviceId id;

      if (!porch_device_id_parse (selected[i], &id) || i >= MAX_SELECTED)
        {
          g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                       _ ("A share is opened to at most %d devices, each by its whole id (64 hex digits)."), MAX_SELECTED);
          return NULL;
        }
      g_ptr_array_add (ids, porch_device_id_to_string (&id));
    }
  g_ptr_array_sort (ids, compare_text);
  for (guint i = ids->len; i > 1; i--)
    if (strcmp (ids->pdata[i - 1], ids->pdata[i - 2]) == 0)
      g_ptr_array_remove_index (ids, i - 1);
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
}

static gboolean
check_audience (PorchAudience audience, GError **error)
{
  if (audience >= PORCH_AUDIENCE_NOBODY && audience <= PORCH_AUDIENCE_EVERYONE)
    return TRUE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Who may open the folder must be said: those you choose, those you trust or everyone."));
  return FALSE;
}

static gboolean
is_same_folder (const char *a, const char *b)
{
  struct stat st_a, st_b;

  if (strcmp (a, b) == 0)
    return TRUE;
  return stat (a, &st_a) == 0 && stat (b, &st_b) == 0 && st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

static gboolean
check_not_shared (PorchShareList *self, const char *path, GError **error)
{
  for (guint i = 0; i < self->shares->len; i++)
    if (is_same_folder (porch_share_get_path (self->shares->pdata[i]), path))
      {
        g_autofree char *shown = porch_path_to_display (path);

        g_set_error (error, PORCH_ERROR, PORCH_ERROR_EXISTS, _ ("You share “%s” already, as “%s”."), shown,
                     porch_share_get_name (self->shares->pdata[i]));
        return FALSE;
      }
  return TRUE;
}

/* (transfer full) (nullable) the canonical path of a folder that can be read. */
static char *
check_folder (const char *path, GError **error)
{
  g_autofree char *shown = porch_path_to_display (path);
  char            *real = *path == '/' ? realpath (path, NULL) : NULL;
  struct stat      st;

  if (*path != '/')
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” is not a whole path; it must begin with “/”."), shown);
  else if (real == NULL || stat (real, &st) != 0)
    g_set_error (error, PORCH_ERROR, errno == EACCES ? PORCH_ERROR_NOT_ALLOWED : PORCH_ERROR_NOT_FOUND, _ ("“%s” can't be shared: %s."),
                 shown, g_strerror (errno));
  else if (!S_ISDIR (st.st_mode))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” is not a folder. Send it, or share the folder that it is in."), shown);
  else if (access (real, R_OK | X_OK) != 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED, _ ("You may not read “%s” yourself, so it can't be shared."), shown);
  else
    return real;
  free (real);
  return NULL;
}

static gboolean
check_refusal (const char *path, gboolean override, GError **error)
{
  g_autofree char *reason = override ? NULL : porch_share_refusal (path, g_get_home_dir ());

  if (reason == NULL)
    return TRUE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PATH_REFUSED, reason);
  return FALSE;
}

static gboolean
is_mount_point (const char *path)
{
  g_autofree char *above = g_build_filename (path, "..", NULL);
  struct stat      st, parent;

  return stat (path, &st) == 0 && stat (above, &parent) == 0 && st.st_dev != parent.st_dev;
}

static char *
make_id (PorchShareList *self)
{
  guint8 bytes[8];

  while (TRUE)
    {
      g_autofree char *id = NULL;

      if (gnutls_rnd (GNUTLS_RND_RANDOM, bytes, sizeof bytes) < 0)
        g_error ("The system gives no random numbers.");
      id = porch_hex_encode (bytes, sizeof bytes);
      if (porch_share_list_lookup (self, id) == NULL)
        return g_steal_pointer (&id);
    }
}

static gboolean
check_room (PorchShareList *self, GError **error)
{
  if (self->shares->len < PORCH_MAX_SHARES)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("You share %d folders, and more can't be. Stop sharing one first."),
               PORCH_MAX_SHARES);
  return FALSE;
}

/* (transfer full) (nullable) the terms of a new share, all checked. */
static PorchShareTerms *
make_terms (PorchShareList *self, const char *path, const char *name, PorchAudience audience, const char *const *selected,
            gboolean override, GError **error)
{
  g_autoptr (PorchShareTerms) terms = g_new0 (PorchShareTerms, 1);

  if (!check_room (self, error) || !check_audience (audience, error) ||
      (terms->selected = check_selected (selected, error)) == NULL || (terms->path = check_folder (path, error)) == NULL ||
      !check_refusal (terms->path, override, error) || !check_not_shared (self, terms->path, error))
    return NULL;
  if (name != NULL && !check_name (self, name, NULL, error))
    return NULL;
  terms->name = name != NULL ? g_strdup (name) : make_name (self, terms->path);
  terms->id = make_id (self);
  terms->audience = audience;
  terms->active = TRUE;
  terms->created = g_get_real_time () / G_USEC_PER_SEC;
  terms->mount_point = is_mount_point (terms->path);
  return g_steal_pointer (&terms);
}

/**
 * porch_share_list_add:
 * @path: an absolute local path; symbolic links in it are followed once, here
 * @name: (nullable): the folder's own, with a number when it is taken
 * @selected: (nullable): device ids, for PORCH_AUDIENCE_SELECTED
 * @override: the user was told why the folder is refused and wants it all the same
 * @error: PORCH_ERROR_PATH_REFUSED, _EXISTS, _NOT_FOUND, _NOT_ALLOWED, _INVALID, _LIMIT, or the store's
 *
 * Returns: (transfer none) (nullable)
 */
PorchShare *
porch_share_list_add (PorchShareList *self, const char *path, const char *name, PorchAudience audience,
                      const char *const *selected, gboolean override, GError **error)
{
  PorchShareTerms *terms = make_terms (self, path, name, audience, selected, override, error);
  PorchShare      *share;

  if (terms == NULL)
    return NULL;
  if (!porch_share_sql_save (self->store, terms, error))
    {
      porch_share_terms_free (terms);
      return NULL;
    }
  note_selected (self, terms);
  share = porch_share_new (terms);
  g_ptr_array_add (self->shares, share);
  g_list_model_items_changed (G_LIST_MODEL (self), self->shares->len - 1, 0, 1);
  return share;
}

/**
 * porch_share_list_remove:
 *
 * Takes the share away; the folder itself is not touched.
 */
gboolean
porch_share_list_remove (PorchShareList *self, PorchShare *share, GError **error)
{
  guint index;

  if (!g_ptr_array_find (self->shares, share, &index))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("That folder is not shared any more."));
      return FALSE;
    }
  if (!porch_share_sql_remove (self->store, porch_share_get_id (share), error))
    return FALSE;
  porch_content_cache_forget (self->store, porch_share_get_id (share));
  g_ptr_array_remove_index (self->shares, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
  return TRUE;
}

gboolean
porch_share_list_rename (PorchShareList *self, PorchShare *share, const char *name, GError **error)
{
  PorchShareTerms *terms;

  if (!check_name (self, name, share, error))
    return FALSE;
  terms = porch_share_terms_copy (porch_share_get_terms (share));
  g_free (terms->name);
  terms->name = g_strdup (name);
  return save_terms (self, share, terms, error);
}

/**
 * porch_share_list_set_note:
 * @note: (nullable): at most 500 bytes of UTF-8; NULL or "" takes it away
 */
gboolean
porch_share_list_set_note (PorchShareList *self, PorchShare *share, const char *note, GError **error)
{
  PorchShareTerms *terms;

  if (note != NULL && (!g_utf8_validate (note, -1, NULL) || strlen (note) > MAX_NOTE))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("A note has at most %d bytes of text."), MAX_NOTE);
      return FALSE;
    }
  terms = porch_share_terms_copy (porch_share_get_terms (share));
  g_free (terms->note);
  terms->note = note != NULL && *note != '\0' ? g_strdup (note) : NULL;
  return save_terms (self, share, terms, error);
}

gboolean
porch_share_list_set_audience (PorchShareList *self, PorchShare *share, PorchAudience audience, const char *const *selected,
                               GError **error)
{
  g_auto (GStrv) ids = check_selected (selected, error);
  PorchShareTerms *terms;

  if (ids == NULL || !check_audience (audience, error))
    return FALSE;
  terms = porch_share_terms_copy (porch_share_get_terms (share));
  terms->audience = audience;
  g_strfreev (terms->selected);
  terms->selected = g_steal_pointer (&ids);
  return save_terms (self, share, terms, error);
}

gboolean
porch_share_list_set_active (PorchShareList *self, PorchShare *share, gboolean active, GError **error)
{
  PorchShareTerms *terms = porch_share_terms_copy (porch_share_get_terms (share));

  terms->active = !!active;
  return save_terms (self, share, terms, error);
}

/**
 * porch_share_list_set_until:
 * @until: unix s from which on nobody may open it; 0 never ends
 */
gboolean
porch_share_list_set_until (PorchShareList *self, PorchShare *share, gint64 until, GError **error)
{
  PorchShareTerms *terms;

  if (until < 0)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The time at which sharing ends makes no sense."));
      return FALSE;
    }
  terms = porch_share_terms_copy (porch_share_get_terms (share));
  terms->until = until;
  return save_terms (self, share, terms, error);
}

/**
 * porch_share_list_check:
 *
 * Begins to look whether the folders are there; their states follow when the looks come back. A file system that hangs (a
 * network drive whose server is gone) holds nothing up.
 */
void
porch_share_list_check (PorchShareList *self)
{
  for (guint i = 0; i < self->shares->len; i++)
    porch_share_check_begin (self->shares->pdata[i]);
}

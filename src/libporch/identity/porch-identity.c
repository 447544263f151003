/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-identity.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "identity/porch-key-file.h"
#include "porch-error.h"

/* key.pem holds the private key *and* the certificate, so that one rename publishes the pair: the certificate can't be made
 * again from the key (its signature is random, the device id is its hash). certificate.pem is a public copy to look at. */
#define KEY_FILE "key.pem"
#define CERTIFICATE_FILE "certificate.pem"
#define CERTIFICATE_BEGIN "-----BEGIN CERTIFICATE-----"

struct _PorchIdentity {
  GObject          parent_instance;
  GTlsCertificate *certificate; /* owned */
  PorchDeviceId    id;
  guint8           secret[32];
};

G_DEFINE_FINAL_TYPE (PorchIdentity, porch_identity, G_TYPE_OBJECT)

static void
porch_identity_finalize (GObject *object)
{
  PorchIdentity *self = PORCH_IDENTITY (object);

  g_clear_object (&self->certificate);
  explicit_bzero (self->secret, sizeof self->secret);
  G_OBJECT_CLASS (porch_identity_parent_class)->finalize (object);
}

static void
porch_identity_class_init (PorchIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_identity_finalize;
}

static void
porch_identity_init (PorchIdentity *self)
{
}

static void
set_damaged (GError **error, const char *path, const char *reason)
{
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE,
               _ ("The identity of this device in “%s” is damaged (%s). Put the file back from a backup, or move it away to "
                  "become a new device that nobody trusts yet."),
               path, reason);
}

/* NULL and an error that names @path; @pem is key and certificate. */
static PorchIdentity *
identity_from_pem (const char *path, const char *pem, GError **error)
{
  g_autoptr (PorchIdentity) self = g_object_new (PORCH_TYPE_IDENTITY, NULL);
  g_autoptr (GError) local = NULL;
  const char *certificate = strstr (pem, CERTIFICATE_BEGIN);

  if (certificate == NULL)
    set_damaged (error, path, _ ("half of it is missing"));
  else if (!porch_key_check_pair (pem, certificate, &local) || !porch_key_derive_secret (pem, self->secret, &local) ||
           (self->certificate = g_tls_certificate_new_from_pem (pem, -1, &local)) == NULL)
    set_damaged (error, path, local->message);
  else if (!porch_device_id_from_certificate (self->certificate, &self->id))
    set_damaged (error, path, _ ("half of it is missing"));
  else
    return g_steal_pointer (&self);
  return NULL;
}

/* The public copy: written when missing, an error when it is another device's. */
static gboolean
check_copy (PorchIdentity *self, const char *folder, const char *pem, GError **error)
{
  g_autofree char *path = g_build_filename (folder, CERTIFICATE_FILE, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GTlsCertificate) copy = NULL;
  g_autoptr (GError) local = NULL;
  PorchDeviceId id;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return porch_key_write_file (path, strstr (pem, CERTIFICATE_BEGIN), 0644, error);
  text = porch_key_read_file (path, error);
  if (text == NULL)
    return FALSE;
  copy = g_tls_certificate_new_from_pem (text, -1, &local);
  if (copy == NULL || !porch_device_id_from_certificate (copy, &id) || !porch_device_id_equal (&id, &self->id))
    {
      set_damaged (error, path, copy == NULL ? local->message : _ ("it does not belong to the key beside it"));
      return FALSE;
    }
  return TRUE;
}

static PorchIdentity *
load_existing (const char *folder, const char *path, GError **error)
{
  g_autoptr (PorchIdentity) self = NULL;
  char *pem = porch_key_read_file (path, error);

  if (pem == NULL)
    return NULL;
  self = identity_from_pem (path, pem, error);
  if (self != NULL && (g_chmod (path, 0600) != 0 || !check_copy (self, folder, pem, error)))
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _ ("“%s” must be readable by you alone, and can't be made so."),
                     path);
      g_clear_object (&self);
    }
  porch_key_free (pem);
  return g_steal_pointer (&self);
}

static gboolean
make_new (const char *folder, const char *path, GError **error)
{
  g_autofree char *certificate = NULL;
  g_autofree char *copy_path = g_build_filename (folder, CERTIFICATE_FILE, NULL);
  char            *key = NULL;
  char            *both = NULL;
  gboolean         ok = FALSE;

  if (g_file_test (copy_path, G_FILE_TEST_EXISTS))
    {
      set_damaged (error, path, _ ("its secret half is missing"));
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), _ ("The folder “%s” can't be made."), folder);
      return FALSE;
    }
  if (porch_key_generate (&key, &certificate, error))
    {
      both = g_strconcat (key, certificate, NULL);
      ok = porch_key_write_file (path, both, 0600, error);
    }
  porch_key_free (key);
  porch_key_free (both);
  return ok;
}

/**
 * porch_identity_load:
 * @folder: the state folder; made 0700 if it is not there
 * @error: PORCH_ERROR_STORE naming the file that is damaged, or a GIO error
 *
 * Loads the pair, or makes it when neither of its files exists. Nothing is ever replaced. Blocks for the disk.
 */
PorchIdentity *
porch_identity_load (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, KEY_FILE, NULL);
  struct stat      st;

  if (g_lstat (path, &st) != 0)
    {
      if (errno != ENOENT && errno != ENOTDIR)
        {
          g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), _ ("“%s”: %s"), path, g_strerror (errno));
          return NULL;
        }
      if (!make_new (folder, path, error))
        return NULL;
    }
  return load_existing (folder, path, error);
}

static gboolean
move_aside (const char *folder, const char *name, const char *date, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *aside = g_strdup_printf ("%s.old-%s", path, date);

  for (guint n = 2; g_file_test (aside, G_FILE_TEST_EXISTS); n++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.old-%s-%u", path, date, n);
    }
  if (rename (path, aside) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), _ ("“%s” can't be moved aside: %s"), path, g_strerror (errno));
  return FALSE;
}

/**
 * porch_identity_renew:
 * @folder: the state folder
 *
 * Moves the pair aside (key.pem.old-DATE) and makes a new one, for a cloned disk. The copy goes first: a crash in between
 * leaves either the old device or none, never a key that can't be loaded.
 */
PorchIdentity *
porch_identity_renew (const char *folder, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d-%H%M%S");

  if (!move_aside (folder, CERTIFICATE_FILE, date, error) || !move_aside (folder, KEY_FILE, date, error))
    return NULL;
  return porch_identity_load (folder, error);
}

const PorchDeviceId *
porch_identity_get_id (PorchIdentity *self)
{
  return &self->id;
}

GTlsCertificate *
porch_identity_get_certificate (PorchIdentity *self)
{
  return self->certificate;
}

const guint8 *
porch_identity_get_secret (PorchIdentity *self)
{
  return self->secret;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "identity/porch-pin-database.h"

struct _PorchPinDatabase {
  GTlsDatabase  parent_instance;
  gboolean      pinned;
  PorchDeviceId id;
};

G_DEFINE_FINAL_TYPE (PorchPinDatabase, porch_pin_database, G_TYPE_TLS_DATABASE)

/* The guard of S9 and S27: no CA, no name and no date has a say, only the key. */
static GTlsCertificateFlags
verify_leaf (PorchPinDatabase *self, GTlsCertificate *leaf)
{
  PorchDeviceId id;

  if (!porch_device_id_from_certificate (leaf, &id))
    return G_TLS_CERTIFICATE_UNKNOWN_CA;
  if (self->pinned && !porch_device_id_equal (&id, &self->id))
    return G_TLS_CERTIFICATE_UNKNOWN_CA;
  return 0;
}

static GTlsCertificateFlags
porch_pin_database_verify_chain (GTlsDatabase *database, GTlsCertificate *chain, const char *purpose,
                                 GSocketConnectable *identity, GTlsInteraction *interaction, GTlsDatabaseVerifyFlags flags,
                                 GCancellable *cancellable, GError **error)
{
  return verify_leaf (PORCH_PIN_DATABASE (database), chain);
}

/* Nothing is ever looked up here: an issuer has no say. */
static GTlsCertificate *
porch_pin_database_lookup_certificate_issuer (GTlsDatabase *database, GTlsCertificate *certificate, GTlsInteraction *interaction,
                                              GTlsDatabaseLookupFlags flags, GCancellable *cancellable, GError **error)
{
  return NULL;
}

static GTlsCertificate *
porch_pin_database_lookup_certificate_for_handle (GTlsDatabase *database, const char *handle, GTlsInteraction *interaction,
                                                  GTlsDatabaseLookupFlags flags, GCancellable *cancellable, GError **error)
{
  return NULL;
}

static GList *
porch_pin_database_lookup_certificates_issued_by (GTlsDatabase *database, GByteArray *issuer, GTlsInteraction *interaction,
                                                  GTlsDatabaseLookupFlags flags, GCancellable *cancellable, GError **error)
{
  return NULL;
}

static void
porch_pin_database_class_init (PorchPinDatabaseClass *klass)
{
  GTlsDatabaseClass *database_class = G_TLS_DATABASE_CLASS (klass);

  database_class->verify_chain = porch_pin_database_verify_chain;
  database_class->lookup_certificate_issuer = porch_pin_database_lookup_certificate_issuer;
  database_class->lookup_certificate_for_handle = porch_pin_database_lookup_certificate_for_handle;
  database_class->lookup_certificates_issued_by = porch_pin_database_lookup_certificates_issued_by;
}

static void
porch_pin_database_init (PorchPinDatabase *self)
{
}

/**
 * porch_pin_database_new:
 * @id: (nullable): the only device that is accepted; NULL on the server's side, where any well-formed leaf passes and its
 *   id is judged after the handshake
 *
 * Returns: (transfer full): a database for one SoupSession, or for the gate's connections
 */
GTlsDatabase *
porch_pin_database_new (const PorchDeviceId *id)
{
  PorchPinDatabase *self = g_object_new (PORCH_TYPE_PIN_DATABASE, NULL);

  if (id != NULL)
    {
      self->pinned = TRUE;
      self->id = *id;
    }
  return G_TLS_DATABASE (self);
}

/**
 * porch_tls_setup:
 *
 * Sets GnuTLS to TLS 1.3 only: GLib 2.74 has no call for it, its back end reads the variable once. Keeps libsoup off HTTP/2, for
 * which 3.2 has no call either. And makes a database that accepts nobody the default one: a connection that somebody forgets to
 * pin is refused, and glib-networking does not load the system's authorities for each client connection before it is told not
 * to (13 ms of CPU each, measured). Call first thing in main(): changing the environment is safe only while there is one thread.
 */
void
porch_tls_setup (void)
{
  static const PorchDeviceId nobody; /* a SHA-256 that no certificate has */
  g_autoptr (GTlsDatabase)   refuses = NULL;

  g_setenv ("G_TLS_GNUTLS_PRIORITY", PORCH_TLS_PRIORITY, TRUE);
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  refuses = porch_pin_database_new (&nobody);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), refuses);
}

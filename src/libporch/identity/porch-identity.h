/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This device's key pair and certificate (ECDSA P-256, self-signed, no name in it, never reissued). Immutable after loading;
 * any thread. Owned by the engine. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_TYPE_IDENTITY (porch_identity_get_type ())
G_DECLARE_FINAL_TYPE (PorchIdentity, porch_identity, PORCH, IDENTITY, GObject)

/* Loads key.pem (0600) and certificate.pem from @folder, or makes them. A damaged pair is an error that names the file,
 * never replaced. */
PorchIdentity       *porch_identity_load (const char *folder, GError **error);
/* Moves the pair aside (key.pem.old-DATE) and makes a new one: for a cloned disk. */
PorchIdentity       *porch_identity_renew (const char *folder, GError **error);
const PorchDeviceId *porch_identity_get_id (PorchIdentity *self);
GTlsCertificate     *porch_identity_get_certificate (PorchIdentity *self); /* with its private key */
/* 32 secret bytes derived from the key, for version tokens. */
const guint8        *porch_identity_get_secret (PorchIdentity *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GTlsDatabase whose verify_chain() accepts exactly one leaf (the id dialled) or, on the server's side, any well-formed
 * leaf whose id is judged after the handshake. Without it libsoup asks nobody when a CA vouches, and GnuTLS loads the CA
 * bundle for each connection. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

/* For whoever speaks GnuTLS directly. AES with 128 bits first: as safe, and 1 GiB takes 0.24 s of a processor on each side instead of
 * 0.31. */
#define PORCH_TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM"

#define PORCH_TYPE_PIN_DATABASE (porch_pin_database_get_type ())
G_DECLARE_FINAL_TYPE (PorchPinDatabase, porch_pin_database, PORCH, PIN_DATABASE, GTlsDatabase)

GTlsDatabase *porch_pin_database_new (const PorchDeviceId *id); /* (nullable): NULL is the server's side */

/* Sets GnuTLS to TLS 1.3 only. First thing in main(), before any thread or TLS use. */
void porch_tls_setup (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A device id: SHA-256 of the DER certificate. It is the identity; a name is only a label. A plain value. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_DEVICE_ID_HEX 64

typedef struct {
  guint8 bytes[32];
} PorchDeviceId;

#define PORCH_TYPE_DEVICE_ID (porch_device_id_get_type ())
GType porch_device_id_get_type (void); /* boxed */

gboolean porch_device_id_from_certificate (GTlsCertificate *certificate, PorchDeviceId *id);
gboolean porch_device_id_parse (const char *hex, PorchDeviceId *id); /* exactly 64 hex digits */
char    *porch_device_id_to_string (const PorchDeviceId *id);        /* 64 lower-case hex digits */
char    *porch_device_id_short (const PorchDeviceId *id, guint digits);
guint    porch_device_id_hash (gconstpointer id);
gboolean porch_device_id_equal (gconstpointer a, gconstpointer b);
PorchDeviceId *porch_device_id_copy (const PorchDeviceId *id);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name for TLS and one address for dialling: what SoupSession gets as its remote-connectable. Without it an IPv6 literal
 * would stand in SNI (GnuTLS servers hang up) and scope ids would be lost. Immutable; any thread. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_TYPE_CONNECTABLE (porch_connectable_get_type ())
G_DECLARE_FINAL_TYPE (PorchConnectable, porch_connectable, PORCH, CONNECTABLE, GNetworkAddress)

GSocketConnectable *porch_connectable_new (const PorchDeviceId *peer, GInetSocketAddress *address);
/* (transfer full): "<first 32 hex digits>.porch.invalid" */
char *porch_connectable_name (const PorchDeviceId *peer);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the address at which a device really answers: TCP and TLS 1.3 handshakes with several addresses in one blocking call,
 * the first one whose key is right wins. Presents no certificate of ours and sends nothing but the handshake. Any thread. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

/* An address gets this long for connect and handshake together. */
#define PORCH_DIAL_TIMEOUT_MS 3000
/* The next address is tried when the ones before were silent for this long. */
#define PORCH_DIAL_STAGGER_MS 250

/* @addresses: of GInetSocketAddress, best first. @pin (nullable): whoever answers wins. @impostors (nullable): addresses that
 * proved another key are added (of GInetSocketAddress). @answered (nullable): the id that was proved.
 * (transfer full) (nullable): PORCH_ERROR_UNREACHABLE, or G_IO_ERROR_CANCELLED. */
GInetSocketAddress *porch_dial (GPtrArray *addresses, const PorchDeviceId *pin, guint timeout_ms, PorchDeviceId *answered,
                                GPtrArray *impostors, GCancellable *cancellable, GError **error);

G_END_DECLS

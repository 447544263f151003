/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells devices that we don't know that something here just ended: one TLS alert over a TCP connection, without a name, an id or a
 * certificate. It is nobody's word; whoever gets it and shows us to a person looks whether we still answer (docs/DISCOVERY.md). */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* To all @addresses (of GInetSocketAddress) at the same time; blocks at most @milliseconds. Returns to how many it went. */
guint    porch_farewell_send (GPtrArray *addresses, guint milliseconds);
/* @header: the first five bytes that came over a connection. */
gboolean porch_farewell_is (const guint8 header[5]);

G_END_DECLS

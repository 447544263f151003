/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GInputStream that reads a PorchFlow, for one consumer on one thread: what a producer makes becomes the body of an upload, and what
 * a peer uploads becomes a body to be read. Blocking. Closing or freeing it closes the flow. */
#pragma once

#include "share/porch-flow.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_TYPE_FLOW_STREAM (porch_flow_stream_get_type ())
G_DECLARE_FINAL_TYPE (PorchFlowStream, porch_flow_stream, PORCH, FLOW_STREAM, GInputStream)

/* @first: seconds to wait for the first byte, @silence: for each later one; 0 waits for ever. G_IO_ERROR_TIMED_OUT. */
GInputStream *porch_flow_stream_new (PorchFlow *flow, guint first, guint silence);

/* Called with the number of bytes after each read, on the reading thread. */
void          porch_flow_stream_set_counter (GInputStream *stream, void (*counter) (gsize bytes, gpointer data), gpointer data);

G_END_DECLS

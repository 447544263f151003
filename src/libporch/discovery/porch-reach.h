/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a peer there, and is it who we think? First a TCP race over its addresses, then, with a pin, GET /hello over TLS to those that
 * answered. Main thread; the TLS part runs on Porch's pool. */
#pragma once

#include "identity/porch-identity.h"

G_BEGIN_DECLS

typedef struct {
  GInetSocketAddress *address;   /* (nullable) that answered; with a pin: that proved the key */
  GPtrArray          *impostors; /* answered with another key */
  GPtrArray          *failed;    /* did not answer */
  gboolean            proved;    /* TLS proved the pin */
  char               *name;      /* (nullable) what it says of itself */
  char               *chassis;   /* (nullable) */
} PorchReached;

void porch_reached_free (PorchReached *reached);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchReached, porch_reached_free)

/* @pin NULL: only whether somebody answers. @hello: the path to GET. @timeout: ms. */
void          porch_reach_async (PorchIdentity *identity, const PorchDeviceId *pin, const char *hello, GPtrArray *addresses, guint timeout,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
PorchReached *porch_reach_finish (GAsyncResult *result); /* (transfer full), never NULL */
/* The same for a worker thread that knows that @addresses take connections. Blocks. */
PorchReached *porch_reach_hello (PorchIdentity *identity, const PorchDeviceId *pin, const char *hello, GPtrArray *addresses, guint timeout,
                                 GCancellable *cancellable);

G_END_DECLS

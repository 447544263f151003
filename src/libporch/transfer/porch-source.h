/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a download gets its rows and frames from: one peer that is dialled, or one that delivers because it can't be dialled. The
 * recipe does not know which. Blocking; belongs to the worker that made it. */
#pragma once

#include "transfer/porch-ask.h"
#include "wire/porch-client.h"
#include "wire/porch-limiter.h"

G_BEGIN_DECLS

typedef struct _PorchSource PorchSource;

PorchSource  *porch_source_new_dial (PorchClient *client); /* takes it */
PorchSource  *porch_source_new_reverse (PorchAsk *ask);    /* takes it */
/* What it brings is read no faster than allowed. References are taken. */
void          porch_source_set_limiter (PorchSource *self, PorchLimiter *limiter, const PorchDeviceId *peer);
void          porch_source_free (PorchSource *self);
/* (transfer full): the answer of @route ("list", "fetch") to @body, docs/PROTOCOL.md. */
GInputStream *porch_source_request (PorchSource *self, const char *route, JsonObject *body, GCancellable *cancellable, GError **error);
/* (transfer full): a question whose answer is JSON. PORCH_ERROR_UNREACHABLE where nobody is dialled. */
JsonObject   *porch_source_call (PorchSource *self, const char *route, JsonObject *body, GCancellable *cancellable, GError **error);
/* May a second request be made while the first one's answer is being read? */
gboolean      porch_source_overlaps (PorchSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchSource, porch_source_free)

G_END_DECLS

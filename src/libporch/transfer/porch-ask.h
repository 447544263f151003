/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a receiver that can't connect back leaves its questions for the sender, who looks for them in its waiting request (reverse
 * delivery, docs/OFFERS.md): at most one question at a time. Shared by the worker, which asks, and the offer book, which passes
 * on. Atomic reference count; any thread. */
#pragma once

#include "share/porch-flow.h"
#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _PorchAsk PorchAsk;

/* @asked runs in the main context whenever there is a new question. */
PorchAsk     *porch_ask_new (GSourceFunc asked, gpointer data, GDestroyNotify free_data);
PorchAsk     *porch_ask_ref (PorchAsk *self);
void          porch_ask_unref (PorchAsk *self);
/* Worker: leaves the question and returns the stream of the answer, which waits @patience seconds for its first byte. An earlier
 * question is withdrawn. */
GInputStream *porch_ask_request (PorchAsk *self, const char *route, JsonObject *body, guint patience);
/* (transfer full) (nullable): the open question, as the member "ask" of the answer to the sender. */
JsonObject   *porch_ask_dup_question (PorchAsk *self);
/* (transfer full): the flow into which the answer to question @number goes; once. PORCH_ERROR_GONE. */
PorchFlow    *porch_ask_take (PorchAsk *self, guint64 number, GError **error);
/* The sender withdrew or left for good: whoever waits gets @error. */
void          porch_ask_abort (PorchAsk *self, const GError *error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchAsk, porch_ask_unref)

G_END_DECLS

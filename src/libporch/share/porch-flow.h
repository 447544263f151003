/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bounded queue of GBytes from one producer to one consumer, with back pressure, an end and an error. The way data cross the
 * wall between a file thread and the rest. Atomic reference count. The producer's side blocks; the consumer's side blocks
 * (porch_flow_pop) or polls with a wake-up on its main context (porch_flow_set_ready). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PorchFlow PorchFlow;

PorchFlow *porch_flow_new (gsize max_bytes);
PorchFlow *porch_flow_ref (PorchFlow *self);
void       porch_flow_unref (PorchFlow *self);
/* Takes @bytes. FALSE when the consumer has gone: stop. One item is always let in, however large. */
gboolean   porch_flow_push (PorchFlow *self, GBytes *bytes);
/* For a producer that must not wait (the main thread): takes @bytes in any case; @full: wait for porch_flow_set_room()'s call. */
gboolean   porch_flow_push_now (PorchFlow *self, GBytes *bytes, gboolean *full);
void       porch_flow_set_room (PorchFlow *self, GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify notify);
void       porch_flow_finish (PorchFlow *self, GError *error); /* takes @error (nullable) */
/* (nullable) NULL at the end; @error is set when the producer failed. */
GBytes    *porch_flow_pop (PorchFlow *self, GError **error);
typedef enum { PORCH_FLOW_DATA, PORCH_FLOW_EMPTY, PORCH_FLOW_END } PorchFlowState;
PorchFlowState porch_flow_try_pop (PorchFlow *self, GBytes **bytes, GError **error);
/* Runs @func once on @context whenever the flow becomes readable after having been EMPTY. */
void       porch_flow_set_ready (PorchFlow *self, GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify notify);
/* The consumer goes: wakes the producer. Safe to call twice. */
void       porch_flow_close (PorchFlow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchFlow, porch_flow_unref)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-ask.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "transfer/porch-flow-stream.h"

#include <glib/gi18n-lib.h>

#define MAX_WAITING (4 * PORCH_BLOCK_SIZE)
#define SILENCE 15 /* seconds */

typedef struct {
  gatomicrefcount refs;
  GSourceFunc     func;
  gpointer        data;
  GDestroyNotify  free_data;
} Asked;

struct _PorchAsk
{
  gatomicrefcount refs;
  Asked          *asked;

  /* guarded by lock */
  GMutex      lock;
  guint64     number;
  char       *route; /* (nullable): no open question */
  JsonObject *body;
  PorchFlow  *flow;
};

static void
asked_unref (gpointer data)
{
  Asked *asked = data;

  if (!g_atomic_ref_count_dec (&asked->refs))
    return;
  if (asked->free_data != NULL)
    asked->free_data (asked->data);
  g_free (asked);
}

PorchAsk *
porch_ask_new (GSourceFunc asked, gpointer data, GDestroyNotify free_data)
{
  PorchAsk *self = g_new0 (PorchAsk, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->asked = g_new0 (Asked, 1);
  *self->asked = (Asked) { .func = asked, .data = data, .free_data = free_data };
  g_atomic_ref_count_init (&self->asked->refs);
  return self;
}

PorchAsk *
porch_ask_ref (PorchAsk *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/* Lock held. */
static void
forget_question (PorchAsk *self)
{
  g_clear_pointer (&self->route, g_free);
  g_clear_pointer (&self->body, json_object_unref);
}

void
porch_ask_unref (PorchAsk *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  forget_question (self);
  g_clear_pointer (&self->flow, porch_flow_unref);
  asked_unref (self->asked);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
tell (gpointer data)
{
  Asked *asked = data;

  asked->func (asked->data);
  return G_SOURCE_REMOVE;
}

GInputStream *
porch_ask_request (PorchAsk *self, const char *route, JsonObject *body, guint patience)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (MAX_WAITING);

  g_mutex_lock (&self->lock);
  forget_question (self);
  if (self->flow != NULL)
    porch_flow_close (self->flow);
  g_clear_pointer (&self->flow, porch_flow_unref);
  self->number++;
  self->route = g_strdup (route);
  self->body = json_object_ref (body);
  self->flow = porch_flow_ref (flow);
  g_mutex_unlock (&self->lock);
  g_atomic_ref_count_inc (&self->asked->refs);
  /* Not g_main_context_invoke(): it would run here whenever the main loop is between two turns. */
  g_idle_add_full (G_PRIORITY_DEFAULT, tell, self->asked, asked_unref);
  return porch_flow_stream_new (flow, patience, SILENCE);
}

JsonObject *
porch_ask_dup_question (PorchAsk *self)
{
  JsonObject *question = NULL;

  g_mutex_lock (&self->lock);
  if (self->route != NULL)
    {
      question = json_object_new ();
      json_object_set_int_member (question, "seq", (gint64) self->number);
      json_object_set_string_member (question, "route", self->route);
      json_object_set_object_member (question, "body", json_object_ref (self->body));
    }
  g_mutex_unlock (&self->lock);
  return question;
}

PorchFlow *
porch_ask_take (PorchAsk *self, guint64 number, GError **error)
{
  PorchFlow *flow = NULL;

  g_mutex_lock (&self->lock);
  if (self->route != NULL && number == self->number)
    {
      forget_question (self);
      flow = g_steal_pointer (&self->flow);
    }
  g_mutex_unlock (&self->lock);
  if (flow == NULL)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("Nobody waits for this any more"));
  return flow;
}

void
porch_ask_abort (PorchAsk *self, const GError *error)
{
  g_mutex_lock (&self->lock);
  forget_question (self);
  if (self->flow != NULL)
    porch_flow_finish (self->flow, g_error_copy (error));
  g_clear_pointer (&self->flow, porch_flow_unref);
  g_mutex_unlock (&self->lock);
}

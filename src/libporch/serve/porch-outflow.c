/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a PorchFlow to libsoup's chunked body: never more than HIGH bytes ahead of the socket, small pieces gathered, and a
 * refill from the main loop, so that a fast reader does not keep the loop to itself. */
#include "config.h"

#include "serve/porch-exchange-private.h"

#include <string.h>

#include "porch-limits.h"

#define HIGH (1024 * 1024)
#define LOW (512 * 1024)
#define GATHER (64 * 1024) /* pieces smaller than half of this are copied together */
/* What libsoup has must move within this, or the connection is cut. */
#define STALL_SECONDS 60

static void
start (PorchExchange *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);

  self->out.started = TRUE;
  self->answered = TRUE;
  soup_server_message_set_status (self->message, 200, NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_replace (headers, "Content-Type", self->out.type);
  soup_message_body_set_accumulate (body, FALSE);
}

static void
append (PorchExchange *self, GBytes *bytes)
{
  if (!self->out.started)
    start (self);
  self->out.queued += g_bytes_get_size (bytes);
  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), bytes);
}

static void
append_gathered (PorchExchange *self, GByteArray **gathered)
{
  g_autoptr (GBytes) bytes = NULL;

  if (*gathered == NULL)
    return;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (gathered));
  append (self, bytes);
}

/* Large pieces pass without a copy, in order with the small ones. */
static void
take (PorchExchange *self, GBytes *bytes, GByteArray **gathered)
{
  gsize size = g_bytes_get_size (bytes);

  if (size >= GATHER / 2)
    {
      append_gathered (self, gathered);
      append (self, bytes);
      return;
    }
  if (*gathered == NULL)
    *gathered = g_byte_array_sized_new (GATHER);
  g_byte_array_append (*gathered, g_bytes_get_data (bytes, NULL), size);
  if ((*gathered)->len >= GATHER)
    append_gathered (self, gathered);
}

static void
end (PorchExchange *self, const GError *error)
{
  self->out.ended = TRUE;
  if (error != NULL && !self->out.started)
    {
      porch_exchange_fail (self, error);
      return;
    }
  if (!self->out.started)
    start (self);
  /* An answer that broke off must not end like a whole one. */
  if (error != NULL && self->connection != NULL)
    porch_gate_connection_cut (self->connection);
  soup_message_body_complete (soup_server_message_get_response_body (self->message));
}

static void
set_deadline (PorchExchange *self)
{
  if (self->connection != NULL && !(self->out.ended && !self->out.started))
    porch_gate_connection_set_deadline (self->connection, self->out.queued > 0 || self->out.ended ? STALL_SECONDS : 0, TRUE,
                                        FALSE);
}

static void
unref_exchange (gpointer data)
{
  porch_exchange_unref (data);
}

void
porch_outflow_set_limiter (PorchExchange *self, PorchLimiter *limiter)
{
  if (self->message == NULL || self->answered)
    return;
  self->out.limiter = porch_limiter_ref (limiter);
  porch_limiter_enter (limiter, &self->id, PORCH_UP);
}

static gboolean
on_due (gpointer data)
{
  PorchExchange *self = data;

  self->out.due_id = 0;
  porch_outflow_pump (self);
  return G_SOURCE_REMOVE;
}

static void
wait_until_due (PorchExchange *self, gint64 now)
{
  if (self->out.due_id == 0)
    self->out.due_id = g_timeout_add_full (G_PRIORITY_DEFAULT, (guint)((self->out.due - now + 999) / 1000), on_due,
                                           porch_exchange_ref (self), unref_exchange);
}

void
porch_outflow_hurry (PorchExchange *self)
{
  if (self->out.limiter == NULL)
    return;
  self->out.due = 0;
  g_clear_handle_id (&self->out.due_id, g_source_remove);
  porch_outflow_pump (self);
}

/* Like porch_flow_try_pop(), but only as much as may go now. EMPTY while it has to wait: then it is called again. */
static PorchFlowState
pop (PorchExchange *self, GBytes **bytes, GError **error)
{
  PorchOutflow *out = &self->out;
  gint64 now;
  gsize size;

  if (out->limiter == NULL)
    return porch_flow_try_pop (out->flow, bytes, error);
  if (out->next == NULL)
    {
      PorchFlowState state = porch_flow_try_pop (out->flow, &out->next, error);

      out->offset = 0;
      if (state != PORCH_FLOW_DATA)
        return state;
    }
  now = g_get_monotonic_time ();
  size = g_bytes_get_size (out->next);
  if (out->granted == 0)
    {
      out->granted = size - out->offset;
      out->due = porch_limiter_reserve (out->limiter, &self->id, PORCH_UP, &out->granted, now);
    }
  if (out->due > now)
    {
      wait_until_due (self, now);
      return PORCH_FLOW_EMPTY;
    }
  if (out->granted == size)
    *bytes = g_steal_pointer (&out->next);
  else
    *bytes = g_bytes_new_from_bytes (out->next, out->offset, out->granted);
  out->offset += out->granted;
  out->granted = 0;
  if (out->offset == size)
    g_clear_pointer (&out->next, g_bytes_unref);
  return PORCH_FLOW_DATA;
}

void
porch_outflow_pump (PorchExchange *self)
{
  PorchOutflow *out = &self->out;
  GByteArray *gathered = NULL;
  PorchFlowState state = PORCH_FLOW_DATA;
  gboolean was_dry = out->queued == 0;
  gsize ahead = out->queued;

  if (self->message == NULL || out->ended || out->flow == NULL)
    return;
  while (state == PORCH_FLOW_DATA && ahead < HIGH)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      state = pop (self, &bytes, &error);
      if (state == PORCH_FLOW_DATA)
        {
          ahead += g_bytes_get_size (bytes);
          take (self, bytes, &gathered);
          continue;
        }
      append_gathered (self, &gathered);
      if (state == PORCH_FLOW_END)
        end (self, error);
    }
  append_gathered (self, &gathered);
  set_deadline (self);
  /* libsoup pauses a message by itself when it has nothing to send. */
  if (was_dry && (out->queued > 0 || out->ended) && self->message != NULL)
    {
      self->paused = TRUE;
      porch_exchange_unpause (self);
    }
}

static gboolean
on_flow_ready (gpointer data)
{
  porch_outflow_pump (data);
  return G_SOURCE_REMOVE;
}

void
porch_outflow_start (PorchExchange *self)
{
  porch_flow_set_ready (self->out.flow, NULL, on_flow_ready, porch_exchange_ref (self), unref_exchange);
  porch_outflow_pump (self);
}

static gboolean
on_refill (gpointer data)
{
  PorchExchange *self = data;

  self->out.refill_id = 0;
  porch_outflow_pump (self);
  return G_SOURCE_REMOVE;
}

void
porch_outflow_wrote (PorchExchange *self, gsize bytes)
{
  PorchOutflow *out = &self->out;

  out->queued -= MIN (bytes, out->queued);
  out->sent += bytes;
  if (out->counted != NULL)
    out->counted (bytes, out->data);
  if (out->outgrew != NULL && out->sent > 2 * PORCH_SMALL_ANSWER)
    {
      out->outgrew (out->data);
      out->outgrew = NULL;
    }
  if (out->queued < LOW && !out->ended && out->refill_id == 0)
    out->refill_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_refill, porch_exchange_ref (self), unref_exchange);
}

void
porch_outflow_hung_up (PorchExchange *self)
{
  porch_flow_close (self->out.flow);
  if (!self->out.ended)
    {
      if (!self->out.started)
        start (self);
      self->out.ended = TRUE;
      soup_message_body_complete (soup_server_message_get_response_body (self->message));
    }
  self->paused = TRUE;
  porch_exchange_unpause (self);
}

void
porch_outflow_finished (PorchExchange *self)
{
  PorchFlow *flow = g_steal_pointer (&self->out.flow);

  g_clear_handle_id (&self->out.refill_id, g_source_remove);
  g_clear_handle_id (&self->out.due_id, g_source_remove);
  g_clear_pointer (&self->out.next, g_bytes_unref);
  if (self->out.limiter != NULL)
    porch_limiter_leave (self->out.limiter, &self->id, PORCH_UP);
  g_clear_pointer (&self->out.limiter, porch_limiter_unref);
  porch_flow_close (flow);
  porch_flow_unref (flow);
  if (self->out.done != NULL)
    self->out.done (self->out.data);
  self->out.done = NULL;
}

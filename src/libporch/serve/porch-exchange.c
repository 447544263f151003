/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-exchange-private.h"

#include <string.h>

#include "porch-error.h"
#include "porch-limits.h"
#include "wire/porch-json.h"

#define NOT_FOUND_BODY "{\"error\":\"not-found\"}"
#define RETRY_AFTER "2"
/* An answer that is whole must be taken within this. */
#define SEND_SECONDS 30

PorchExchange *
porch_exchange_ref (PorchExchange *self)
{
  self->refs++;
  return self;
}

void
porch_exchange_unref (PorchExchange *self)
{
  if (--self->refs > 0)
    return;
  g_clear_object (&self->remote);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->upload, porch_flow_unref);
  g_free (self->item);
  g_free (self);
}

PorchExchange *
porch_exchange_new (SoupServerMessage *message, PorchGateConnection *connection)
{
  PorchExchange *self = g_new0 (PorchExchange, 1);

  self->refs = 1;
  self->message = message;
  self->connection = connection;
  self->id = *porch_gate_connection_get_id (connection);
  self->remote = g_object_ref (G_INET_SOCKET_ADDRESS (soup_server_message_get_remote_address (message)));
  return self;
}

const PorchDeviceId *
porch_exchange_get_id (PorchExchange *self)
{
  return &self->id;
}

PorchTrust
porch_exchange_get_trust (PorchExchange *self)
{
  return self->trust;
}

GInetSocketAddress *
porch_exchange_get_remote (PorchExchange *self)
{
  return self->remote;
}

const char *
porch_exchange_get_item (PorchExchange *self)
{
  return self->item;
}

gboolean
porch_exchange_get_number (PorchExchange *self, const char *name, gint64 min, gint64 max, gint64 fallback, gint64 *value)
{
  const char *text = self->query != NULL ? g_hash_table_lookup (self->query, name) : NULL;

  *value = fallback;
  if (text == NULL || g_ascii_string_to_signed (text, 10, min, max, value, NULL))
    return TRUE;
  porch_exchange_answer_code (self, 400, "bad-request");
  return FALSE;
}

/* ---- pausing ---- */

void
porch_exchange_pause (PorchExchange *self)
{
  if (self->paused || self->message == NULL)
    return;
  self->paused = TRUE;
  soup_server_message_pause (self->message);
}

void
porch_exchange_unpause (PorchExchange *self)
{
  if (!self->paused)
    return;
  self->paused = FALSE;
  if (self->message != NULL)
    soup_server_message_unpause (self->message);
}

static void
end_hold (PorchExchange *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  self->over = NULL;
}

/* Calls @over, which may answer or not. */
static void
call_over (PorchExchange *self)
{
  void (*over) (PorchExchange *, gpointer) = self->over;

  self->hold_id = 0;
  self->over = NULL;
  if (over != NULL)
    over (self, self->over_data);
}

static gboolean
on_hold_over (gpointer data)
{
  g_autoptr (PorchExchange) self = porch_exchange_ref (data);

  call_over (self);
  return G_SOURCE_REMOVE;
}

void
porch_exchange_hold (PorchExchange *self, guint seconds, void (*over) (PorchExchange *self, gpointer data), gpointer data)
{
  self->over = over;
  self->over_data = data;
  self->hold_id = g_timeout_add_seconds (seconds, on_hold_over, self);
  if (self->connection != NULL)
    porch_gate_connection_set_deadline (self->connection, 0, FALSE, FALSE);
  porch_exchange_pause (self);
}

/* ---- answers ---- */

/* TRUE if there is still somebody to answer to, and nobody did. */
static gboolean
begin_answer (PorchExchange *self)
{
  end_hold (self);
  if (self->message == NULL || self->answered)
    return FALSE;
  self->answered = TRUE;
  if (self->connection != NULL)
    porch_gate_connection_set_deadline (self->connection, SEND_SECONDS, TRUE, FALSE);
  return TRUE;
}

static void
send_text (PorchExchange *self, guint status, const char *text)
{
  soup_server_message_set_status (self->message, status, NULL);
  if (text != NULL)
    soup_server_message_set_response (self->message, "application/json", SOUP_MEMORY_COPY, text, strlen (text));
  porch_exchange_unpause (self);
}

void
porch_exchange_answer (PorchExchange *self, guint status, JsonObject *answer)
{
  g_autofree char *text = answer != NULL ? porch_json_to_string (answer) : NULL;

  if (begin_answer (self))
    send_text (self, text != NULL ? status : 204, text);
}

void
porch_exchange_refuse (PorchExchange *self)
{
  if (begin_answer (self))
    send_text (self, 404, NOT_FOUND_BODY);
}

void
porch_exchange_answer_code (PorchExchange *self, guint status, const char *code)
{
  g_autofree char *text = g_strdup_printf ("{\"error\":\"%s\"}", code);

  if (!begin_answer (self))
    return;
  if (status == 429)
    soup_message_headers_replace (soup_server_message_get_response_headers (self->message), "Retry-After", RETRY_AFTER);
  send_text (self, status, text);
}

/**
 * porch_exchange_fail:
 *
 * Only a code crosses the wire, never our words: they may name a folder. What is not in the table is a refusal, so that an
 * error while deciding says no, and looks like any no.
 */
void
porch_exchange_fail (PorchExchange *self, const GError *error)
{
  static const struct
  {
    PorchError code;
    guint status;
    const char *wire;
  } table[] = {
    { PORCH_ERROR_PROTOCOL, 400, "bad-request" },
    { PORCH_ERROR_INVALID, 400, "bad-request" },
    { PORCH_ERROR_BUSY, 429, "busy" },
    { PORCH_ERROR_LIMIT, 429, "busy" },
    { PORCH_ERROR_NOT_ALLOWED, 403, "not-allowed" },
    { PORCH_ERROR_DECLINED, 403, "not-allowed" },
    { PORCH_ERROR_EXISTS, 409, "exists" },
    { PORCH_ERROR_NO_SPACE, 507, "no-space" },
    { PORCH_ERROR_STORE, 500, "internal" },
  };

  for (guint i = 0; error != NULL && error->domain == PORCH_ERROR && i < G_N_ELEMENTS (table); i++)
    if (error->code == (int)table[i].code)
      {
        porch_exchange_answer_code (self, table[i].status, table[i].wire);
        return;
      }
  porch_exchange_refuse (self);
}

/**
 * porch_exchange_stream:
 * @flow: (transfer full): its producer is on a thread of its own; here it is only sent on
 */
void
porch_exchange_stream (PorchExchange *self, PorchFlow *flow, const char *type, GDestroyNotify done, gpointer data)
{
  if (self->message == NULL || self->answered)
    {
      porch_flow_close (flow);
      porch_flow_unref (flow);
      if (done != NULL)
        done (data);
      return;
    }
  self->out.flow = flow;
  self->out.type = type;
  self->out.done = done;
  self->out.data = data;
  if (self->connection != NULL)
    porch_gate_connection_set_deadline (self->connection, 0, FALSE, FALSE);
  porch_exchange_pause (self);
  porch_outflow_start (self);
}

/* ---- the end ---- */

void
porch_exchange_hung_up (PorchExchange *self)
{
  g_autoptr (PorchExchange) alive = porch_exchange_ref (self);

  if (self->message == NULL)
    return;
  /* So that whatever libsoup does next fails, whatever is still to be sent. */
  if (self->connection != NULL)
    porch_gate_connection_cut (self->connection);
  if (self->out.flow != NULL)
    porch_outflow_hung_up (self);
  else if (self->paused)
    {
      call_over (self);
      if (begin_answer (self))
        soup_server_message_set_status (self->message, 500, NULL);
      porch_exchange_unpause (self);
    }
}

/* The body broke off; who reads it must not take that for its end. */
static void
end_upload (PorchExchange *self)
{
  g_autoptr (PorchFlow) upload = g_steal_pointer (&self->upload);

  porch_flow_set_room (upload, NULL, NULL, NULL, NULL);
  porch_flow_finish (upload, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The content was cut off."));
}

void
porch_exchange_finished (PorchExchange *self)
{
  g_autoptr (PorchExchange) alive = porch_exchange_ref (self);

  if (self->message == NULL)
    return;
  self->message = NULL;
  self->connection = NULL;
  self->paused = FALSE;
  if (self->over != NULL)
    {
      g_clear_handle_id (&self->hold_id, g_source_remove);
      call_over (self);
    }
  if (self->upload != NULL)
    end_upload (self);
  if (self->out.flow != NULL)
    porch_outflow_finished (self);
}

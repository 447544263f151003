/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-work.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "transfer/porch-sink.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>

/* Seconds within which a peer that is there answers; past it a receiver asks to be delivered to (docs/OFFERS.md). */
#define DIAL_PATIENCE 3
/* Seconds of silence after which a connection is taken for lost. */
#define SILENCE 8

gboolean
porch_slots_claim (PorchSlots *slots)
{
  gboolean free;

  g_mutex_lock (&slots->lock);
  free = slots->used < slots->max;
  if (free)
    slots->used++;
  g_mutex_unlock (&slots->lock);
  return free;
}

void
porch_slots_release (PorchSlots *slots)
{
  g_mutex_lock (&slots->lock);
  slots->used--;
  g_mutex_unlock (&slots->lock);
}

void
porch_contact_free (PorchContact *contact)
{
  g_free (contact->name);
  g_free (contact->chassis);
  g_clear_object (&contact->address);
  g_clear_pointer (&contact->impostors, g_ptr_array_unref);
  g_free (contact);
}

void
porch_work_free (PorchWork *work)
{
  g_clear_object (&work->transfer);
  g_clear_object (&work->run);
  g_clear_object (&work->store);
  g_clear_object (&work->identity);
  g_clear_object (&work->pairings);
  g_clear_pointer (&work->limiter, porch_limiter_unref);
  g_clear_pointer (&work->holdings, porch_holdings_unref);
  g_clear_pointer (&work->contacts, porch_contacts_unref);
  g_clear_pointer (&work->ask, porch_ask_unref);
  g_free (work->manifest);
  g_free (work->offer_body);
  g_clear_error (&work->error);
  porch_prepared_free (work->prepared);
  g_free (work);
}

static void
report_contact (PorchWork *work, PorchClient *client, JsonObject *hello)
{
  PorchContact *contact = g_new0 (PorchContact, 1);

  contact->id = *porch_transfer_get_peer (work->transfer);
  contact->impostors = porch_client_dup_impostors (client);
  if (hello != NULL)
    {
      contact->name = g_strdup (porch_json_get_optional_string (hello, "name", PORCH_MAX_LABEL, NULL));
      contact->chassis = g_strdup (porch_json_get_optional_string (hello, "chassis", 16, NULL));
      contact->port = (guint16) porch_json_get_int_or (hello, "port", 1024, G_MAXUINT16, 0);
      contact->address = porch_client_dup_proved_address (client);
    }
  work->contacted (contact, work->data);
}

/* The address that just answered comes first. */
static GPtrArray *
proved_first (PorchClient *client, GPtrArray *addresses)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_object_unref);
  GInetSocketAddress *proved = porch_client_dup_proved_address (client);

  if (proved != NULL)
    g_ptr_array_add (sorted, proved);
  for (guint i = 0; i < addresses->len; i++)
    g_ptr_array_add (sorted, g_object_ref (g_ptr_array_index (addresses, i)));
  return sorted;
}

PorchClient *
porch_work_dial (PorchWork *work, guint connections, GError **error)
{
  const PorchDeviceId *peer = porch_transfer_get_peer (work->transfer);
  g_autoptr (GPtrArray) addresses = porch_transfer_dup_addresses (work->transfer);
  g_autoptr (GPtrArray) sorted = NULL;
  g_autoptr (PorchClient) probe = NULL;
  g_autoptr (JsonObject) hello = NULL;

  if (addresses->len == 0)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("The other device is not here now"));
      return NULL;
    }
  probe = porch_client_new (work->identity, peer, addresses, 1, DIAL_PATIENCE);
  hello = porch_client_call (probe, "GET", "/porch/v1/hello", NULL, work->run, error);
  report_contact (work, probe, hello);
  if (hello == NULL)
    return NULL;
  sorted = proved_first (probe, addresses);
  return porch_client_new (work->identity, peer, sorted, connections, SILENCE);
}

/* Goes away by itself: another try makes sense. */
gboolean
porch_work_error_is_passing (const GError *error)
{
  if (error->domain == PORCH_ERROR)
    return error->code == PORCH_ERROR_UNREACHABLE || error->code == PORCH_ERROR_BUSY || porch_sink_error_is_of_target (error);
  if (error->domain == G_TLS_ERROR || error->domain == G_RESOLVER_ERROR)
    return TRUE;
  return error->domain == G_IO_ERROR && error->code != G_IO_ERROR_CANCELLED;
}

void
porch_work_fail (PorchWork *work, GError *error)
{
  g_clear_error (&work->error);
  work->error = error;
  if (g_cancellable_is_cancelled (work->run))
    work->outcome = PORCH_OUTCOME_STOPPED;
  else
    work->outcome = porch_work_error_is_passing (error) ? PORCH_OUTCOME_RETRY : PORCH_OUTCOME_FAILED;
}

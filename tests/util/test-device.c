/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-device.h"

#include "test-host.h"
#include "test-tree.h"

#include <glib/gstdio.h>

void
test_device_start (TestDevice *device)
{
  g_autofree char *database = g_build_filename (device->state, "state.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchHashBook) hashes = NULL;
  PorchServerParts parts;

  device->store = porch_store_new (database, NULL, &error);
  g_assert_no_error (error);
  device->trust = porch_trust_table_new (device->store, &error);
  g_assert_no_error (error);
  device->peers = porch_peer_list_new (device->identity, device->trust);
  device->shares = porch_share_list_new (device->store, device->trust, &error);
  g_assert_no_error (error);
  device->pairings = porch_pairing_desk_new (device->identity, device->trust);
  device->queue = porch_transfer_queue_new (device->store, device->identity, device->trust, device->peers, &error);
  g_assert_no_error (error);
  porch_transfer_queue_set_limiter (device->queue, device->limiter);
  device->holdings = porch_holdings_new ();
  porch_transfer_queue_set_holdings (device->queue, device->holdings);
  hashes = porch_hash_book_new (device->store);
  device->book = porch_offer_book_new (device->queue, device->store, device->identity, device->trust, device->peers, device->pairings,
                                       device->state, &error);
  g_assert_no_error (error);
  device->handouts = porch_handout_book_new (device->queue, device->store, device->identity, device->trust, device->peers, device->state,
                                             &error);
  g_assert_no_error (error);
  device->news = porch_handout_news_new (device->queue, device->identity, device->peers);
  parts = (PorchServerParts) { .identity = device->identity, .trust = device->trust, .peers = device->peers, .shares = device->shares,
                               .offers = device->book, .pairings = device->pairings, .limiter = device->limiter,
                               .handouts = device->handouts };
  parts.holdings = device->holdings;
  parts.hashes = hashes;
  device->server = porch_server_new (&parts, &error);
  g_assert_no_error (error);
  porch_server_set_label (device->server, device->name, "laptop");
  if (!device->firewalled)
    {
      g_assert_true (porch_server_listen (device->server, NULL, device->port, &error));
      g_assert_no_error (error);
      device->port = porch_server_get_port (device->server);
    }
  g_object_set (device->queue, "download-folder", device->downloads, "name", device->name, "port", device->port, NULL);
  porch_transfer_queue_start (device->queue);
  porch_handout_book_start (device->handouts);
}

void
test_device_stop (TestDevice *device)
{
  porch_handout_book_stop (device->handouts);
  porch_transfer_queue_shut_down (device->queue, 10000);
  porch_server_stop (device->server);
  test_device_pass (20);
  g_clear_object (&device->server);
  g_clear_pointer (&device->news, porch_handout_news_free);
  g_clear_object (&device->handouts);
  g_clear_object (&device->book);
  g_clear_object (&device->queue);
  g_clear_object (&device->pairings);
  g_clear_object (&device->shares);
  g_clear_object (&device->peers);
  g_clear_object (&device->trust);
  g_clear_object (&device->store);
  g_clear_pointer (&device->holdings, porch_holdings_unref);
}

TestDevice *
test_device_new (const char *name, gboolean firewalled)
{
  TestDevice *device = g_new0 (TestDevice, 1);
  g_autoptr (GError) error = NULL;

  device->name = g_strdup (name);
  device->firewalled = firewalled;
  device->state = test_tree_new ();
  device->downloads = test_tree_new ();
  device->shared = test_tree_new ();
  device->identity = porch_identity_load (device->state, &error);
  g_assert_no_error (error);
  device->limiter = porch_limiter_new ();
  test_device_start (device);
  return device;
}

void
test_device_free (TestDevice *device)
{
  if (device == NULL)
    return;
  if (device->server != NULL)
    test_device_stop (device);
  g_clear_object (&device->identity);
  porch_limiter_unref (device->limiter);
  test_tree_remove (device->state);
  test_tree_remove (device->downloads);
  test_tree_remove (device->shared);
  g_free (device->name);
  g_free (device);
}

const PorchDeviceId *
test_device_id (TestDevice *device)
{
  return porch_identity_get_id (device->identity);
}

void
test_device_meet (TestDevice *device, TestDevice *other)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", other->port);
  g_autofree char *id = porch_device_id_short (test_device_id (other), 32);
  PorchSighting sighting = { "test", id, other->name, "laptop", 1, 1, G_INET_SOCKET_ADDRESS (address), TRUE };

  porch_peer_list_sighted (device->peers, &sighting);
  porch_peer_list_proved (device->peers, test_device_id (other), other->name, "laptop", G_INET_SOCKET_ADDRESS (address), other->port);
}

void
test_device_trust (TestDevice *device, TestDevice *other, PorchTrust trust)
{
  g_autoptr (GError) error = NULL;

  porch_trust_table_set (device->trust, test_device_id (other), trust, &error);
  g_assert_no_error (error);
}

const char *
test_device_share (TestDevice *device)
{
  g_autoptr (GError) error = NULL;
  PorchShare *share = porch_share_list_add (device->shares, device->shared, "Films", PORCH_AUDIENCE_EVERYONE, NULL, FALSE, &error);

  g_assert_no_error (error);
  return porch_share_get_id (share);
}

static gboolean
on_time_out (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
describe (PorchTransfer *transfer)
{
  const GError *error = porch_transfer_get_error (transfer);
  g_autoptr (GPtrArray) problems = porch_transfer_dup_problems (transfer);

  g_printerr ("transfer %s “%s”: %s, %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes, error: %s\n",
              porch_transfer_kind_to_string (porch_transfer_get_kind (transfer)), porch_transfer_get_title (transfer),
              porch_transfer_state_to_string (porch_transfer_get_state (transfer)), porch_transfer_get_bytes_done (transfer),
              porch_transfer_get_bytes_total (transfer), error ? error->message : "none");
  for (guint i = 0; i < problems->len; i++)
    g_printerr ("  %s: %s\n", ((PorchProblem *) problems->pdata[i])->path, ((PorchProblem *) problems->pdata[i])->message);
}

static void
wait (PorchTransfer *transfer, PorchTransferState state, gint64 bytes, guint seconds)
{
  gboolean over = FALSE;
  guint source = g_timeout_add_seconds (seconds, on_time_out, &over);

  while (!over && porch_transfer_get_state (transfer) != state
         && !(bytes >= 0 && porch_transfer_get_bytes_done (transfer) >= bytes))
    {
      if (!porch_transfer_is_live (transfer))
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  if (!over)
    g_source_remove (source);
  if (porch_transfer_get_state (transfer) != state && !(bytes >= 0 && porch_transfer_get_bytes_done (transfer) >= bytes))
    {
      describe (transfer);
      g_assert_cmpstr (porch_transfer_state_to_string (porch_transfer_get_state (transfer)), ==, porch_transfer_state_to_string (state));
      g_assert_not_reached ();
    }
}

void
test_device_wait (PorchTransfer *transfer, PorchTransferState state, guint seconds)
{
  wait (transfer, state, -1, seconds);
}

void
test_device_wait_bytes (PorchTransfer *transfer, gint64 bytes, guint seconds)
{
  wait (transfer, PORCH_TRANSFER_DONE, bytes, seconds);
}

void
test_device_pass (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, on_time_out, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

PorchOffer *
test_device_wait_offer (TestDevice *device, guint seconds)
{
  gboolean over = FALSE;
  guint source = g_timeout_add_seconds (seconds, on_time_out, &over);
  PorchOffer *found = NULL;

  while (!over && found == NULL)
    {
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (device->book)); i++)
        {
          g_autoptr (PorchOffer) offer = g_list_model_get_item (G_LIST_MODEL (device->book), i);

          if (porch_offer_is_incoming (offer) && porch_offer_get_state (offer) == PORCH_OFFER_PENDING)
            found = offer;
        }
      if (found == NULL)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_nonnull (found);
  if (!over)
    g_source_remove (source);
  return found;
}

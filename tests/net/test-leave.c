/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving when the others don't know us: one wave over TCP, no certificate, and whoever watches looks. */
#include "config.h"

#include "identity/porch-pin-database.h"
#include "test-device.h"
#include "test-hostile.h"

/* As an announcement would: nothing is proved. */
static void
sight (TestDevice *device, const PorchDeviceId *id, guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autofree char *key = porch_device_id_short (id, 32);
  PorchSighting sighting = { "test", key, "Somebody", "laptop", 1, 1, G_INET_SOCKET_ADDRESS (address), TRUE };

  porch_peer_list_sighted (device->peers, &sighting);
}

static gboolean
sees (TestDevice *device, TestDevice *other)
{
  g_autofree char *key = porch_device_id_short (test_device_id (other), 32);
  PorchPeer *peer = porch_peer_list_lookup_key (device->peers, key);

  return peer != NULL && porch_peer_get_online (peer);
}

static void
test_strangers (void)
{
  TestDevice *ada = test_device_new ("Ada", FALSE), *ben = test_device_new ("Ben", FALSE);
  guint16 port = ada->port;
  gint64 start;

  sight (ada, test_device_id (ben), ben->port);
  sight (ben, test_device_id (ada), ada->port);
  porch_peer_list_watch (ben->peers);
  test_device_pass (300);
  g_assert_true (sees (ben, ada));
  /* Somebody else at her address, or a joke: she answers, and stays. */
  sight (ben, &(PorchDeviceId){ { 1, 2, 3 } }, ben->port);
  porch_peer_list_wave (ben->peers, 200);
  test_device_pass (200);
  g_assert_true (sees (ben, ada));
  test_device_pass (1000);
  porch_server_stop (ada->server);
  test_device_pass (100);
  g_assert_true (sees (ben, ada));
  start = g_get_monotonic_time ();
  porch_peer_list_wave (ada->peers, 200);
  while (sees (ben, ada) && g_get_monotonic_time () - start < 3 * G_USEC_PER_SEC)
    g_main_context_iteration (NULL, FALSE);
  g_test_message ("gone after %.0f ms", (double) (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  /* It was only a restart: his list finds that out by itself. */
  ada->port = port;
  g_assert_true (porch_server_listen (ada->server, NULL, port, NULL));
  test_device_pass (2500);
  g_assert_true (sees (ben, ada));
  porch_peer_list_unwatch (ben->peers);
  test_device_free (ben);
  test_device_free (ada);
}

static void
on_nobody (TestTls *tls, gpointer data)
{
}

/* What is dialled sees no certificate of ours. */
static void
test_shows_nothing (void)
{
  TestDevice *ada = test_device_new ("Ada", FALSE);
  g_autoptr (PorchIdentity) eve = test_identity_new ();
  g_autoptr (TestServer) server = test_server_new (eve, TEST_TLS13, on_nobody, NULL);

  sight (ada, porch_identity_get_id (eve), test_server_get_port (server));
  porch_peer_list_wave (ada->peers, 200);
  for (guint i = 0; i < 20 && test_server_get_connections (server) == 0; i++)
    test_device_pass (50);
  g_assert_cmpuint (test_server_get_connections (server), ==, 1);
  g_assert_false (test_server_saw_certificate (server));
  test_device_free (ada);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  porch_tls_setup ();
  g_test_add_func ("/leave/strangers", test_strangers);
  g_test_add_func ("/leave/shows-nothing", test_shows_nothing);
  return g_test_run ();
}

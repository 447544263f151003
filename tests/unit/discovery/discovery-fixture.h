/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A peer list with a clock of its own, a store in memory and no network: what a test says was sighted is all there is. */
#pragma once

#include "discovery/porch-peer-list-private.h"
#include "test-hostile.h"

typedef struct {
  PorchIdentity   *identity;
  PorchStore      *store;
  PorchTrustTable *trust;
  PorchPeerList   *peers;
  GPtrArray       *asked; /* PorchPeer that presence asked */
  gboolean         answer; /* what they answer */
} Fixture;

static gint64 fixture_time;

static inline gint64
fixture_clock (void)
{
  return fixture_time;
}

static inline void
fixture_ask (PorchPresence *presence, PorchPeer *peer, gpointer data)
{
  Fixture *fixture = data;

  g_ptr_array_add (fixture->asked, g_object_ref (peer));
  porch_presence_done (presence, peer, fixture->answer);
}

static inline void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_time = 1000 * G_TIME_SPAN_SECOND;
  fixture->identity = test_identity_new ();
  fixture->store = porch_store_new (":memory:", NULL, &error);
  g_assert_no_error (error);
  fixture->trust = porch_trust_table_new (fixture->store, &error);
  g_assert_no_error (error);
  fixture->peers = porch_peer_list_new (fixture->identity, fixture->trust);
  porch_peer_list_set_clock (fixture->peers, fixture_clock);
  fixture->asked = g_ptr_array_new_with_free_func (g_object_unref);
  porch_presence_set_ask (porch_peer_list_get_presence (fixture->peers), fixture_ask, fixture);
}

static inline void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->asked);
  g_object_unref (fixture->peers);
  g_object_unref (fixture->trust);
  g_object_unref (fixture->store);
  g_object_unref (fixture->identity);
}

#define fixture_add(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

/* An id whose every byte is @byte, or starts with the two given. */
static inline PorchDeviceId
fixture_id (guint8 first, guint8 second)
{
  PorchDeviceId id = { { first, second, 3, 4 } };

  id.bytes[31] = second;
  return id;
}

static inline GInetSocketAddress *
fixture_address (const char *text)
{
  GInetSocketAddress *address = porch_address_from_string (text);

  g_assert_nonnull (address);
  return address;
}

static inline void
fixture_sight_full (Fixture *fixture, const char *id16, const char *name, const char *address, const char *source)
{
  g_autoptr (GInetSocketAddress) socket_address = fixture_address (address);
  const PorchSighting sighting
      = { .source = source, .id16 = id16, .name = name, .chassis = "laptop", .version = 1, .ifindex = 2, .address = socket_address };

  porch_peer_list_sighted (fixture->peers, &sighting);
}

static inline void
fixture_sight (Fixture *fixture, const PorchDeviceId *id, const char *name, const char *address)
{
  g_autofree char *key = porch_device_id_short (id, PORCH_PEER_KEY_HEX);

  fixture_sight_full (fixture, key, name, address, "avahi");
}

static inline void
fixture_vanish (Fixture *fixture, const PorchDeviceId *id, const char *address)
{
  g_autofree char *key = porch_device_id_short (id, PORCH_PEER_KEY_HEX);
  g_autoptr (GInetSocketAddress) socket_address = address ? fixture_address (address) : NULL;

  porch_peer_list_vanished (fixture->peers, "avahi", key, socket_address);
}

static inline PorchPeer *
fixture_prove (Fixture *fixture, const PorchDeviceId *id, const char *name, const char *address, guint16 listens)
{
  g_autoptr (GInetSocketAddress) socket_address = fixture_address (address);

  return porch_peer_list_proved (fixture->peers, id, name, NULL, socket_address, listens);
}

static inline void
fixture_trust (Fixture *fixture, const PorchDeviceId *id)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_trust_table_set (fixture->trust, id, PORCH_TRUST_TRUSTED, &error));
  g_assert_no_error (error);
}

static inline PorchPeer *
fixture_peer (Fixture *fixture, const PorchDeviceId *id)
{
  PorchPeer *peer = porch_peer_list_lookup (fixture->peers, id);

  g_assert_nonnull (peer);
  return peer;
}

static inline char *
fixture_addresses (Fixture *fixture, const PorchDeviceId *id)
{
  g_auto (GStrv) list = NULL;
  g_autoptr (GPtrArray) addresses
      = porch_address_book_dup (porch_peer_get_book (fixture_peer (fixture, id)), porch_peer_list_now (fixture->peers));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *text = porch_address_to_string (addresses->pdata[i]);

      g_strv_builder_add (builder, text);
    }
  list = g_strv_builder_end (builder);
  return g_strjoinv (" ", list);
}

#define fixture_assert_addresses(fixture, id, expected)                                                                          \
  G_STMT_START                                                                                                                   \
  {                                                                                                                              \
    g_autofree char *got = fixture_addresses (fixture, id);                                                                      \
                                                                                                                                 \
    g_assert_cmpstr (got, ==, expected);                                                                                         \
  }                                                                                                                              \
  G_STMT_END

static inline guint
fixture_count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->peers));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two devices in one process, and a "TLS connection" between them that a test may listen to, bend or cut. Included by the tests of the
 * pairing desk only. */
#pragma once

#include <string.h>

#include "pairing/porch-pairing-private.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "test-tree.h"
#include "wire/porch-json.h"

typedef struct {
  char             *root;
  PorchStore       *store;
  PorchIdentity    *identity;
  PorchTrustTable  *trust;
  PorchPairingDesk *desk;
  guint             requests; /* signals "request" */
  PorchPairing     *asked;    /* owned; the last of them */
  char             *passive_tag;
  int               passive_state; /* of the last signal "passive"; -1 none */
} Device;

/* Bends what travels, on the worker's thread. TRUE: it has answered itself; FALSE: the other side is to, with @body as it is now. */
typedef gboolean (*LinkHook) (const char *path, JsonObject *body, JsonObject **answer_out, GError **error, gpointer data);

typedef struct {
  Device       *from, *to;
  LinkHook      hook; /* (nullable) instead of the other side */
  gpointer      hook_data;
  volatile gint commits, reveals, confirms, hellos, links;
} Wire;

/* One connection. */
typedef struct {
  Wire *wire;
  int   name; /* its address names the connection */
} Link;

typedef struct {
  Link         *link;
  PorchPairingRoute route;
  JsonObject   *body;
  GCancellable *cancellable;
  JsonObject   *answer;
  GError       *error;
  gboolean      done;
  GMutex        lock;
  GCond         cond;
} Call;

static const PorchPairingTimes quick_times = { .start = 1000, .decide = 2500, .alive = 40, .hold = 150, .again = 20 };

static const char *const link_address = "192.168.1.20";

static void
on_link_reply (JsonObject *answer, const GError *error, gpointer data)
{
  Call *call = data;

  g_mutex_lock (&call->lock);
  g_assert_false (call->done); /* exactly once */
  g_assert_true ((answer != NULL) != (error != NULL));
  call->answer = answer != NULL ? json_object_ref (answer) : NULL;
  call->error = error != NULL ? g_error_copy (error) : NULL;
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
}

static gboolean
deliver_call (gpointer data)
{
  Call *call = data;
  Wire *wire = call->link->wire;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (link_address);

  if (wire->to->desk == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_UNREACHABLE, "switched off");

      on_link_reply (NULL, error, call);
      return G_SOURCE_REMOVE;
    }
  porch_pairing_desk_request (wire->to->desk, call->route, porch_identity_get_id (wire->from->identity), call->link, address,
                              call->body, on_link_reply, call, NULL);
  return G_SOURCE_REMOVE;
}

static JsonObject *
call_other (Link *link, PorchPairingRoute route, JsonObject *body, GCancellable *cancellable, GError **error)
{
  Call *call = g_new0 (Call, 1); /* leaks when the caller goes first: a test's end */
  JsonObject *answer = NULL;

  call->link = link;
  call->route = route;
  call->body = json_object_ref (body);
  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver_call, call, NULL);
  g_mutex_lock (&call->lock);
  while (!call->done && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&call->cond, &call->lock, g_get_monotonic_time () + 5000);
  if (call->done)
    {
      answer = g_steal_pointer (&call->answer);
      if (call->error != NULL)
        g_propagate_error (error, g_steal_pointer (&call->error));
    }
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  g_mutex_unlock (&call->lock);
  if (call->done)
    {
      json_object_unref (call->body);
      g_mutex_clear (&call->lock);
      g_cond_clear (&call->cond);
      g_free (call);
    }
  return answer;
}

static gpointer
open_link (PorchIdentity *identity, const PorchDeviceId *peer, GPtrArray *addresses, gpointer data)
{
  Link *link = g_new0 (Link, 1);

  link->wire = data;
  g_atomic_int_inc (&link->wire->links);
  return link;
}

static gboolean
say_closed (gpointer data)
{
  Link *link = data;

  if (link->wire->to->desk != NULL)
    porch_pairing_desk_on_closed (link->wire->to->desk, link);
  g_free (link);
  return G_SOURCE_REMOVE;
}

static void
close_link (gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, say_closed, data, NULL);
}

static JsonObject *
call_link (gpointer data, const char *method, const char *path, JsonObject *body, GCancellable *cancellable, GError **error)
{
  Link       *link = data;
  Wire       *wire = link->wire;
  JsonObject *answer = NULL;
  LinkHook    hook;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (g_str_equal (path, "/porch/v1/hello"))
    {
      g_atomic_int_inc (&wire->hellos);
      return json_object_new ();
    }
  g_assert_cmpstr (method, ==, "POST");
  if (g_str_equal (path, PORCH_PAIRING_PATH))
    g_atomic_int_inc (&wire->commits);
  else if (g_str_equal (path, PORCH_PAIRING_REVEAL_PATH))
    g_atomic_int_inc (&wire->reveals);
  else
    g_atomic_int_inc (&wire->confirms);
  hook = g_atomic_pointer_get (&wire->hook);
  if (hook != NULL && hook (path, body, &answer, error, wire->hook_data))
    return answer;
  return call_other (link,
                     g_str_equal (path, PORCH_PAIRING_PATH)          ? PORCH_PAIRING_COMMIT
                     : g_str_equal (path, PORCH_PAIRING_REVEAL_PATH) ? PORCH_PAIRING_REVEAL
                                                                     : PORCH_PAIRING_CONFIRM,
                     body, cancellable, error);
}

static void
on_request (PorchPairingDesk *desk, PorchPairing *pairing, gpointer data)
{
  Device *device = data;

  device->requests++;
  g_set_object (&device->asked, pairing);
}

static void
on_passive (PorchPairingDesk *desk, const PorchDeviceId *peer, const char *tag, int state, gpointer data)
{
  Device *device = data;

  g_free (device->passive_tag);
  device->passive_tag = g_strdup (tag);
  device->passive_state = state;
}

/* The desk of @device reaches the other one by @wire. */
static void
open_desk (Device *device, Wire *wire)
{
  PorchPairingTransport transport = { open_link, call_link, close_link, wire };

  device->desk = porch_pairing_desk_new (device->identity, device->trust);
  porch_pairing_desk_set_transport (device->desk, &transport, &quick_times);
  g_signal_connect (device->desk, "request", G_CALLBACK (on_request), device);
  g_signal_connect (device->desk, "passive", G_CALLBACK (on_passive), device);
  device->passive_state = -1;
}

static void
open_device (Device *device)
{
  g_autoptr (GError) error = NULL;

  device->root = test_tree_new ();
  device->identity = porch_identity_load (device->root, &error);
  g_assert_no_error (error);
  device->store = porch_store_new (":memory:", NULL, &error);
  g_assert_no_error (error);
  device->trust = porch_trust_table_new (device->store, &error);
  g_assert_no_error (error);
}

static void
iterate (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  do
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (500);
    }
  while (g_get_monotonic_time () < end);
}

static void
close_device (Device *device)
{
  g_clear_object (&device->asked);
  g_clear_object (&device->desk);
  iterate (60); /* workers end, links say that they are closed */
  g_clear_object (&device->trust);
  g_clear_object (&device->store);
  g_clear_object (&device->identity);
  g_clear_pointer (&device->passive_tag, g_free);
  test_tree_remove (device->root);
}

#define WAIT_FOR(condition) \
  G_STMT_START \
  { \
    gint64 wait_end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC; \
    while (!(condition) && g_get_monotonic_time () < wait_end) \
      { \
        g_main_context_iteration (NULL, FALSE); \
        g_usleep (300); \
      } \
    g_assert_true (condition); \
  } \
  G_STMT_END

static PorchTrust
trust_of (Device *device, Device *other)
{
  return porch_trust_table_get (device->trust, porch_identity_get_id (other->identity));
}

static G_GNUC_UNUSED GPtrArray *
some_addresses (void)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (addresses, g_inet_socket_address_new_from_string (link_address, 47317));
  return addresses;
}

static gboolean
break_table (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "ALTER TABLE device RENAME TO elsewhere", NULL);
}

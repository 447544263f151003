/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The peer list's own calls to others: an address typed by the user, learning a full id, unmasking impostors. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <netdb.h>
#include <string.h>

#include "discovery/porch-peer-list-private.h"
#include "discovery/porch-reach.h"
#include "discovery/porch-tcp-race.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "porch-pool.h"
#include "wire/porch-client.h"

#define PROBE_TIMEOUT 3           /* s */
#define SUSPECT_PAUSE (10 * 60 * G_TIME_SPAN_SECOND)

typedef struct {
  PorchIdentity      *identity;
  char               *text; /* what the user typed, or NULL */
  GPtrArray          *addresses;
  char               *hello_path;
  char               *expect; /* (nullable) key */
  char               *name;
  /* answers */
  PorchDeviceId       id;
  GInetSocketAddress *address;
  GPtrArray          *impostors;
  PorchReached       *hello;
  PorchPeer          *peer;
} Probe;

static Probe *
probe_new (PorchPeerList *self, GPtrArray *addresses)
{
  Probe *probe = g_new0 (Probe, 1);

  probe->identity = g_object_ref (porch_peer_list_get_identity (self));
  probe->addresses = addresses ? g_ptr_array_ref (addresses) : NULL;
  probe->impostors = g_ptr_array_new_with_free_func (g_object_unref);
  return probe;
}

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_object_unref (probe->identity);
  g_free (probe->text);
  g_free (probe->hello_path);
  g_free (probe->expect);
  g_free (probe->name);
  g_clear_pointer (&probe->addresses, g_ptr_array_unref);
  g_clear_object (&probe->address);
  g_ptr_array_unref (probe->impostors);
  g_clear_pointer (&probe->hello, porch_reached_free);
  g_clear_object (&probe->peer);
  g_free (probe);
}

/* Worker: tries the addresses in order until one has the key that is looked for, or any when none is. */
static gboolean
probe_addresses (Probe *probe, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < probe->addresses->len; i++)
    {
      GInetSocketAddress *address = probe->addresses->pdata[i];
      g_autofree char *key = NULL;

      if (!porch_client_probe (probe->identity, address, PROBE_TIMEOUT, &probe->id, cancellable, first ? NULL : &first))
        continue;
      key = porch_device_id_short (&probe->id, PORCH_PEER_KEY_HEX);
      if (!probe->expect || g_str_equal (probe->expect, key))
        {
          probe->address = g_object_ref (address);
          return TRUE;
        }
      g_ptr_array_add (probe->impostors, g_object_ref (address));
    }
  if (probe->impostors->len > 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("Another device answers at the address of “%s”"), probe->name);
  else if (first)
    g_propagate_prefixed_error (error, g_steal_pointer (&first), "%s: ", probe->text ? probe->text : probe->name);
  else
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("“%s” can't be reached: no address is known"), probe->name);
  return FALSE;
}

static void
run_probe (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Probe *probe = data;
  GError *error = NULL;

  if (!probe_addresses (probe, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* --- connect --- */

/* "host", "host:port", "[v6]:port", a bare v6 address. */
static gboolean
split_host (const char *text, char **host, guint16 *port, GError **error)
{
  const char *colon = strrchr (text, ':');
  gboolean brackets = text[0] == '[';
  guint64 number = PORCH_DEFAULT_PORT;
  gsize length = strlen (text);

  if (colon && (brackets ? colon > text && colon[-1] == ']' : strchr (text, ':') == colon))
    {
      length = colon - text;
      if (!g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &number, NULL))
        length = 0;
    }
  if (brackets && length > 2 && text[length - 1] == ']')
    *host = g_strndup (text + 1, length - 2);
  else if (!brackets && length > 0)
    *host = g_strndup (text, length);
  else
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                   _ ("“%s” is not an address. Write HOST or HOST:PORT, an IPv6 address as [ADDRESS]:PORT"), text);
      return FALSE;
    }
  *port = number;
  return TRUE;
}

/* Worker. getaddrinfo() and not GResolver, whose threads are GTask's; it also takes scopes like fe80::1%eth0. */
static GPtrArray *
resolve (const char *text, GError **error)
{
  struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list = NULL;
  g_autofree char *host = NULL;
  g_autofree char *service = NULL;
  GPtrArray *addresses;
  guint16 port;
  int code;

  if (!split_host (text, &host, &port, error))
    return NULL;
  service = g_strdup_printf ("%u", port);
  code = getaddrinfo (host, service, &hints, &list);
  if (code != 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("“%s” was not found: %s"), host, gai_strerror (code));
      return NULL;
    }
  addresses = g_ptr_array_new_with_free_func (g_object_unref);
  for (struct addrinfo *i = list; i && addresses->len < PORCH_MAX_PEER_ADDRESSES; i = i->ai_next)
    {
      GSocketAddress *address = g_socket_address_new_from_native (i->ai_addr, i->ai_addrlen);

      if (address && G_IS_INET_SOCKET_ADDRESS (address))
        g_ptr_array_add (addresses, address);
      else
        g_clear_object (&address);
    }
  freeaddrinfo (list);
  return addresses;
}

static void
run_connect (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Probe *probe = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) found = NULL;

  probe->addresses = resolve (probe->text, &error);
  if (!probe->addresses || !probe_addresses (probe, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* The user asked for this device: it may know who we are. Ourselves we don't ask. */
  if (!porch_device_id_equal (&probe->id, porch_identity_get_id (probe->identity)))
    {
      found = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (found, g_object_ref (probe->address));
      probe->hello = porch_reach_hello (probe->identity, &probe->id, probe->hello_path, found, PROBE_TIMEOUT * 1000, cancellable);
    }
  g_task_return_boolean (task, TRUE);
}

void
porch_peer_list_connect_async (PorchPeerList *self, const char *address, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Probe *probe = probe_new (self, NULL);

  g_task_set_source_tag (task, porch_peer_list_connect_async);
  probe->text = g_strstrip (g_strdup (address));
  probe->hello_path = g_strdup (porch_peer_list_get_hello (self));
  g_task_set_task_data (task, probe, probe_free);
  porch_pool_run_task (task, run_connect);
  g_object_unref (task);
}

PorchPeer *
porch_peer_list_connect_finish (PorchPeerList *self, GAsyncResult *result, GError **error)
{
  Probe *probe;
  PorchPeer *peer;
  PorchTrustTable *trust = porch_peer_list_get_trust (self);

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  probe = g_task_get_task_data (G_TASK (result));
  if (porch_peer_list_is_own_id (self, &probe->id))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("%s is this device itself"), probe->text);
      return NULL;
    }
  peer = porch_peer_list_proved (self, &probe->id, probe->hello->name, probe->hello->chassis, NULL, 0);
  porch_address_book_add (porch_peer_get_book (peer), probe->address, PORCH_ADDRESS_MANUAL, porch_peer_list_now (self));
  porch_peer_addresses_changed (peer);
  if (trust && !porch_trust_table_set_manual (trust, &probe->id, TRUE, error))
    return NULL;
  if (trust)
    porch_peer_list_reread (self, &probe->id);
  /* Again, now that it is remembered: notes the name and the address. */
  porch_peer_list_proved (self, &probe->id, probe->hello->name, probe->hello->chassis, probe->address, 0);
  return g_object_ref (peer);
}

/* --- who is this? --- */

/* A probe told us who is there, and them nothing of us: that is no acquaintance, and no reason for a goodbye. @address: (nullable)
 * that was dialled. */
static PorchPeer *
learned (PorchPeerList *self, const PorchDeviceId *id, GInetSocketAddress *address)
{
  PorchPeer *peer = porch_peer_list_lookup (self, id);
  gboolean met = peer && porch_peer_get_state (peer)->met;
  guint16 port = address ? g_inet_socket_address_get_port (address) : 0;

  peer = porch_peer_list_proved (self, id, NULL, NULL, address, port);
  porch_peer_get_state (peer)->met = met;
  return peer;
}

static void
on_answered_to_prove (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Probe *probe = g_task_get_task_data (task);

  probe->addresses = porch_tcp_race_finish (result, NULL);
  porch_pool_run_task (task, run_probe);
}

void
porch_peer_list_prove_async (PorchPeerList *self, PorchPeer *peer, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Probe *probe = probe_new (self, NULL);
  g_autoptr (GPtrArray) addresses = NULL;

  g_task_set_source_tag (task, porch_peer_list_prove_async);
  probe->peer = g_object_ref (peer);
  probe->expect = g_strdup (porch_peer_get_key (peer));
  probe->name = g_strdup (porch_peer_get_name (peer));
  g_task_set_task_data (task, probe, probe_free);
  if (porch_peer_get_id (peer))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  addresses = porch_address_book_dup (porch_peer_get_book (peer), porch_peer_list_now (self));
  porch_tcp_race_async (addresses, PORCH_PRESENCE_TIMEOUT, cancellable, on_answered_to_prove, g_object_ref (task));
}

gboolean
porch_peer_list_prove_finish (PorchPeerList *self, GAsyncResult *result, GError **error)
{
  Probe *probe = g_task_get_task_data (G_TASK (result));
  gboolean proved;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  proved = g_task_propagate_boolean (G_TASK (result), error);
  for (guint i = 0; i < probe->impostors->len; i++)
    porch_peer_list_dial_failed (self, probe->peer, probe->impostors->pdata[i], TRUE);
  if (proved && !porch_peer_get_id (probe->peer))
    learned (self, &probe->id, probe->address);
  return proved;
}

static void
probe_one (PorchPeerList *self, GInetSocketAddress *address, const char *name, GAsyncReadyCallback callback)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);
  Probe *probe;

  g_ptr_array_add (addresses, g_object_ref (address));
  probe = probe_new (self, addresses);
  probe->name = name ? g_strdup (name) : porch_address_to_string (address);
  g_task_set_task_data (task, probe, probe_free);
  porch_pool_run_task (task, run_probe);
}

static void
on_unmasked (GObject *source, GAsyncResult *result, gpointer data)
{
  PorchPeerList *self = PORCH_PEER_LIST (source);
  Probe *probe = g_task_get_task_data (G_TASK (result));
  PorchPeer *peer;

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || porch_peer_list_is_own_id (self, &probe->id))
    return;
  peer = learned (self, &probe->id, NULL);
  if (porch_address_book_add (porch_peer_get_book (peer), probe->address, PORCH_ADDRESS_STATED, porch_peer_list_now (self)))
    porch_peer_addresses_changed (peer);
  /* It announced itself by another's name: shown by that name, "unverified". */
  if (!porch_peer_get_state (peer)->known && !porch_peer_get_stated_name (peer))
    porch_peer_list_call (self, peer, probe->name);
}

void
porch_peer_list_unmask (PorchPeerList *self, GInetSocketAddress *address, const char *name)
{
  probe_one (self, address, name, on_unmasked);
}

static void
on_suspect_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = g_task_get_task_data (G_TASK (result));

  if (g_task_propagate_boolean (G_TASK (result), NULL) && porch_peer_list_is_own_id (PORCH_PEER_LIST (source), &probe->id))
    {
      g_autofree char *text = porch_address_to_string (probe->address);

      g_signal_emit_by_name (source, "own-id-elsewhere", text);
    }
}

void
porch_peer_list_suspect_clone (PorchPeerList *self, GInetSocketAddress *address)
{
  gint64 *last = g_object_get_data (G_OBJECT (self), "porch-last-suspect");
  gint64 now = porch_peer_list_now (self);

  /* Anybody may announce our id: one look per ten minutes is enough to notice a clone. */
  if (last && now - *last < SUSPECT_PAUSE)
    return;
  last = g_memdup2 (&now, sizeof now);
  g_object_set_data_full (G_OBJECT (self), "porch-last-suspect", last, g_free);
  probe_one (self, address, NULL, on_suspect_probed);
}

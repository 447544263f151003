/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-paths.h"

#include "porch-bus-names.h"
#include "porch-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Digits of the device id that name a peer in lists and on the bus. */
#define KEY_DIGITS 32

char *
porch_daemon_path_of_peer (PorchPeer *peer)
{
  return g_strconcat (PORCH_BUS_PEERS_PATH, porch_peer_get_key (peer), NULL);
}

char *
porch_daemon_path_of_device (const PorchDeviceId *id)
{
  g_autofree char *key = porch_device_id_short (id, KEY_DIGITS);

  return g_strconcat (PORCH_BUS_PEERS_PATH, key, NULL);
}

char *
porch_daemon_path_of_share (PorchShare *share)
{
  return g_strconcat (PORCH_BUS_SHARES_PATH, porch_share_get_id (share), NULL);
}

/* An offer's id is the other device's word, so only both together name one. */
char *
porch_daemon_path_of_offer (PorchOffer *offer)
{
  g_autofree char *key = porch_device_id_short (porch_offer_get_peer (offer), KEY_DIGITS);

  return g_strconcat (PORCH_BUS_OFFERS_PATH, key, "_", porch_offer_get_id (offer), NULL);
}

char *
porch_daemon_path_of_transfer (PorchTransfer *transfer)
{
  return g_strconcat (PORCH_BUS_TRANSFERS_PATH, porch_transfer_get_id (transfer), NULL);
}

char *
porch_daemon_path_of_handout (PorchHandout *handout)
{
  return g_strconcat (PORCH_BUS_HANDOUTS_PATH, porch_handout_get_id (handout), NULL);
}

PorchPeer *
porch_daemon_path_lookup_peer (PorchEngine *engine, const char *path, GError **error)
{
  PorchPeer *peer = NULL;

  if (g_str_has_prefix (path, PORCH_BUS_PEERS_PATH))
    peer = porch_peer_list_lookup_key (porch_engine_get_peers (engine), path + strlen (PORCH_BUS_PEERS_PATH));
  if (peer == NULL)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("This device is not in the list of devices any more."));
  return peer;
}

char *
porch_daemon_path_dup_peer_name (PorchEngine *engine, const PorchDeviceId *id)
{
  PorchPeer *peer = porch_peer_list_lookup (porch_engine_get_peers (engine), id);
  g_autoptr (PorchDeviceRecord) record = NULL;

  if (peer != NULL)
    return g_strdup (porch_peer_get_name (peer));
  record = porch_trust_table_lookup (porch_engine_get_trust (engine), id);
  if (record != NULL && record->label != NULL)
    return g_strdup (record->label);
  if (record != NULL && record->name != NULL)
    return g_strdup (record->name);
  return porch_device_id_short (id, 16);
}

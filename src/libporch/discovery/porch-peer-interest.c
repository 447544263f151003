/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who needs a peer: jobs want it, transfers and offers hold it, windows look at it. */
#include "config.h"

#include "discovery/porch-peer-list-private.h"

void
porch_peer_list_want (PorchPeerList *self, PorchPeer *peer)
{
  porch_peer_get_state (peer)->wants++;
  porch_presence_want (porch_peer_list_get_presence (self));
  if (!porch_peer_get_online (peer))
    porch_presence_check (porch_peer_list_get_presence (self), peer);
}

void
porch_peer_list_unwant (PorchPeerList *self, PorchPeer *peer)
{
  g_return_if_fail (porch_peer_get_state (peer)->wants > 0);
  porch_peer_get_state (peer)->wants--;
  porch_presence_unwant (porch_peer_list_get_presence (self));
  porch_peer_list_forget_if_gone (self, peer);
}

void
porch_peer_list_hold (PorchPeerList *self, PorchPeer *peer)
{
  porch_peer_get_state (peer)->holds++;
}

void
porch_peer_list_release (PorchPeerList *self, PorchPeer *peer)
{
  g_return_if_fail (porch_peer_get_state (peer)->holds > 0);
  porch_peer_get_state (peer)->holds--;
  porch_peer_list_forget_if_gone (self, peer);
}

void
porch_peer_list_look_at (PorchPeerList *self, PorchPeer *peer, gboolean look)
{
  PorchPeerState *state = porch_peer_get_state (peer);

  g_return_if_fail (look || state->looks > 0);
  state->looks += look ? 1 : -1;
}

void
porch_peer_list_check_now (PorchPeerList *self)
{
  porch_presence_check_all (porch_peer_list_get_presence (self));
}

void
porch_peer_list_forget (PorchPeerList *self, PorchPeer *peer)
{
  PorchAddressBook *book = porch_peer_get_book (peer);

  if (porch_peer_get_state (peer)->announced)
    return;
  porch_address_book_withdraw (book, NULL, PORCH_ADDRESS_MANUAL | PORCH_ADDRESS_STORED | PORCH_ADDRESS_STATED);
  if (porch_address_book_drop_faded (book))
    porch_peer_addresses_changed (peer);
  porch_peer_set_online (peer, FALSE);
  porch_peer_list_forget_if_gone (self, peer);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the construction of docs/PAIRING.md computes, beside the two functions of porch-pairing.h. Pure functions; any thread. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_PAIRING_NONCE 32
#define PORCH_PAIRING_TAG 16 /* hex digits */
#define PORCH_PAIRING_INITIATOR 'A'
#define PORCH_PAIRING_RESPONDER 'B'

void     porch_pairing_make_nonce (guint8 nonce[PORCH_PAIRING_NONCE]);
/* The guard of S10: does the nonce that @peer revealed open what it committed to, in that role, to us, and is it not our own? */
gboolean porch_pairing_opens (char role, const PorchDeviceId *peer, const PorchDeviceId *own, const guint8 commit[32],
                              const guint8 nonce[PORCH_PAIRING_NONCE], const guint8 own_nonce[PORCH_PAIRING_NONCE]);
/* Names a session in passing; no secret. */
char    *porch_pairing_make_tag (const PorchDeviceId *a, const PorchDeviceId *b, const guint8 nonce_a[PORCH_PAIRING_NONCE],
                                 const guint8 nonce_b[PORCH_PAIRING_NONCE]);
gboolean porch_pairing_is_tag (const char *text);

G_END_DECLS

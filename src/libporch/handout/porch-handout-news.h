/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The joiner's side: tells each giver how far we are with what it hands out, so that it can be shown there. Main thread. Owned
 * by the engine. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "identity/porch-identity.h"
#include "transfer/porch-transfer-queue.h"

G_BEGIN_DECLS

typedef struct _PorchHandoutNews PorchHandoutNews;

/* References are taken. @download_folder of the queue counts for room. */
PorchHandoutNews *porch_handout_news_new (PorchTransferQueue *queue, PorchIdentity *identity, PorchPeerList *peers);
void porch_handout_news_free (PorchHandoutNews *self);

G_END_DECLS

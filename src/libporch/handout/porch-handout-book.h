/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All hand-outs of this device: a GListModel of PorchHandout, open ones and those that have ended, backed by the store. Decides
 * who has joined. Main thread. Owned by the engine. docs/HANDOUT.md. */
#pragma once

#include "discovery/porch-peer-list.h"
#include "handout/porch-handout.h"
#include "identity/porch-identity.h"
#include "transfer/porch-transfer-queue.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PORCH_TYPE_HANDOUT_BOOK (porch_handout_book_get_type ())
G_DECLARE_FINAL_TYPE (PorchHandoutBook, porch_handout_book, PORCH, HANDOUT_BOOK, GObject)

/* Takes references. Manifests lie in "handouts" below @state_folder. */
PorchHandoutBook *porch_handout_book_new (PorchTransferQueue *queue, PorchStore *store, PorchIdentity *identity,
                                          PorchTrustTable *trust, PorchPeerList *peers, const char *state_folder,
                                          GError **error);
/* The engine starts: what was not prepared when the program ended is prepared now. */
void porch_handout_book_start (PorchHandoutBook *self);

/* The engine stops: what is being prepared goes on after the next start. */
void porch_handout_book_stop (PorchHandoutBook *self);

PorchHandout *porch_handout_book_lookup (PorchHandoutBook *self, const char *id); /* (transfer none) (nullable) */
/* Opens one over local files and folders. @title (nullable): the name of the first. (transfer none) */
PorchHandout *porch_handout_book_open (PorchHandoutBook *self, const char *title, const char *const *paths, GError **error);
/* Nobody gets anything more of it, at once. */
void porch_handout_book_end (PorchHandoutBook *self, PorchHandout *handout);
/* One that has ended or failed leaves the list. PORCH_ERROR_BUSY for one that is open. */
gboolean porch_handout_book_clear (PorchHandoutBook *self, PorchHandout *handout, GError **error);
/* Sends the files to those who joined and left, or didn't get it before it ended: as a request to each. (transfer full) of
 * PorchTransfer. PORCH_ERROR_NOT_FOUND: everybody has it, or is getting it. */
GPtrArray *porch_handout_book_send_again (PorchHandoutBook *self, PorchHandout *handout, GError **error);
/* Blocked: it is nobody's joiner any more. */
void porch_handout_book_forget_device (PorchHandoutBook *self, const PorchDeviceId *device);

/* For serve/: what others ask. */
/* POST /handouts: (transfer full) what the number finds; the device has joined. PORCH_ERROR_NOT_FOUND, whether there are
 * hand-outs or not; PORCH_ERROR_BUSY: it, or somebody, tried too often. */
JsonObject *porch_handout_book_join (PorchHandoutBook *self, const PorchDeviceId *device, GInetAddress *address,
                                     JsonObject *body, GError **error);
/* POST /handouts/ID: a joiner says how far it is. FALSE: it is none, or nothing of this is open. */
gboolean porch_handout_book_report (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, JsonObject *body,
                                    GError **error);
/* What one opens, for /fetch and /list with "offer", as of an offer: only to its joiners, only while it is open. */
PorchTree *porch_handout_book_open_tree (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, GError **error);
PorchFlow *porch_handout_book_open_manifest (PorchHandoutBook *self, const PorchDeviceId *device, const char *id,
                                             GError **error);
/* Is @id one that this device may take from now? */
gboolean porch_handout_book_may_take (PorchHandoutBook *self, const PorchDeviceId *device, const char *id);
/* So many bytes of it went out. FALSE when it has ended: no more of it may go. */
gboolean porch_handout_book_served (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, gsize bytes);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose upload is next: a few run at a time, free places go round the devices that wait, and small answers have a lane of their own.
 * Does nothing by itself but call who is next. Main thread. Owned by the server. docs/FAIRNESS.md. */
#pragma once

#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_DEFAULT_UPLOADS 8
#define PORCH_MAX_UPLOADS 64

typedef struct _PorchUploadQueue PorchUploadQueue;
typedef struct _PorchUpload PorchUpload;

PorchUploadQueue *porch_upload_queue_new (void);
void              porch_upload_queue_free (PorchUploadQueue *self); /* all uploads have left */
void              porch_upload_queue_set_places (PorchUploadQueue *self, guint places);

/* @trusted: the others together get no more than half of the places. @small: the answer is short. @begin is called once, now (before
 * this returns) or later; it may not leave. */
PorchUpload      *porch_upload_queue_enter (PorchUploadQueue *self, const PorchDeviceId *device, gboolean trusted, gboolean small,
                                            void (*begin) (gpointer data), gpointer data);
void              porch_upload_queue_leave (PorchUploadQueue *self, PorchUpload *upload); /* done, or gave up waiting */
/* What was said to be short was not: it counts like any other one from now on. */
void              porch_upload_queue_outgrew (PorchUploadQueue *self, PorchUpload *upload);
/* How many begin until it is its turn, itself among them; 0: it has begun. */
guint             porch_upload_queue_get_position (PorchUploadQueue *self, PorchUpload *upload);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast this device may send and receive: in all, and with one device. Those who move bytes reserve portion by portion; devices get
 * equal shares, however many connections they have. Any thread. Atomic reference count. docs/FAIRNESS.md. */
#pragma once

#include <gio/gio.h>
#include "identity/porch-device-id.h"

G_BEGIN_DECLS

#define PORCH_MAX_LIMIT (G_GINT64_CONSTANT (1) << 40) /* bytes per second */

typedef enum { PORCH_UP, PORCH_DOWN } PorchDirection;
typedef struct _PorchLimiter PorchLimiter;

PorchLimiter *porch_limiter_new (void);
PorchLimiter *porch_limiter_ref (PorchLimiter *self);
void          porch_limiter_unref (PorchLimiter *self);

/* @device NULL: all together. @rate in bytes per second, 0: no limit. Whoever waits is woken. */
void          porch_limiter_set (PorchLimiter *self, const PorchDeviceId *device, PorchDirection direction, gint64 rate);
gint64        porch_limiter_get (PorchLimiter *self, const PorchDeviceId *device, PorchDirection direction);
/* Called on the thread that sets a limit, after it was set. */
void          porch_limiter_set_changed (PorchLimiter *self, void (*changed) (gpointer data), gpointer data);

/* A connection begins or ends to move bytes. */
void          porch_limiter_enter (PorchLimiter *self, const PorchDeviceId *device, PorchDirection direction);
void          porch_limiter_leave (PorchLimiter *self, const PorchDeviceId *device, PorchDirection direction);
/* @bytes (inout): how many are wanted; how many may move, at the time that is returned (µs, monotonic), which is @now or later. */
gint64        porch_limiter_reserve (PorchLimiter *self, const PorchDeviceId *device, PorchDirection direction, gsize *bytes, gint64 now);
/* Blocks until then, or until a limit has changed. FALSE: cancelled. */
gboolean      porch_limiter_wait (PorchLimiter *self, gint64 until, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchLimiter, porch_limiter_unref)

G_END_DECLS

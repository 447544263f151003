/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When and how the requests of devices that are not trusted are notified of: all together, never more often than every 30 s.
 * Keys are free, so without this anybody could fill a screen. A value with the clock passed in; it shows nothing itself. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_DAEMON_STRANGERS_INTERVAL_US (30 * G_USEC_PER_SEC)

typedef struct _PorchDaemonStrangers PorchDaemonStrangers;

typedef enum
{
  PORCH_DAEMON_STRANGERS_NOTHING, /* leave what is on the screen */
  PORCH_DAEMON_STRANGERS_SHOW,    /* show all that wait, in the place of what is there */
  PORCH_DAEMON_STRANGERS_CLOSE,   /* what is on the screen has been answered */
} PorchDaemonStrangersStep;

PorchDaemonStrangers *porch_daemon_strangers_new (void);
void porch_daemon_strangers_free (PorchDaemonStrangers *self);
/* What waits now (a set of names) at monotonic time @now. @wait (out): microseconds after which to ask again; 0: no need. After
 * SHOW or CLOSE the caller has done so. */
PorchDaemonStrangersStep porch_daemon_strangers_update (PorchDaemonStrangers *self, GHashTable *waiting, gint64 now,
                                                        gint64 *wait);
/* The screen was cleared: what waits is new again. */
void porch_daemon_strangers_forget (PorchDaemonStrangers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchDaemonStrangers, porch_daemon_strangers_free)

G_END_DECLS

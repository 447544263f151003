/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's preferences: the GSettings schema io.github.porchshare.Porch, which the daemon alone writes. Without the schema (a
 * broken installation) the defaults hold until the daemon ends. Main thread. Owned by the service. */
#pragma once

#include "wire/porch-limiter.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_SETTINGS (porch_daemon_settings_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonSettings, porch_daemon_settings, PORCH, DAEMON_SETTINGS, GObject)

#define PORCH_DAEMON_MAX_RUNNING_LIMIT 16
#define PORCH_DAEMON_MAX_UPLOADS_LIMIT 64

PorchDaemonSettings *porch_daemon_settings_new (void);
/* (nullable): what the user should know, e.g. that the schema is missing. */
const char *porch_daemon_settings_get_warning (PorchDaemonSettings *self);

char *porch_daemon_settings_dup_name (PorchDaemonSettings *self);            /* (nullable): never chosen */
char *porch_daemon_settings_dup_download_folder (PorchDaemonSettings *self); /* the default's path when never chosen */
guint porch_daemon_settings_get_max_running (PorchDaemonSettings *self);
guint porch_daemon_settings_get_max_uploads (PorchDaemonSettings *self);
gint64 porch_daemon_settings_get_limit (PorchDaemonSettings *self, PorchDirection direction); /* bytes per second, 0: none */
gboolean porch_daemon_settings_get_use_metered (PorchDaemonSettings *self);
gboolean porch_daemon_settings_get_auto_accept_trusted (PorchDaemonSettings *self);
/* "anyone" or "trusted" */
const char *porch_daemon_settings_get_who_may_ask (PorchDaemonSettings *self);
gboolean porch_daemon_settings_get_notifications (PorchDaemonSettings *self);

/* PORCH_ERROR_NOT_ALLOWED for a key that the administrator fixed; PORCH_ERROR_INVALID out of range. */
gboolean porch_daemon_settings_set_name (PorchDaemonSettings *self, const char *name, GError **error);
gboolean porch_daemon_settings_set_download_folder (PorchDaemonSettings *self, const char *folder,
                                                    GError **error); /* "": the default */
gboolean porch_daemon_settings_set_max_running (PorchDaemonSettings *self, guint count, GError **error);
gboolean porch_daemon_settings_set_max_uploads (PorchDaemonSettings *self, guint count, GError **error);
gboolean porch_daemon_settings_set_limit (PorchDaemonSettings *self, PorchDirection direction, gint64 rate, GError **error);
gboolean porch_daemon_settings_set_use_metered (PorchDaemonSettings *self, gboolean use, GError **error);
gboolean porch_daemon_settings_set_auto_accept_trusted (PorchDaemonSettings *self, gboolean accept, GError **error);
gboolean porch_daemon_settings_set_who_may_ask (PorchDaemonSettings *self, const char *who, GError **error);
gboolean porch_daemon_settings_set_notifications (PorchDaemonSettings *self, gboolean notify, GError **error);

/* Waits until everything is written (dconf writes behind). */
void porch_daemon_settings_sync (PorchDaemonSettings *self);

G_END_DECLS

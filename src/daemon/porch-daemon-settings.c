/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-settings.h"

#include "porch-error.h"
#include "share/porch-sandbox.h"

#include <glib/gi18n.h>

#define KEY_NAME "name"
#define KEY_DOWNLOAD_FOLDER "download-folder"
#define KEY_MAX_RUNNING "max-running"
#define KEY_MAX_UPLOADS "max-uploads"
#define KEY_LIMIT_UP "limit-up"
#define KEY_LIMIT_DOWN "limit-down"
#define KEY_USE_METERED "use-metered"
#define KEY_AUTO_ACCEPT "auto-accept-trusted"
#define KEY_WHO_MAY_ASK "who-may-ask"
#define KEY_NOTIFICATIONS "notifications"

#define ANYONE "anyone"
#define TRUSTED "trusted"

struct _PorchDaemonSettings
{
  GObject parent;

  GSettings *settings;  /* (nullable) owned */
  char *warning;        /* (nullable) owned */
  GHashTable *fallback; /* owned: key → GVariant, where there is no schema */
};

G_DEFINE_FINAL_TYPE (PorchDaemonSettings, porch_daemon_settings, G_TYPE_OBJECT)

static void
fill_fallback (PorchDaemonSettings *self)
{
  self->fallback = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_variant_unref);
  g_hash_table_insert (self->fallback, KEY_NAME, g_variant_ref_sink (g_variant_new_string ("")));
  g_hash_table_insert (self->fallback, KEY_DOWNLOAD_FOLDER, g_variant_ref_sink (g_variant_new_bytestring ("")));
  g_hash_table_insert (self->fallback, KEY_MAX_RUNNING, g_variant_ref_sink (g_variant_new_uint32 (3)));
  g_hash_table_insert (self->fallback, KEY_MAX_UPLOADS, g_variant_ref_sink (g_variant_new_uint32 (8)));
  g_hash_table_insert (self->fallback, KEY_LIMIT_UP, g_variant_ref_sink (g_variant_new_int64 (0)));
  g_hash_table_insert (self->fallback, KEY_LIMIT_DOWN, g_variant_ref_sink (g_variant_new_int64 (0)));
  g_hash_table_insert (self->fallback, KEY_USE_METERED, g_variant_ref_sink (g_variant_new_boolean (FALSE)));
  g_hash_table_insert (self->fallback, KEY_AUTO_ACCEPT, g_variant_ref_sink (g_variant_new_boolean (FALSE)));
  g_hash_table_insert (self->fallback, KEY_WHO_MAY_ASK, g_variant_ref_sink (g_variant_new_string (ANYONE)));
  g_hash_table_insert (self->fallback, KEY_NOTIFICATIONS, g_variant_ref_sink (g_variant_new_boolean (TRUE)));
}

static GVariant *
get_value (PorchDaemonSettings *self, const char *key)
{
  if (self->settings)
    return g_settings_get_value (self->settings, key);
  return g_variant_ref (g_hash_table_lookup (self->fallback, key));
}

static gboolean
set_value (PorchDaemonSettings *self, const char *key, GVariant *floating, GError **error)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (floating);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) described = NULL;

  if (self->settings == NULL)
    {
      g_hash_table_insert (self->fallback, (gpointer)key, g_steal_pointer (&value));
      return TRUE;
    }
  g_object_get (self->settings, "settings-schema", &schema, NULL);
  described = g_settings_schema_get_key (schema, key);
  if (!g_settings_schema_key_range_check (described, value))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("This value is out of range."));
      return FALSE;
    }
  if (!g_settings_set_value (self->settings, key, value))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED,
                   _ ("This setting is fixed by the administrator of this computer."));
      return FALSE;
    }
  return TRUE;
}

static void
porch_daemon_settings_finalize (GObject *object)
{
  PorchDaemonSettings *self = PORCH_DAEMON_SETTINGS (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->fallback, g_hash_table_unref);
  g_clear_pointer (&self->warning, g_free);
  G_OBJECT_CLASS (porch_daemon_settings_parent_class)->finalize (object);
}

static void
porch_daemon_settings_class_init (PorchDaemonSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_daemon_settings_finalize;
}

static void
porch_daemon_settings_init (PorchDaemonSettings *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  /* Looked up first: g_settings_new() aborts the process when the schema is not there. */
  g_autoptr (GSettingsSchema) schema = source ? g_settings_schema_source_lookup (source, PORCH_APP_ID, TRUE) : NULL;

  if (schema == NULL)
    {
      self->warning = g_strdup_printf (
          _ ("The settings schema %s is not installed, so settings last only until Porch ends. Install Porch again."),
          PORCH_APP_ID);
      fill_fallback (self);
      return;
    }
  /* dconf, or GIO's key file where there is no dconf (a server): both outlive us. */
  self->settings = g_settings_new_full (schema, NULL, NULL);
}

PorchDaemonSettings *
porch_daemon_settings_new (void)
{
  return g_object_new (PORCH_TYPE_DAEMON_SETTINGS, NULL);
}

const char *
porch_daemon_settings_get_warning (PorchDaemonSettings *self)
{
  return self->warning;
}

char *
porch_daemon_settings_dup_name (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_NAME);
  const char *name = g_variant_get_string (value, NULL);

  return *name ? g_strdup (name) : NULL;
}

/* In a sandbox that was not given the folder of downloads, one that lasts: better a place that takes finding than none. */
static char *
dup_usual_folder (void)
{
  const char *usual = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);
  g_autofree char *folder = usual ? g_strdup (usual) : g_build_filename (g_get_home_dir (), "Downloads", NULL);

  if (porch_sandbox_loses (folder))
    return g_build_filename (g_get_user_data_dir (), "Downloads", NULL);
  return g_steal_pointer (&folder);
}

char *
porch_daemon_settings_dup_download_folder (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_DOWNLOAD_FOLDER);
  const char *folder = g_variant_get_bytestring (value);

  return g_path_is_absolute (folder) ? g_strdup (folder) : dup_usual_folder ();
}

guint
porch_daemon_settings_get_max_running (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_MAX_RUNNING);

  return CLAMP (g_variant_get_uint32 (value), 1, PORCH_DAEMON_MAX_RUNNING_LIMIT);
}

guint
porch_daemon_settings_get_max_uploads (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_MAX_UPLOADS);

  return CLAMP (g_variant_get_uint32 (value), 1, PORCH_DAEMON_MAX_UPLOADS_LIMIT);
}

gint64
porch_daemon_settings_get_limit (PorchDaemonSettings *self, PorchDirection direction)
{
  g_autoptr (GVariant) value = get_value (self, direction == PORCH_UP ? KEY_LIMIT_UP : KEY_LIMIT_DOWN);

  return CLAMP (g_variant_get_int64 (value), 0, PORCH_MAX_LIMIT);
}

gboolean
porch_daemon_settings_get_use_metered (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_USE_METERED);

  return g_variant_get_boolean (value);
}

gboolean
porch_daemon_settings_get_auto_accept_trusted (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_AUTO_ACCEPT);

  return g_variant_get_boolean (value);
}

const char *
porch_daemon_settings_get_who_may_ask (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_WHO_MAY_ASK);

  return g_str_equal (g_variant_get_string (value, NULL), TRUSTED) ? TRUSTED : ANYONE;
}

gboolean
porch_daemon_settings_get_notifications (PorchDaemonSettings *self)
{
  g_autoptr (GVariant) value = get_value (self, KEY_NOTIFICATIONS);

  return g_variant_get_boolean (value);
}

gboolean
porch_daemon_settings_set_name (PorchDaemonSettings *self, const char *name, GError **error)
{
  return set_value (self, KEY_NAME, g_variant_new_string (name), error);
}

gboolean
porch_daemon_settings_set_download_folder (PorchDaemonSettings *self, const char *folder, GError **error)
{
  return set_value (self, KEY_DOWNLOAD_FOLDER, g_variant_new_bytestring (folder), error);
}

gboolean
porch_daemon_settings_set_max_running (PorchDaemonSettings *self, guint count, GError **error)
{
  if (count < 1 || count > PORCH_DAEMON_MAX_RUNNING_LIMIT)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Between 1 and %d transfers can run at once."),
                   PORCH_DAEMON_MAX_RUNNING_LIMIT);
      return FALSE;
    }
  return set_value (self, KEY_MAX_RUNNING, g_variant_new_uint32 (count), error);
}

gboolean
porch_daemon_settings_set_max_uploads (PorchDaemonSettings *self, guint count, GError **error)
{
  if (count < 1 || count > PORCH_DAEMON_MAX_UPLOADS_LIMIT)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Between 1 and %d devices can copy from this one at once."),
                   PORCH_DAEMON_MAX_UPLOADS_LIMIT);
      return FALSE;
    }
  return set_value (self, KEY_MAX_UPLOADS, g_variant_new_uint32 (count), error);
}

gboolean
porch_daemon_settings_set_limit (PorchDaemonSettings *self, PorchDirection direction, gint64 rate, GError **error)
{
  if (rate < 0 || rate > PORCH_MAX_LIMIT)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("A limit is a number of bytes per second; 0 means none."));
      return FALSE;
    }
  return set_value (self, direction == PORCH_UP ? KEY_LIMIT_UP : KEY_LIMIT_DOWN, g_variant_new_int64 (rate), error);
}

gboolean
porch_daemon_settings_set_use_metered (PorchDaemonSettings *self, gboolean use, GError **error)
{
  return set_value (self, KEY_USE_METERED, g_variant_new_boolean (use), error);
}

gboolean
porch_daemon_settings_set_auto_accept_trusted (PorchDaemonSettings *self, gboolean accept, GError **error)
{
  return set_value (self, KEY_AUTO_ACCEPT, g_variant_new_boolean (accept), error);
}

gboolean
porch_daemon_settings_set_who_may_ask (PorchDaemonSettings *self, const char *who, GError **error)
{
  if (!g_str_equal (who, ANYONE) && !g_str_equal (who, TRUSTED))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Who may ask is “anyone” or “trusted”, not “%s”."), who);
      return FALSE;
    }
  return set_value (self, KEY_WHO_MAY_ASK, g_variant_new_string (who), error);
}

gboolean
porch_daemon_settings_set_notifications (PorchDaemonSettings *self, gboolean notify, GError **error)
{
  return set_value (self, KEY_NOTIFICATIONS, g_variant_new_boolean (notify), error);
}

void
porch_daemon_settings_sync (PorchDaemonSettings *self)
{
  if (self->settings)
    g_settings_sync ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-parcel.h"
#include "porch-bus-files.h"
#include "porch-display.h"

#include <glib/gi18n.h>

#define SEND_TIMEOUT_MS 60000

struct _PorchUiParcel
{
  GObject parent_instance;
  /* owned */
  GPtrArray *files; /* (nullable) of GFile */
  char *text;       /* (nullable) */
};

G_DEFINE_FINAL_TYPE (PorchUiParcel, porch_ui_parcel, G_TYPE_OBJECT)

/* --- opening, on a thread of its own --- */

typedef struct
{
  char **paths;
  GVariant *handles;
  GUnixFDList *fds;
  GError *error;
  PorchUiOpened opened;
  gpointer data;
} Opening;

static void
opening_free (Opening *opening)
{
  g_strfreev (opening->paths);
  g_clear_pointer (&opening->handles, g_variant_unref);
  g_clear_object (&opening->fds);
  g_clear_error (&opening->error);
  g_free (opening);
}

static gboolean
on_opening_idle (gpointer data)
{
  Opening *opening = data;

  opening->opened (opening->handles, opening->fds, opening->error, opening->data);
  opening_free (opening);
  return G_SOURCE_REMOVE;
}

static gpointer
opening_thread (gpointer data)
{
  Opening *opening = data;

  if (porch_bus_files_pack ((const char *const *)opening->paths, &opening->handles, &opening->fds, &opening->error))
    g_variant_ref_sink (opening->handles);
  g_idle_add (on_opening_idle, opening);
  return NULL;
}

void
porch_ui_parcel_open_paths (const char *const *paths, PorchUiOpened opened, gpointer data)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->paths = g_strdupv ((char **)paths);
  opening->opened = opened;
  opening->data = data;
  g_thread_unref (g_thread_new ("porch-open", opening_thread, opening));
}

/* --- sending --- */

typedef struct
{
  PorchBusDaemon *daemon;
  char **peers;
  char **paths;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->daemon);
  g_strfreev (sending->peers);
  g_strfreev (sending->paths);
  g_free (sending);
}

static void
on_send_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  char **transfers = NULL;

  if (porch_bus_daemon_call_send_finish (PORCH_BUS_DAEMON (source), &transfers, NULL, result, &error))
    g_task_return_pointer (task, transfers, (GDestroyNotify)g_strfreev);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
call_send (GTask *task, GVariant *handles, GUnixFDList *fds, const char *text)
{
  Sending *sending = g_task_get_task_data (task);
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (text != NULL)
    g_variant_builder_add (&options, "{sv}", "text", g_variant_new_string (text));
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (sending->daemon), SEND_TIMEOUT_MS);
  porch_bus_daemon_call_send (sending->daemon, (const char *const *)sending->peers, (const char *const *)sending->paths,
                              handles, g_variant_builder_end (&options), fds, g_task_get_cancellable (task), on_send_ready,
                              g_object_ref (task));
}

static void
on_opened (GVariant *handles, GUnixFDList *fds, const GError *error, gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    call_send (task, handles, fds, NULL);
}

/* The local paths of the files; an error names the first one that has none. */
static char **
dup_paths (PorchUiParcel *self, GError **error)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < self->files->len; i++)
    {
      g_autofree char *path = g_file_get_path (self->files->pdata[i]);

      if (path == NULL)
        {
          g_autofree char *uri = g_file_get_uri (self->files->pdata[i]);
          g_autofree char *shown = porch_display_name (uri, 200);

          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("“%s” is not on this computer: copy it here first, then send it."), shown);
          return NULL;
        }
      g_strv_builder_add (paths, path);
    }
  return g_strv_builder_end (paths);
}

void
porch_ui_parcel_send_async (PorchUiParcel *self, PorchBusDaemon *daemon, const char *const *peers, GAsyncReadyCallback callback,
                            gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  Sending *sending = g_new0 (Sending, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, porch_ui_parcel_send_async);
  sending->daemon = g_object_ref (daemon);
  sending->peers = g_strdupv ((char **)peers);
  sending->paths = self->files != NULL ? dup_paths (self, &error) : g_new0 (char *, 1);
  g_task_set_task_data (task, sending, sending_free);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (self->text != NULL)
    call_send (task, g_variant_new ("ah", NULL), NULL, self->text);
  else
    porch_ui_parcel_open_paths ((const char *const *)sending->paths, on_opened, g_object_ref (task));
}

char **
porch_ui_parcel_send_finish (PorchUiParcel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
porch_ui_parcel_is_text (PorchUiParcel *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PARCEL (self), FALSE);
  return self->text != NULL;
}

GPtrArray *
porch_ui_parcel_get_files (PorchUiParcel *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PARCEL (self), NULL);
  return self->files;
}

const char *
porch_ui_parcel_get_text (PorchUiParcel *self)
{
  g_return_val_if_fail (PORCH_UI_IS_PARCEL (self), NULL);
  return self->text;
}

static void
porch_ui_parcel_finalize (GObject *object)
{
  PorchUiParcel *self = PORCH_UI_PARCEL (object);

  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_free (self->text);
  G_OBJECT_CLASS (porch_ui_parcel_parent_class)->finalize (object);
}

static void
porch_ui_parcel_class_init (PorchUiParcelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_ui_parcel_finalize;
}

static void
porch_ui_parcel_init (PorchUiParcel *self)
{
}

PorchUiParcel *
porch_ui_parcel_new_for_files (GPtrArray *files)
{
  PorchUiParcel *self = g_object_new (PORCH_UI_TYPE_PARCEL, NULL);

  self->files = g_ptr_array_ref (files);
  return self;
}

PorchUiParcel *
porch_ui_parcel_new_for_text (const char *text)
{
  PorchUiParcel *self = g_object_new (PORCH_UI_TYPE_PARCEL, NULL);

  self->text = g_strdup (text);
  return self;
}

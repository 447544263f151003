/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-clipboard.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* What was put into a file to be sent is kept for so long: the other person may answer days later. */
#define KEEP_DAYS 14
#define PNG "image/png"

/* --- files of our own --- */

static char *
pasted_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "porch", "pasted", NULL);
}

/* Those of long ago were sent or given up. */
static void
sweep (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  gint64 oldest = g_get_real_time () / G_USEC_PER_SEC - KEEP_DAYS * 24 * 3600;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf st;

      if (g_lstat (path, &st) == 0 && S_ISREG (st.st_mode) && st.st_mtime < oldest)
        g_unlink (path);
    }
  g_clear_pointer (&dir, g_dir_close);
}

/* A new file for what was pasted. @format: the name, with the time in it. */
static GFile *
new_file (const char *format, GFileOutputStream **stream, GError **error)
{
  g_autofree char *folder = pasted_folder ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *name = g_date_time_format (now, format);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("There is no place to put it: %s"), g_strerror (errno));
      return NULL;
    }
  sweep (folder);
  *stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  return *stream != NULL ? g_steal_pointer (&file) : NULL;
}

static PorchUiParcel *
parcel_of_file (GFile *file)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (files, g_object_ref (file));
  return porch_ui_parcel_new_for_files (files);
}

PorchUiParcel *
porch_ui_clipboard_parcel_of_text (const char *text, GError **error)
{
  g_autoptr (GFileOutputStream) stream = NULL;
  g_autoptr (GFile) file = NULL;

  if (strlen (text) <= PORCH_UI_MAX_TEXT)
    return porch_ui_parcel_new_for_text (text);
  /* Translators: name of a file; %Y… as for g_date_time_format() */
  file = new_file (_ ("Text %Y-%m-%d %H.%M.%S.txt"), &stream, error);
  if (file == NULL || !g_output_stream_write_all (G_OUTPUT_STREAM (stream), text, strlen (text), NULL, NULL, error)
      || !g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error))
    return NULL;
  return parcel_of_file (file);
}

static gboolean
is_web (GFile *file)
{
  return g_file_has_uri_scheme (file, "http") || g_file_has_uri_scheme (file, "https");
}

PorchUiParcel *
porch_ui_clipboard_parcel_of_files (GPtrArray *files)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *uri = g_file_get_uri (files->pdata[i]);

      /* A link from a browser is wanted as a link. */
      if (!is_web (files->pdata[i]))
        return porch_ui_parcel_new_for_files (files);
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", uri);
    }
  return text->len > 0 ? porch_ui_clipboard_parcel_of_text (text->str, NULL) : NULL;
}

/* --- reading --- */

static void
return_parcel (GTask *task, PorchUiParcel *parcel, GError *error)
{
  if (parcel != NULL)
    g_task_return_pointer (task, parcel, g_object_unref);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("Nothing that can be sent was copied"));
}

static void
on_files_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GSList *list = value != NULL ? gdk_file_list_get_files (g_value_get_boxed (value)) : NULL;

  for (GSList *l = list; l != NULL; l = l->next)
    g_ptr_array_add (files, g_object_ref (l->data));
  g_slist_free (list);
  return_parcel (task, porch_ui_clipboard_parcel_of_files (files), error);
}

static void
on_text_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);
  PorchUiParcel *parcel = text != NULL && *text != '\0' ? porch_ui_clipboard_parcel_of_text (text, &error) : NULL;

  return_parcel (task, parcel, error);
}

static GFile *
new_picture (GFileOutputStream **stream, GError **error)
{
  /* Translators: name of a file; %Y… as for g_date_time_format() */
  return new_file (_ ("Picture %Y-%m-%d %H.%M.%S.png"), stream, error);
}

static void
on_picture_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gssize written = g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error);

  return_parcel (task, written > 0 ? parcel_of_file (g_task_get_task_data (task)) : NULL, error);
}

/* A PNG goes into the file as it is: nothing is decoded. */
static void
on_png_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GInputStream) in = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, NULL, &error);
  g_autoptr (GFileOutputStream) out = NULL;
  GFile *file = in != NULL ? new_picture (&out, &error) : NULL;

  if (file == NULL)
    {
      return_parcel (task, NULL, error);
      return;
    }
  g_task_set_task_data (task, file, g_object_unref);
  g_output_stream_splice_async (G_OUTPUT_STREAM (out), in,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT,
                                NULL, on_picture_written, g_object_ref (task));
}

static void
encode_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (data);
  g_autoptr (GFileOutputStream) out = NULL;
  GError *error = NULL;
  g_autoptr (GFile) file = new_picture (&out, &error);

  if (file != NULL
      && g_output_stream_write_all (G_OUTPUT_STREAM (out), g_bytes_get_data (png, NULL), g_bytes_get_size (png), NULL, NULL,
                                    &error)
      && g_output_stream_close (G_OUTPUT_STREAM (out), NULL, &error))
    return_parcel (task, parcel_of_file (file), NULL);
  else
    return_parcel (task, NULL, error);
}

static void
on_texture_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GdkTexture *texture = gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, &error);

  if (texture == NULL)
    {
      return_parcel (task, NULL, error);
      return;
    }
  g_task_set_task_data (task, texture, g_object_unref);
  g_task_run_in_thread (task, encode_thread);
}

static gboolean
has (GdkContentFormats *formats, GType type, const char *mime)
{
  return (type != G_TYPE_INVALID && gdk_content_formats_contain_gtype (formats, type))
         || (mime != NULL && gdk_content_formats_contain_mime_type (formats, mime));
}

void
porch_ui_clipboard_read_async (GdkClipboard *clipboard, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (clipboard, NULL, callback, data);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  g_autoptr (GdkContentFormats) all = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (formats));
  const char *png[] = { PNG, NULL };

  g_task_set_source_tag (task, porch_ui_clipboard_read_async);
  /* Files before texts: file managers give the paths as a text too. Texts before pictures: spreadsheets paint what is written.
   */
  if (has (all, GDK_TYPE_FILE_LIST, "text/uri-list"))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, on_files_ready, task);
  else if (has (all, G_TYPE_STRING, "text/plain;charset=utf-8"))
    gdk_clipboard_read_text_async (clipboard, NULL, on_text_ready, task);
  else if (has (formats, G_TYPE_INVALID, PNG))
    gdk_clipboard_read_async (clipboard, png, G_PRIORITY_DEFAULT, NULL, on_png_ready, task);
  else if (has (all, GDK_TYPE_TEXTURE, NULL))
    gdk_clipboard_read_texture_async (clipboard, NULL, on_texture_ready, task);
  else
    {
      return_parcel (task, NULL, NULL);
      g_object_unref (task);
    }
}

PorchUiParcel *
porch_ui_clipboard_read_finish (GdkClipboard *clipboard, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, clipboard), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

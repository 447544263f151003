/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions that hand something over: the doors that lead to one question (to whom?) and one call. */
#include "config.h"

#include "porch-ui-compat.h"
#include "porch-ui-people-list.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define MAX_TEXT 4096 /* bytes, docs/PROTOCOL.md */

/* One act of sending on its way from the door to the call. */
typedef struct
{
  PorchUiWindow *window; /* reference */
  PorchUiParcel *parcel; /* (nullable) reference */
  char **peers;          /* (nullable) object paths: whom it is for, where that is clear */
  GtkWidget *people;     /* (nullable) reference: the list in the question */
} Handing;

static Handing *
handing_new (PorchUiWindow *window, const char *peer)
{
  Handing *handing = g_new0 (Handing, 1);

  handing->window = g_object_ref (window);
  handing->peers = peer != NULL ? g_strsplit (peer, " ", -1) : NULL; /* one or several object paths */
  return handing;
}

static void
handing_free (gpointer data)
{
  Handing *handing = data;

  g_object_unref (handing->window);
  g_clear_object (&handing->parcel);
  g_clear_object (&handing->people);
  g_strfreev (handing->peers);
  g_free (handing);
}

static Handing *
handing_copy (Handing *handing)
{
  Handing *copy = handing_new (handing->window, NULL);

  copy->parcel = handing->parcel != NULL ? g_object_ref (handing->parcel) : NULL;
  copy->peers = g_strdupv (handing->peers);
  return copy;
}

static void
say_waiting (Handing *handing, char **transfers)
{
  guint n = g_strv_length (handing->peers);
  PorchBusPeer *peer = porch_ui_backend_find_peer (porch_ui_window_get_backend (handing->window), handing->peers[0]);
  g_autofree char *person = peer != NULL ? porch_ui_words_person (porch_bus_peer_get_name (peer)) : NULL;
  g_autofree char *text = NULL;

  if (porch_ui_parcel_is_text (handing->parcel))
    {
      porch_ui_window_toast (handing->window, _ ("Text sent"));
      return;
    }
  if (n == 1 && person != NULL)
    text = g_strdup_printf (_ ("Waiting for %s to accept"), person);
  else
    text = g_strdup_printf (ngettext ("Waiting for %u person to accept", "Waiting for %u people to accept", n), n);
  if (n == 1 && transfers != NULL && transfers[0] != NULL)
    porch_ui_window_toast_button (handing->window, text, _ ("_Cancel"), "win.cancel-transfer", transfers[0]);
  else
    porch_ui_window_toast (handing->window, text);
}

static void
on_send_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Handing *handing = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) transfers = porch_ui_parcel_send_finish (PORCH_UI_PARCEL (source), result, &error);

  if (transfers == NULL)
    porch_ui_window_toast_error (handing->window, error);
  else
    say_waiting (handing, transfers);
  handing_free (handing);
}

/* Takes @handing, whose parcel and peers are known. */
static void
hand_over (Handing *handing)
{
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (handing->window);

  if (daemon == NULL)
    {
      handing_free (handing);
      return;
    }
  porch_ui_parcel_send_async (handing->parcel, daemon, (const char *const *)handing->peers, on_send_ready, handing);
}

static void
on_people_answer (const char *response, gpointer data)
{
  Handing *handing = data;
  Handing *on;

  if (!g_str_equal (response, "send"))
    return;
  g_clear_pointer (&handing->peers, g_strfreev);
  handing->peers = porch_ui_people_list_dup_paths (PORCH_UI_PEOPLE_LIST (handing->people));
  on = handing_copy (handing);
  hand_over (on);
}

static void
on_people_changed (PorchUiPeopleList *people)
{
  porch_ui_compat_enable_response (GTK_WIDGET (people), "send", porch_ui_people_list_get_count (people) > 0);
}

static void
on_nobody_answer (const char *response, gpointer data)
{
  if (g_str_equal (response, "missing"))
    gtk_widget_activate_action (data, "win.missing", NULL);
}

/* Takes @handing, whose parcel is known, and asks who gets it. */
static void
ask_people (Handing *handing)
{
  PorchUiBackend *backend = porch_ui_window_get_backend (handing->window);
  GtkWidget *people = porch_ui_people_list_new (backend, PORCH_UI_PEOPLE_TO_SEND_TO, NULL);
  const char *responses[] = { "cancel", _ ("_Cancel"), "send", _ ("_Send"), NULL };
  const char *nobody[] = { "cancel", _ ("_Close"), "missing", _ ("_Someone Missing?"), NULL };
  g_autofree char *things = porch_ui_parcel_dup_title (handing->parcel);
  /* Translators: %s is "3 photos" or a name */
  g_autofree char *heading = g_strdup_printf (_ ("Send %s to…"), things);

  g_object_ref_sink (people);
  if (porch_ui_people_list_is_empty (PORCH_UI_PEOPLE_LIST (people)))
    {
      porch_ui_compat_ask (GTK_WINDOW (handing->window), _ ("Nobody Here Yet"),
                           _ ("There is nobody to send to. People who open Porch on the same network appear by themselves."),
                           NULL, nobody, NULL, NULL, on_nobody_answer, g_object_ref (handing->window), g_object_unref);
      g_object_unref (people);
      handing_free (handing);
      return;
    }
  handing->people = people;
  porch_ui_compat_ask (GTK_WINDOW (handing->window), heading, NULL, people, responses, "send", NULL, on_people_answer, handing,
                       handing_free);
  g_signal_connect (people, "changed", G_CALLBACK (on_people_changed), NULL);
  on_people_changed (PORCH_UI_PEOPLE_LIST (people));
}

/* Takes @handing. */
static void
go_on (Handing *handing)
{
  if (handing->peers != NULL)
    hand_over (handing);
  else
    ask_people (handing);
}

static void
on_files_chosen (GPtrArray *files, gpointer data)
{
  Handing *handing = data;
  Handing *on = handing_copy (handing);

  on->parcel = porch_ui_parcel_new_for_files (files);
  go_on (on);
}

static void
choose (PorchUiWindow *self, const char *peer, PorchUiChoice choice)
{
  if (porch_ui_window_require_daemon (self) == NULL)
    return;
  porch_ui_compat_choose (GTK_WINDOW (self), choice,
                          choice == PORCH_UI_CHOOSE_FILES ? _ ("Choose Files to Send") : _ ("Choose a Folder to Send"),
                          /* Translators: the button of the file chooser */
                          peer != NULL ? _ ("_Send") : _ ("Ch_oose"), on_files_chosen, handing_new (self, peer), handing_free);
}

static void
on_send (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (PORCH_UI_WINDOW (widget), NULL, PORCH_UI_CHOOSE_FILES);
}

static void
on_send_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (PORCH_UI_WINDOW (widget), NULL, PORCH_UI_CHOOSE_FOLDERS);
}

static void
on_send_files_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL), PORCH_UI_CHOOSE_FILES);
}

static void
on_send_folder_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL), PORCH_UI_CHOOSE_FOLDERS);
}

static void
on_send_uris (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  const char *peer, *uri;
  Handing *handing;

  g_variant_get (parameter, "(&sas)", &peer, &iter);
  while (g_variant_iter_next (iter, "&s", &uri))
    g_ptr_array_add (files, g_file_new_for_uri (uri));
  if (files->len == 0)
    return;
  handing = handing_new (PORCH_UI_WINDOW (widget), *peer != '\0' ? peer : NULL);
  handing->parcel = porch_ui_parcel_new_for_files (files);
  go_on (handing);
}

void
porch_ui_window_send_files (PorchUiWindow *self, GPtrArray *files)
{
  Handing *handing = handing_new (self, NULL);

  handing->parcel = porch_ui_parcel_new_for_files (files);
  go_on (handing);
}

/* --- what was copied --- */

static void
on_clipboard_files (GObject *source, GAsyncResult *result, gpointer data)
{
  Handing *handing = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GSList *list = value != NULL ? gdk_file_list_get_files (g_value_get_boxed (value)) : NULL;

  for (GSList *l = list; l != NULL; l = l->next)
    g_ptr_array_add (files, g_object_ref (l->data));
  g_slist_free (list);
  if (files->len == 0)
    {
      handing_free (handing);
      return;
    }
  handing->parcel = porch_ui_parcel_new_for_files (files);
  ask_people (handing);
}

static void
on_clipboard_text (GObject *source, GAsyncResult *result, gpointer data)
{
  Handing *handing = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text == NULL || *text == '\0' || strlen (text) > MAX_TEXT)
    {
      if (text != NULL && *text != '\0')
        porch_ui_window_toast (handing->window, _ ("That text is too long: save it as a file and send that"));
      handing_free (handing);
      return;
    }
  handing->parcel = porch_ui_parcel_new_for_text (text);
  ask_people (handing);
}

static void
on_paste (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (porch_ui_window_require_daemon (self) == NULL)
    return;
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST)
      || gdk_content_formats_contain_mime_type (formats, "text/uri-list"))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, on_clipboard_files,
                                    handing_new (self, NULL));
  else if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING)
           || gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8"))
    gdk_clipboard_read_text_async (clipboard, NULL, on_clipboard_text, handing_new (self, NULL));
  else
    porch_ui_window_toast (self, _ ("Nothing that can be sent was copied"));
}

/* --- a text --- */

static char *
buffer_text (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
on_text_changed (GtkTextBuffer *buffer, gpointer data)
{
  g_autofree char *text = buffer_text (buffer);

  porch_ui_compat_enable_response (data, "send", *text != '\0' && strlen (text) <= MAX_TEXT);
}

static void
on_text_answer (const char *response, gpointer data)
{
  Handing *handing = data;
  GtkWidget *view = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (handing->people));
  g_autofree char *text = buffer_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  Handing *on;

  if (!g_str_equal (response, "send"))
    return;
  on = handing_copy (handing);
  on->parcel = porch_ui_parcel_new_for_text (text);
  go_on (on);
}

static void
on_send_text_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), parameter);
  const char *responses[] = { "cancel", _ ("_Cancel"), "send", _ ("_Send"), NULL };
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  Handing *handing;
  g_autofree char *person = NULL;
  g_autofree char *heading = NULL;

  g_object_ref_sink (scroller);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Text to send"), -1);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 140);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scroller), 280);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_add_css_class (view, "porch-text");
  if (peer == NULL)
    {
      g_object_unref (scroller);
      return;
    }
  person = porch_ui_words_person (porch_bus_peer_get_name (peer));
  /* Translators: %s is a person or device */
  heading = g_strdup_printf (_ ("Send a Text to %s"), person);
  handing = handing_new (PORCH_UI_WINDOW (widget), g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
  handing->people = scroller;
  porch_ui_compat_ask (GTK_WINDOW (widget), heading, NULL, scroller, responses, "send", NULL, on_text_answer, handing,
                       handing_free);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "changed", G_CALLBACK (on_text_changed), scroller,
                           0);
  on_text_changed (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), scroller);
  gtk_widget_grab_focus (view);
}

void
porch_ui_window_install_send_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.send", NULL, on_send);
  gtk_widget_class_install_action (klass, "win.paste", NULL, on_paste);
  gtk_widget_class_install_action (klass, "win.send-folder", NULL, on_send_folder);
  gtk_widget_class_install_action (klass, "win.send-files-to", "s", on_send_files_to);
  gtk_widget_class_install_action (klass, "win.send-folder-to", "s", on_send_folder_to);
  gtk_widget_class_install_action (klass, "win.send-text-to", "s", on_send_text_to);
  gtk_widget_class_install_action (klass, "win.send-uris", "(sas)", on_send_uris);
}

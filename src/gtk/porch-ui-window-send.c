/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions that hand something over: five doors, one sheet. Where it is clear whom files are for they go at once;
 * the sheet comes when something stands in the way. */
#include "config.h"

#include "porch-ui-clipboard.h"
#include "porch-ui-compat.h"
#include "porch-ui-send-sheet.h"
#include "porch-ui-send-words.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

/* --- said when it is on its way --- */

static GPtrArray *
find_peers (PorchUiWindow *self, const char *const *paths)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      PorchBusPeer *peer = porch_ui_backend_find_peer (porch_ui_window_get_backend (self), paths[i]);

      if (peer != NULL)
        g_ptr_array_add (peers, g_object_ref (peer));
    }
  return peers;
}

static void
say_sent (PorchUiWindow *self, const char *const *peers, const char *const *transfers, gboolean text)
{
  g_autoptr (GPtrArray) found = find_peers (self, peers);
  g_autofree char *target = g_strjoinv (" ", (char **)transfers);
  g_autofree char *words
      = found->len > 0
            ? porch_ui_send_words_waiting (found, text, porch_ui_backend_get_connected (porch_ui_window_get_backend (self)))
            : NULL;

  if (words != NULL)
    porch_ui_window_toast_button (self, words, _ ("_Cancel"), "win.cancel-transfers", target);
}

static void
on_sheet_sent (PorchUiSendSheet *sheet, GStrv peers, GStrv transfers, gboolean text, gpointer data)
{
  say_sent (data, (const char *const *)peers, (const char *const *)transfers, text);
}

/* @peer: (nullable) one or several object paths, with blanks between them. */
static char **
split_peers (const char *peer)
{
  return peer != NULL && *peer != '\0' ? g_strsplit (peer, " ", -1) : g_new0 (char *, 1);
}

static PorchUiSendSheet *
open_sheet (PorchUiWindow *self, PorchUiParcel *parcel, const char *peer)
{
  g_auto (GStrv) peers = split_peers (peer);
  PorchUiSendSheet *sheet
      = porch_ui_send_sheet_new (GTK_WINDOW (self), porch_ui_window_get_backend (self), parcel, (const char *const *)peers);

  g_signal_connect_object (sheet, "sent", G_CALLBACK (on_sheet_sent), self, 0);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}

/* --- files --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *peer;            /* (nullable) object paths: whom it is for, where that is clear */
} Handing;

static Handing *
handing_new (gpointer window, const char *peer)
{
  Handing *handing = g_new0 (Handing, 1);

  handing->window = g_object_ref (window);
  handing->peer = g_strdup (peer != NULL && *peer != '\0' ? peer : NULL);
  return handing;
}

static void
handing_free (gpointer data)
{
  Handing *handing = data;

  g_object_unref (handing->window);
  g_free (handing->peer);
  g_free (handing);
}

static void
on_send_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Handing *handing = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) transfers = porch_ui_parcel_send_finish (PORCH_UI_PARCEL (source), result, &error);
  g_auto (GStrv) peers = split_peers (handing->peer);

  if (transfers != NULL)
    say_sent (handing->window, (const char *const *)peers, (const char *const *)transfers, FALSE);
  else
    porch_ui_send_sheet_show_error (open_sheet (handing->window, PORCH_UI_PARCEL (source), handing->peer), error);
  handing_free (handing);
}

/* @peer: (nullable), or "". Files that are known whom for go at once; a text is looked at first. */
static void
hand_over (PorchUiWindow *self, PorchUiParcel *parcel, const char *peer)
{
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);
  g_auto (GStrv) peers = split_peers (peer);

  if (daemon == NULL || parcel == NULL)
    return;
  if (peer == NULL || *peer == '\0' || porch_ui_parcel_is_text (parcel))
    open_sheet (self, parcel, peer);
  else
    porch_ui_parcel_send_async (parcel, daemon, (const char *const *)peers, on_send_ready, handing_new (self, peer));
}

static void
on_files_chosen (GPtrArray *files, gpointer data)
{
  Handing *handing = data;
  g_autoptr (PorchUiParcel) parcel = porch_ui_parcel_new_for_files (files);

  hand_over (handing->window, parcel, handing->peer);
}

static void
choose (GtkWidget *widget, const char *peer, PorchUiChoice choice)
{
  if (porch_ui_window_require_daemon (PORCH_UI_WINDOW (widget)) == NULL)
    return;
  porch_ui_compat_choose (
      GTK_WINDOW (widget), choice, choice == PORCH_UI_CHOOSE_FILES ? _ ("Choose Files to Send") : _ ("Choose a Folder to Send"),
      /* Translators: the button of the file chooser */
      peer != NULL ? _ ("_Send") : _ ("Ch_oose"), on_files_chosen, handing_new (widget, peer), handing_free);
}

static void
on_send (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (widget, NULL, PORCH_UI_CHOOSE_FILES);
}

static void
on_send_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (widget, NULL, PORCH_UI_CHOOSE_FOLDERS);
}

static void
on_send_files_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (widget, g_variant_get_string (parameter, NULL), PORCH_UI_CHOOSE_FILES);
}

static void
on_send_folder_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (widget, g_variant_get_string (parameter, NULL), PORCH_UI_CHOOSE_FOLDERS);
}

static void
on_send_uris (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PorchUiParcel) parcel = NULL;
  const char *peer, *uri;

  g_variant_get (parameter, "(&sas)", &peer, &iter);
  while (g_variant_iter_next (iter, "&s", &uri))
    g_ptr_array_add (files, g_file_new_for_uri (uri));
  parcel = porch_ui_clipboard_parcel_of_files (files);
  hand_over (PORCH_UI_WINDOW (widget), parcel, peer);
}

void
porch_ui_window_send_files (PorchUiWindow *self, GPtrArray *files)
{
  g_autoptr (PorchUiParcel) parcel = NULL;

  if (porch_ui_window_keep_files (self, files))
    return;
  parcel = porch_ui_clipboard_parcel_of_files (files);
  hand_over (self, parcel, NULL);
}

/* --- texts --- */

static void
send_text (PorchUiWindow *self, const char *text, const char *peer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = porch_ui_clipboard_parcel_of_text (text, &error);

  if (parcel == NULL)
    porch_ui_window_toast_error (self, error);
  else if (porch_ui_window_require_daemon (self) != NULL)
    open_sheet (self, parcel, peer);
}

static void
on_send_text (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *peer, *text;

  g_variant_get (parameter, "(&s&s)", &peer, &text);
  send_text (PORCH_UI_WINDOW (widget), text, *peer != '\0' ? peer : NULL);
}

static void
on_send_text_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  send_text (PORCH_UI_WINDOW (widget), "", g_variant_get_string (parameter, NULL));
}

/* --- what was copied --- */

static void
on_clipboard_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Handing *handing = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = porch_ui_clipboard_read_finish (GDK_CLIPBOARD (source), result, &error);

  if (parcel == NULL)
    porch_ui_window_toast_error (handing->window, error);
  else if (porch_ui_window_require_daemon (handing->window) != NULL)
    open_sheet (handing->window, parcel, handing->peer); /* seen before it goes: nobody knows what the clipboard holds */
  handing_free (handing);
}

static void
on_paste (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));
  PorchBusPeer *peer = porch_ui_window_get_shown_peer (PORCH_UI_WINDOW (widget));

  /* Where one writes it means what it always means. */
  if (focus != NULL && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus)))
    gtk_widget_activate_action (focus, "clipboard.paste", NULL);
  else
    porch_ui_clipboard_read_async (
        gtk_widget_get_clipboard (widget), on_clipboard_ready,
        handing_new (widget, peer != NULL ? g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)) : NULL));
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
  gtk_widget_class_install_action (klass, "win.send-text", "(ss)", on_send_text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions about hand-outs: opening one over chosen files, its page, its end, joining somebody else's. */
#include "config.h"

#include "porch-ui-clipboard.h"
#include "porch-ui-compat.h"
#include "porch-ui-handout-page.h"
#include "porch-ui-join-dialog.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words-handout.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

static PorchBusHandOut *
find_handout (PorchUiWindow *self, GVariant *path)
{
  return porch_ui_backend_find (porch_ui_backend_get_handouts (porch_ui_window_get_backend (self)),
                                g_variant_get_string (path, NULL));
}

/* --- opening one --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char **paths;
  char *title;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->window);
  g_strfreev (opening->paths);
  g_free (opening->title);
  g_free (opening);
}

/* The object comes with its own message, which may be here already or on its way. */
static void
on_handouts_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  const char *path = g_object_get_data (G_OBJECT (data), "porch-new-handout");
  PorchBusHandOut *handout = path != NULL ? porch_ui_backend_find (model, path) : NULL;

  if (handout == NULL)
    return;
  g_signal_handlers_disconnect_by_func (model, on_handouts_items_changed, data);
  g_object_set_data (data, "porch-new-handout", NULL);
  porch_ui_window_show_handout (data, handout);
}

static void
on_handed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;
  GListModel *handouts = porch_ui_backend_get_handouts (porch_ui_window_get_backend (opening->window));
  g_autoptr (GError) error = NULL;
  char *path = NULL;

  if (porch_bus_daemon_call_hand_out_finish (PORCH_BUS_DAEMON (source), &path, NULL, result, &error))
    {
      g_object_set_data_full (G_OBJECT (opening->window), "porch-new-handout", path, g_free);
      g_signal_connect_object (handouts, "items-changed", G_CALLBACK (on_handouts_items_changed), opening->window, 0);
      on_handouts_items_changed (handouts, 0, 0, 0, opening->window);
    }
  else
    porch_ui_window_toast_error (opening->window, error);
  opening_free (opening);
}

static void
on_paths_opened (GVariant *handles, GUnixFDList *fds, const GError *error, gpointer data)
{
  Opening *opening = data;
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (opening->window);

  if (error != NULL)
    porch_ui_window_toast_error (opening->window, error);
  if (error != NULL || daemon == NULL)
    opening_free (opening);
  else
    porch_bus_daemon_call_hand_out (daemon, opening->title, (const char *const *)opening->paths, handles, fds, NULL,
                                    on_handed_out, opening);
}

static void
on_title (PorchUiWindow *self, const char *title, gpointer data)
{
  char **paths = data;
  Opening *opening = g_new0 (Opening, 1);

  opening->window = g_object_ref (self);
  opening->paths = g_strdupv (paths);
  opening->title = g_strdup (title);
  porch_ui_parcel_open_paths ((const char *const *)paths, on_paths_opened, opening);
}

static void
free_paths (gpointer data)
{
  g_strfreev (data);
}

/* What others see: the name of the first, without what stands behind its point. */
static char *
dup_first_title (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *shown = porch_ui_words_name (base);
  char *point = strrchr (shown, '.');

  if (point != NULL && point != shown && !g_file_test (path, G_FILE_TEST_IS_DIR))
    *point = '\0';
  return g_steal_pointer (&shown);
}

static void
ask_title (PorchUiWindow *self, GPtrArray *files)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;
  g_autofree char *title = NULL;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path = g_file_get_path (files->pdata[i]);

      if (path != NULL)
        g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  if (paths[0] == NULL)
    {
      porch_ui_window_toast (self, _ ("That is not on this computer: copy it here first, then hand it out."));
      return;
    }
  title = dup_first_title (paths[0]);
  porch_ui_window_ask_line (
      self, _ ("Hand Out"),
      _ ("Whoever types the number that you will see gets the files, without being asked, until you end it."),
      /* Translators: what others see of what is handed out */
      _ ("Title"), title, _ ("_Hand Out"), on_title, g_steal_pointer (&paths), free_paths);
}

static void
on_files_chosen (GPtrArray *files, gpointer data)
{
  ask_title (data, files);
}

static void
choose (GtkWidget *widget, PorchUiChoice choice)
{
  if (porch_ui_window_require_daemon (PORCH_UI_WINDOW (widget)) == NULL)
    return;
  porch_ui_compat_choose (GTK_WINDOW (widget), choice,
                          choice == PORCH_UI_CHOOSE_FILES ? _ ("Choose Files to Hand Out") : _ ("Choose a Folder to Hand Out"),
                          _ ("Ch_oose"), on_files_chosen, g_object_ref (widget), g_object_unref);
}

static void
on_hand_out (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (widget, PORCH_UI_CHOOSE_FILES);
}

static void
on_hand_out_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (widget, PORCH_UI_CHOOSE_FOLDERS);
}

static void
on_hand_out_uris (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree const char **uris = g_variant_get_strv (parameter, NULL);

  for (guint i = 0; uris[i] != NULL; i++)
    g_ptr_array_add (files, g_file_new_for_uri (uris[i]));
  ask_title (PORCH_UI_WINDOW (widget), files);
}

/* --- one that is there --- */

static void
on_open_handout (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusHandOut *handout = find_handout (PORCH_UI_WINDOW (widget), parameter);

  if (handout != NULL)
    porch_ui_window_show_handout (PORCH_UI_WINDOW (widget), handout);
}

typedef struct
{
  PorchUiWindow *window;    /* reference */
  PorchBusHandOut *handout; /* reference */
} Ending;

static void
ending_free (gpointer data)
{
  Ending *ending = data;

  g_object_unref (ending->window);
  g_object_unref (ending->handout);
  g_free (ending);
}

static void
on_end_answer (const char *response, gpointer data)
{
  Ending *ending = data;

  if (g_strcmp0 (response, "end") == 0)
    porch_ui_window_call (ending->window, ending->handout, "End", NULL, NULL);
}

/* Asked only where somebody would go without it. */
static void
on_handout_end (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *responses[] = { "cancel", _ ("_Cancel"), "end", _ ("_End"), NULL };
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusHandOut *handout = find_handout (self, parameter);
  g_autofree char *title = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  Ending *ending;
  guint on_the_way;

  if (handout == NULL)
    return;
  on_the_way = porch_ui_words_handout_count (handout, NULL) - porch_ui_words_handout_count (handout, "done")
               - porch_ui_words_handout_count (handout, "left");
  if (on_the_way == 0)
    {
      porch_ui_window_call (self, handout, "End", NULL, NULL);
      return;
    }
  ending = g_new0 (Ending, 1);
  ending->window = g_object_ref (self);
  ending->handout = g_object_ref (handout);
  title = porch_ui_words_name (porch_bus_hand_out_get_title (handout));
  /* Translators: %s is the title of what is handed out */
  heading = g_strdup_printf (_ ("End “%s”?"), title);
  body = g_strdup_printf (ngettext ("%u device does not have it yet and gets nothing more.",
                                    "%u devices do not have it yet and get nothing more.", on_the_way),
                          on_the_way);
  porch_ui_compat_ask (GTK_WINDOW (self), heading, body, NULL, responses, NULL, "end", on_end_answer, ending, ending_free);
}

static void
on_handout_again (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusHandOut *handout = find_handout (self, parameter);

  if (handout != NULL)
    porch_ui_window_call (self, handout, "SendAgain", NULL, _ ("Each of them is asked; see Transfers"));
}

static void
on_handout_clear (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusHandOut *handout = find_handout (self, parameter);

  if (handout == NULL)
    return;
  porch_ui_window_call (self, handout, "Clear", NULL, NULL);
  porch_ui_window_show_page (self, "transfers");
}

/* --- joining --- */

static void
on_taken (PorchUiJoinDialog *dialog, const char *transfer, gpointer data)
{
  porch_ui_window_show_page (data, "transfers");
}

static void
on_join (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchUiJoinDialog *dialog;

  if (porch_ui_window_require_daemon (self) == NULL)
    return;
  dialog = porch_ui_join_dialog_new (GTK_WINDOW (self), porch_ui_window_get_backend (self));
  g_signal_connect_object (dialog, "taken", G_CALLBACK (on_taken), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
porch_ui_window_install_handout_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.hand-out", NULL, on_hand_out);
  gtk_widget_class_install_action (klass, "win.hand-out-folder", NULL, on_hand_out_folder);
  gtk_widget_class_install_action (klass, "win.hand-out-uris", "as", on_hand_out_uris);
  gtk_widget_class_install_action (klass, "win.open-handout", "s", on_open_handout);
  gtk_widget_class_install_action (klass, "win.handout-end", "s", on_handout_end);
  gtk_widget_class_install_action (klass, "win.handout-again", "s", on_handout_again);
  gtk_widget_class_install_action (klass, "win.handout-clear", "s", on_handout_clear);
  gtk_widget_class_install_action (klass, "win.join", NULL, on_join);
}

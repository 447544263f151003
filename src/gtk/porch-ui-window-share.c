/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions on the folders that we share. */
#include "config.h"

#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-compat.h"
#include "porch-ui-people-list.h"
#include "porch-ui-show.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

/* One folder on its way to being shared. */
typedef struct
{
  PorchUiWindow *window; /* reference */
  char *path;
  const char *audience; /* of the static names below; NULL while nothing is chosen */
  char **selected;      /* device ids, for "selected" */
  gboolean override;    /* the person was told why not, and wants it */
  GtkWidget *people;    /* reference, while asked */
  GtkWidget *box;       /* reference, while asked */
} Adding;

static const char *const audiences[] = { "selected", "trusted", "everyone" };

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_object_unref (adding->window);
  g_clear_object (&adding->people);
  g_clear_object (&adding->box);
  g_strfreev (adding->selected);
  g_free (adding->path);
  g_free (adding);
}

static Adding *
adding_new (PorchUiWindow *window, const char *path)
{
  Adding *adding = g_new0 (Adding, 1);

  adding->window = g_object_ref (window);
  adding->path = g_strdup (path);
  return adding;
}

static Adding *
adding_copy (Adding *adding)
{
  Adding *copy = adding_new (adding->window, adding->path);

  copy->audience = adding->audience;
  copy->selected = g_strdupv (adding->selected);
  copy->override = adding->override;
  return copy;
}

static void add_share (Adding *adding);

static void
on_override_answer (const char *response, gpointer data)
{
  Adding *on;

  if (!g_str_equal (response, "share"))
    return;
  on = adding_copy (data);
  on->override = TRUE;
  add_share (on);
}

/* Takes @adding: the service said why this folder should not be shared. */
static void
ask_override (Adding *adding, const GError *error)
{
  const char *responses[] = { "cancel", _ ("_Cancel"), "share", _ ("_Share Anyway"), NULL };
  g_autofree char *name = porch_display_basename (adding->path);
  /* Translators: %s is a folder */
  g_autofree char *heading = g_strdup_printf (_ ("Share “%s”?"), name);

  porch_ui_compat_ask (GTK_WINDOW (adding->window), heading, error->message, NULL, responses, NULL, "share", on_override_answer,
                       adding, adding_free);
}

static void
on_add_share_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Adding *adding = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *share = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (porch_bus_daemon_call_add_share_finish (PORCH_BUS_DAEMON (source), &share, NULL, result, &error))
    {
      name = porch_display_basename (adding->path);
      /* Translators: %s is a folder */
      text = g_strdup_printf (_ ("“%s” is shared"), name);
      porch_ui_window_toast (adding->window, text);
      porch_ui_window_show_page (adding->window, "sharing");
      adding_free (adding);
      return;
    }
  porch_bus_error_strip (error);
  if (g_error_matches (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_PATH_REFUSED) && !adding->override)
    {
      ask_override (adding, error);
      return;
    }
  porch_ui_window_toast_error (adding->window, error);
  adding_free (adding);
}

static void
on_folder_opened (GVariant *handles, GUnixFDList *fds, const GError *error, gpointer data)
{
  Adding *adding = data;
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (adding->window);
  GVariantBuilder options;

  if (error != NULL || daemon == NULL)
    {
      if (error != NULL)
        porch_ui_window_toast_error (adding->window, error);
      adding_free (adding);
      return;
    }
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "audience", g_variant_new_string (adding->audience));
  if (adding->selected != NULL)
    g_variant_builder_add (&options, "{sv}", "selected", g_variant_new_strv ((const char *const *)adding->selected, -1));
  if (adding->override)
    g_variant_builder_add (&options, "{sv}", "override", g_variant_new_boolean (TRUE));
  porch_bus_daemon_call_add_share (daemon, adding->path, g_variant_new_handle (0), g_variant_builder_end (&options), fds, NULL,
                                   on_add_share_ready, adding);
}

/* Takes @adding, whose audience is known. */
static void
add_share (Adding *adding)
{
  const char *paths[] = { adding->path, NULL };

  porch_ui_parcel_open_paths (paths, on_folder_opened, adding);
}

/* --- who may open it --- */

static void
update_question (Adding *adding)
{
  gboolean selected = g_strcmp0 (adding->audience, "selected") == 0;
  guint n = porch_ui_people_list_get_count (PORCH_UI_PEOPLE_LIST (adding->people));

  gtk_widget_set_visible (adding->people, selected);
  porch_ui_compat_enable_response (adding->box, "share", adding->audience != NULL && (!selected || n > 0));
}

static void
on_audience_toggled (GtkCheckButton *check, gpointer data)
{
  Adding *adding = data;

  if (!gtk_check_button_get_active (check))
    return;
  adding->audience = g_object_get_data (G_OBJECT (check), "audience");
  update_question (adding);
}

static void
on_people_changed (PorchUiPeopleList *people, gpointer data)
{
  update_question (data);
}

static void
on_audience_answer (const char *response, gpointer data)
{
  Adding *on;

  if (!g_str_equal (response, "share"))
    return;
  on = adding_copy (data);
  if (g_strcmp0 (on->audience, "selected") == 0)
    on->selected = porch_ui_people_list_dup_ids (PORCH_UI_PEOPLE_LIST (((Adding *)data)->people));
  add_share (on);
}

static GtkWidget *
add_choice (Adding *adding, GtkListBox *list, GtkWidget *group, guint which, gboolean sensitive)
{
  const char *titles[] = { _ ("People You Choose"), _ ("Everyone You Trust"), _ ("Everyone on This Network") };
  const char *subtitles[] = { _ ("Only those you tick below, of the people you trust"), _ ("Now and later; you can stop trusting somebody at any time"),
                              _ ("Also people you don’t know") };
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (group));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), titles[which]);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), sensitive ? subtitles[which] : _ ("You trust nobody yet"));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (row, sensitive);
  g_object_set_data (G_OBJECT (check), "audience", (gpointer)audiences[which]);
  gtk_list_box_append (list, row);
  g_signal_connect (check, "toggled", G_CALLBACK (on_audience_toggled), adding);
  return check;
}

/* Takes @adding and asks who may open the folder. Nothing is preselected while nobody is trusted. */
static void
ask_audience (Adding *adding)
{
  PorchUiBackend *backend = porch_ui_window_get_backend (adding->window);
  const char *responses[] = { "cancel", _ ("_Cancel"), "share", _ ("_Share"), NULL };
  g_autofree char *name = porch_display_basename (adding->path);
  /* Translators: %s is a folder */
  g_autofree char *heading = g_strdup_printf (_ ("Who may open “%s”?"), name);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *selected, *trusted;
  gboolean trusts;

  adding->people = g_object_ref_sink (porch_ui_people_list_new (backend, PORCH_UI_PEOPLE_TO_LET_IN, NULL));
  adding->box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  trusts = !porch_ui_people_list_is_empty (PORCH_UI_PEOPLE_LIST (adding->people));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, heading, -1);
  gtk_box_append (GTK_BOX (adding->box), list);
  gtk_box_append (GTK_BOX (adding->box), adding->people);
  selected = add_choice (adding, GTK_LIST_BOX (list), NULL, 0, trusts);
  trusted = add_choice (adding, GTK_LIST_BOX (list), selected, 1, TRUE);
  add_choice (adding, GTK_LIST_BOX (list), selected, 2, TRUE);
  porch_ui_compat_ask (GTK_WINDOW (adding->window), heading,
                       _ ("They can look and copy. They can’t change or delete anything."), adding->box, responses, "share",
                       NULL, on_audience_answer, adding, adding_free);
  g_signal_connect (adding->people, "changed", G_CALLBACK (on_people_changed), adding);
  if (trusts)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (trusted), TRUE);
  update_question (adding);
}

/* A file was dropped where folders go. */
static void
say_not_a_folder (PorchUiWindow *self, const char *path)
{
  g_autofree char *name = porch_display_basename (path);
  /* Translators: %s is a file */
  g_autofree char *text = g_strdup_printf (_ ("“%s” is not a folder: only folders can be shared"), name);

  porch_ui_window_toast (self, text);
}

static void
on_folder_chosen (GPtrArray *files, gpointer data)
{
  PorchUiWindow *self = data;
  g_autofree char *path = g_file_get_path (files->pdata[0]);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    porch_ui_window_toast (self, _ ("That folder is not on this computer"));
  else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    say_not_a_folder (self, path);
  else
    ask_audience (adding_new (self, path));
}

static void
on_add_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (porch_ui_window_require_daemon (PORCH_UI_WINDOW (widget)) != NULL)
    porch_ui_compat_choose (GTK_WINDOW (widget), PORCH_UI_CHOOSE_FOLDER, _ ("Choose a Folder to Share"), _ ("Ch_oose"),
                            on_folder_chosen, g_object_ref (widget), g_object_unref);
}

/* What is dropped on a sandboxed Porch may be read until the session ends, and lies in the portal's folder below /run; what is chosen in
 * the file chooser stays. No disks are below /run in there, unlike outside. */
static gboolean
is_on_loan (PorchBusDaemon *daemon, const char *path)
{
  const char *sandbox = porch_bus_daemon_get_sandbox (daemon);

  return sandbox != NULL && *sandbox != '\0' && g_str_has_prefix (path, "/run/");
}

static void
ask_to_keep (PorchUiWindow *self, GFile *folder)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autofree char *name = porch_display_basename (path);
  /* Translators: the title of a file chooser that opens at the folder %s, which was dropped on the window */
  g_autofree char *title = g_strdup_printf (_ ("Allow Porch to Keep Sharing “%s”"), name);

  porch_ui_compat_choose_folder_at (GTK_WINDOW (self), folder, title, _ ("_Allow"), on_folder_chosen, g_object_ref (self),
                                    g_object_unref);
}

static void
on_add_folder_path (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (PORCH_UI_WINDOW (widget));
  const char *path = g_variant_get_bytestring (parameter);

  if (daemon == NULL)
    return;
  g_ptr_array_add (files, g_file_new_for_path (path));
  if (is_on_loan (daemon, path))
    ask_to_keep (PORCH_UI_WINDOW (widget), files->pdata[0]);
  else
    on_folder_chosen (files, widget);
}

/* --- one that is shared --- */

static PorchBusShare *
find_share (PorchUiWindow *self, const char *path)
{
  return porch_ui_backend_find (porch_ui_backend_get_shares (porch_ui_window_get_backend (self)), path);
}

static void
set_one (PorchUiWindow *self, const char *path, const char *key, GVariant *value, const char *done)
{
  PorchBusShare *share = find_share (self, path);
  GVariantBuilder changes;

  g_variant_ref_sink (value);
  g_variant_builder_init (&changes, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&changes, "{sv}", key, value);
  if (share != NULL)
    porch_ui_window_call (self, share, "Set", g_variant_new ("(a{sv})", &changes), done);
  else
    g_variant_builder_clear (&changes);
  g_variant_unref (value);
}

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *share;           /* object path */
  GtkWidget *people;     /* reference */
} Choosing;

static void
choosing_free (gpointer data)
{
  Choosing *choosing = data;

  g_object_unref (choosing->window);
  g_object_unref (choosing->people);
  g_free (choosing->share);
  g_free (choosing);
}

static void
on_choosing_answer (const char *response, gpointer data)
{
  Choosing *choosing = data;
  PorchBusShare *share = find_share (choosing->window, choosing->share);
  g_auto (GStrv) ids = porch_ui_people_list_dup_ids (PORCH_UI_PEOPLE_LIST (choosing->people));
  GVariantBuilder changes;

  if (!g_str_equal (response, "save") || share == NULL)
    return;
  g_variant_builder_init (&changes, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&changes, "{sv}", "audience", g_variant_new_string ("selected"));
  g_variant_builder_add (&changes, "{sv}", "selected", g_variant_new_strv ((const char *const *)ids, -1));
  porch_ui_window_call (choosing->window, share, "Set", g_variant_new ("(a{sv})", &changes), NULL);
}

static void
ask_selected (PorchUiWindow *self, PorchBusShare *share)
{
  const char *responses[] = { "cancel", _ ("_Cancel"), "save", _ ("_Save"), NULL };
  g_autofree char *name = porch_ui_words_name (porch_bus_share_get_name (share));
  g_autofree char *heading = g_strdup_printf (_ ("Who may open “%s”?"), name);
  Choosing *choosing = g_new0 (Choosing, 1);

  choosing->window = g_object_ref (self);
  choosing->share = g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (share)));
  choosing->people = g_object_ref_sink (porch_ui_people_list_new (porch_ui_window_get_backend (self), PORCH_UI_PEOPLE_TO_LET_IN,
                                                                  porch_bus_share_get_selected (share)));
  if (porch_ui_people_list_is_empty (PORCH_UI_PEOPLE_LIST (choosing->people)))
    {
      porch_ui_window_toast (self, _ ("You trust nobody yet: open somebody’s page and trust them first"));
      choosing_free (choosing);
      return;
    }
  porch_ui_compat_ask (GTK_WINDOW (self), heading, NULL, choosing->people, responses, "save", NULL, on_choosing_answer,
                       choosing, choosing_free);
}

static void
on_share_audience (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  const char *path, *audience;

  g_variant_get (parameter, "(&s&s)", &path, &audience);
  if (!g_str_equal (audience, "selected"))
    set_one (self, path, "audience", g_variant_new_string (audience), NULL);
  else if (find_share (self, path) != NULL)
    ask_selected (self, find_share (self, path));
}

static void
on_pause_all (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  GListModel *shares = porch_ui_backend_get_shares (porch_ui_window_get_backend (self));
  gboolean pause = g_variant_get_boolean (parameter);

  for (guint i = 0; i < g_list_model_get_n_items (shares); i++)
    {
      g_autoptr (PorchBusShare) share = g_list_model_get_item (shares, i);

      if (porch_bus_share_get_active (share) == pause)
        set_one (self, g_dbus_proxy_get_object_path (G_DBUS_PROXY (share)), "active", g_variant_new_boolean (!pause), NULL);
    }
}

static void
on_share_paused (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path;
  gboolean paused;

  g_variant_get (parameter, "(&sb)", &path, &paused);
  set_one (PORCH_UI_WINDOW (widget), path, "active", g_variant_new_boolean (!paused), NULL);
}

static void
on_share_open (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusShare *share = find_share (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL));

  if (share != NULL)
    porch_ui_show_folder (GTK_WINDOW (widget), porch_bus_share_get_path (share));
}

static void
on_new_name (PorchUiWindow *self, const char *text, gpointer data)
{
  set_one (self, data, "name", g_variant_new_string (text), NULL);
}

static void
on_share_rename (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path = g_variant_get_string (parameter, NULL);
  PorchBusShare *share = find_share (PORCH_UI_WINDOW (widget), path);

  if (share != NULL)
    porch_ui_window_ask_line (PORCH_UI_WINDOW (widget), _ ("Rename Shared Folder"),
                              _ ("The name that others see. The folder itself is not renamed."), _ ("Name"),
                              porch_bus_share_get_name (share), _ ("_Rename"), on_new_name, g_strdup (path), g_free);
}

static void
on_new_note (PorchUiWindow *self, const char *text, gpointer data)
{
  set_one (self, data, "note", g_variant_new_string (text), NULL);
}

static void
on_share_note (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path = g_variant_get_string (parameter, NULL);
  PorchBusShare *share = find_share (PORCH_UI_WINDOW (widget), path);

  if (share != NULL)
    porch_ui_window_ask_any_line (PORCH_UI_WINDOW (widget), _ ("Note Beside the Folder"),
                                  _ ("Everybody who may open the folder sees it. Leave it empty for no note."), _ ("Note"),
                                  porch_bus_share_get_note (share), _ ("_Save"), on_new_note, g_strdup (path), g_free);
}

/* @when: "0", "hour", "midnight", "week". Unix seconds; 0 is no end. */
static gint64
end_of (const char *when)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
                                                          g_date_time_get_day_of_month (tomorrow), 0, 0, 0);

  if (g_str_equal (when, "hour"))
    return g_date_time_to_unix (now) + 60 * 60;
  if (g_str_equal (when, "week"))
    return g_date_time_to_unix (now) + 7 * 24 * 60 * 60;
  return g_str_equal (when, "midnight") && midnight != NULL ? g_date_time_to_unix (midnight) - 1 : 0;
}

static void
on_share_until (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path, *when;

  g_variant_get (parameter, "(&s&s)", &path, &when);
  set_one (PORCH_UI_WINDOW (widget), path, "until", g_variant_new_int64 (end_of (when)), NULL);
}

/* --- no longer shared, and shared again as it was --- */

/* path, name, note, audience, selected, until, active */
#define TERMS_TYPE G_VARIANT_TYPE ("(aysssasxb)")

static char *
print_terms (PorchBusShare *share)
{
  const char *const none[] = { NULL };
  const char *const *selected = porch_bus_share_get_selected (share);
  g_autoptr (GVariant) terms = g_variant_ref_sink (
      g_variant_new ("(@aysss^asxb)", g_variant_new_bytestring (porch_bus_share_get_path (share)),
                     porch_bus_share_get_name (share), porch_bus_share_get_note (share), porch_bus_share_get_audience (share),
                     selected != NULL ? selected : none, porch_bus_share_get_until (share), porch_bus_share_get_active (share)));

  return g_variant_print (terms, TRUE);
}

typedef struct
{
  PorchUiWindow *window; /* reference */
  GVariant *terms;
} Again;

static void
again_free (Again *again)
{
  g_object_unref (again->window);
  g_variant_unref (again->terms);
  g_free (again);
}

static void
on_share_again_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Again *again = data;
  g_autoptr (GError) error = NULL;

  if (!porch_bus_daemon_call_add_share_finish (PORCH_BUS_DAEMON (source), NULL, NULL, result, &error))
    porch_ui_window_toast_error (again->window, error);
  again_free (again);
}

static void
on_share_again_opened (GVariant *handles, GUnixFDList *fds, const GError *error, gpointer data)
{
  Again *again = data;
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (again->window);
  const char *path, *name, *note, *audience;
  g_autofree const char **selected = NULL;
  gint64 until;
  gboolean active;
  GVariantBuilder options;

  if (error != NULL || daemon == NULL)
    {
      porch_ui_window_toast_error (again->window, error);
      again_free (again);
      return;
    }
  g_variant_get (again->terms, "(^&ay&s&s&s^a&sxb)", &path, &name, &note, &audience, &selected, &until, &active);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "name", g_variant_new_string (name));
  g_variant_builder_add (&options, "{sv}", "note", g_variant_new_string (note));
  g_variant_builder_add (&options, "{sv}", "selected", g_variant_new_strv (selected, -1));
  g_variant_builder_add (&options, "{sv}", "audience", g_variant_new_string (audience));
  g_variant_builder_add (&options, "{sv}", "active", g_variant_new_boolean (active));
  g_variant_builder_add (&options, "{sv}", "override", g_variant_new_boolean (TRUE)); /* it was shared before */
  if (until > g_get_real_time () / G_USEC_PER_SEC)
    g_variant_builder_add (&options, "{sv}", "until", g_variant_new_int64 (until));
  porch_bus_daemon_call_add_share (daemon, path, g_variant_new_handle (0), g_variant_builder_end (&options), fds, NULL,
                                   on_share_again_ready, again);
}

static void
on_share_again (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GVariant) terms = g_variant_parse (TERMS_TYPE, g_variant_get_string (parameter, NULL), NULL,
                                                NULL, NULL);
  const char *paths[] = { NULL, NULL };
  Again *again;

  if (terms == NULL)
    return;
  again = g_new0 (Again, 1);
  again->window = g_object_ref (PORCH_UI_WINDOW (widget));
  again->terms = g_steal_pointer (&terms);
  g_variant_get_child (again->terms, 0, "^&ay", &paths[0]);
  porch_ui_parcel_open_paths (paths, on_share_again_opened, again);
}

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *text;
  char *terms;
} Removing;

static void
on_remove_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Removing *removing = data;
  g_autoptr (GError) error = NULL;

  if (porch_bus_share_call_remove_finish (PORCH_BUS_SHARE (source), result, &error))
    porch_ui_window_toast_button (removing->window, removing->text, _ ("_Undo"), "win.share-again", removing->terms);
  else
    porch_ui_window_toast_error (removing->window, error);
  g_object_unref (removing->window);
  g_free (removing->text);
  g_free (removing->terms);
  g_free (removing);
}

static void
on_share_remove (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusShare *share = find_share (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL));
  g_autofree char *shown = NULL;
  Removing *removing;

  if (share == NULL)
    return;
  shown = porch_ui_words_name (porch_bus_share_get_name (share));
  removing = g_new0 (Removing, 1);
  removing->window = g_object_ref (PORCH_UI_WINDOW (widget));
  removing->terms = print_terms (share);
  /* Translators: %s is a folder */
  removing->text = g_strdup_printf (_ ("“%s” is no longer shared"), shown);
  porch_bus_share_call_remove (share, NULL, on_remove_ready, removing);
}

void
porch_ui_window_install_share_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.add-folder", NULL, on_add_folder);
  gtk_widget_class_install_action (klass, "win.add-folder-path", "ay", on_add_folder_path);
  gtk_widget_class_install_action (klass, "win.share-audience", "(ss)", on_share_audience);
  gtk_widget_class_install_action (klass, "win.pause-all", "b", on_pause_all);
  gtk_widget_class_install_action (klass, "win.share-paused", "(sb)", on_share_paused);
  gtk_widget_class_install_action (klass, "win.share-open", "s", on_share_open);
  gtk_widget_class_install_action (klass, "win.share-rename", "s", on_share_rename);
  gtk_widget_class_install_action (klass, "win.share-note", "s", on_share_note);
  gtk_widget_class_install_action (klass, "win.share-until", "(ss)", on_share_until);
  gtk_widget_class_install_action (klass, "win.share-again", "s", on_share_again);
  gtk_widget_class_install_action (klass, "win.share-remove", "s", on_share_remove);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* Here alone libadwaita may be used as it is where this is compiled. */
#undef ADW_VERSION_MIN_REQUIRED
#undef ADW_VERSION_MAX_ALLOWED

#include "porch-ui-compat.h"
#include "porch-ui-volumes.h"

#include <glib/gi18n.h>

/* From 1.5 on dialogs are in the window. */
#define HAS_DIALOGS ADW_CHECK_VERSION (1, 5, 0)

#if HAS_DIALOGS
#define show_about(parent, ...) adw_show_about_dialog (GTK_WIDGET (parent), __VA_ARGS__)
typedef AdwAlertDialog Dialog;
#else
#define show_about(parent, ...) adw_show_about_window (parent, __VA_ARGS__)
typedef AdwMessageDialog Dialog;
#endif

void
porch_ui_compat_show_about (GtkWindow *parent)
{
  const char *developers[] = { "The Porch developers", NULL };

  show_about (parent, "application-name", "Porch", "application-icon", PORCH_APP_ID, "version", PORCH_VERSION, "developer-name",
              _ ("The Porch developers"), "developers", developers, "license-type", GTK_LICENSE_GPL_3_0, "comments",
              _ ("Share folders and send files to people nearby"), "copyright", "© 2026 The Porch developers",
              /* Translators: your names, one a line, as they shall be shown in the About window */
              "translator-credits", _ ("translator-credits"), NULL);
}

void
porch_ui_compat_show_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/porchshare/Porch/ui/shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  /* Only of the window that it belongs to does it know which keys an action has. */
  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (parent), GTK_SHORTCUTS_WINDOW (shortcuts));
  gtk_window_set_transient_for (shortcuts, parent);
  gtk_window_present (shortcuts);
}

typedef struct
{
  PorchUiAnswer answer;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy != NULL)
    question->destroy (question->data);
  g_free (question);
}

static void
on_dialog_response (Dialog *dialog, const char *response, gpointer data)
{
  Question *question = data;

  question->answer (response, question->data);
}

#if HAS_DIALOGS
static GtkWidget *
make_label (const char *text, const char *css_class)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "justify",
                       GTK_JUSTIFY_CENTER, "css-classes", (const char *[]){ css_class, NULL }, NULL);
}

/* Heading and body in labels of our own: the dialog measures its heading at widths at which it doesn't fit, and GTK warns of
 * that (libadwaita 1.5 to 1.7). */
static GtkWidget *
make_content (const char *heading, const char *body, GtkWidget *extra)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_box_append (GTK_BOX (box), make_label (heading, "title-3"));
  if (body != NULL && *body != '\0')
    gtk_box_append (GTK_BOX (box), make_label (body, "body"));
  if (extra != NULL)
    gtk_box_append (GTK_BOX (box), extra);
  return box;
}

static Dialog *
make_dialog (GtkWindow *parent, const char *heading, const char *body, const char *const *responses, const char *leave,
             const char *suggested, const char *destructive, GtkWidget *extra)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (NULL, NULL));

  adw_dialog_set_title (ADW_DIALOG (dialog), heading);
  for (guint i = 0; responses[i] != NULL; i += 2)
    adw_alert_dialog_add_response (dialog, responses[i], responses[i + 1]);
  adw_alert_dialog_set_close_response (dialog, leave);
  if (suggested != NULL)
    adw_alert_dialog_set_response_appearance (dialog, suggested, ADW_RESPONSE_SUGGESTED);
  if (destructive != NULL)
    adw_alert_dialog_set_response_appearance (dialog, destructive, ADW_RESPONSE_DESTRUCTIVE);
  if (suggested != NULL)
    adw_alert_dialog_set_default_response (dialog, suggested);
  adw_alert_dialog_set_extra_child (dialog, make_content (heading, body, extra));
  return dialog;
}

static void
present (Dialog *dialog, GtkWindow *parent)
{
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (parent));
}

static void
focus_answer (Dialog *dialog)
{
  GtkWidget *answer = adw_dialog_get_default_widget (ADW_DIALOG (dialog));

  if (answer != NULL)
    adw_dialog_set_focus (ADW_DIALOG (dialog), answer);
}

void
porch_ui_compat_enable_response (GtkWidget *extra, const char *response, gboolean enabled)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (extra, ADW_TYPE_ALERT_DIALOG);

  if (dialog != NULL)
    adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (dialog), response, enabled);
}
#else
/* Large text on a small screen: what doesn't fit into the dialog is scrolled to, and the answers stay in reach. */
static GtkWidget *
make_scrollable (GtkWidget *extra)
{
  return g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                       "propagate-natural-width", TRUE, "child", extra, NULL);
}

static Dialog *
make_dialog (GtkWindow *parent, const char *heading, const char *body, const char *const *responses, const char *leave,
             const char *suggested, const char *destructive, GtkWidget *extra)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));

  for (guint i = 0; responses[i] != NULL; i += 2)
    adw_message_dialog_add_response (dialog, responses[i], responses[i + 1]);
  adw_message_dialog_set_close_response (dialog, leave);
  if (suggested != NULL)
    adw_message_dialog_set_response_appearance (dialog, suggested, ADW_RESPONSE_SUGGESTED);
  if (destructive != NULL)
    adw_message_dialog_set_response_appearance (dialog, destructive, ADW_RESPONSE_DESTRUCTIVE);
  if (suggested != NULL)
    adw_message_dialog_set_default_response (dialog, suggested);
  if (extra != NULL)
    adw_message_dialog_set_extra_child (dialog, make_scrollable (extra));
  return dialog;
}

static void
present (Dialog *dialog, GtkWindow *parent)
{
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
focus_answer (Dialog *dialog)
{
  GtkWidget *answer = gtk_window_get_default_widget (GTK_WINDOW (dialog));

  if (answer != NULL)
    gtk_window_set_focus (GTK_WINDOW (dialog), answer);
}

void
porch_ui_compat_enable_response (GtkWidget *extra, const char *response, gboolean enabled)
{
  GtkRoot *root = gtk_widget_get_root (extra);

  if (ADW_IS_MESSAGE_DIALOG (root))
    adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (root), response, enabled);
}
#endif

static Dialog *
ask (GtkWindow *parent, const char *heading, const char *body, GtkWidget *extra, const char *const *responses,
     const char *leave, const char *suggested, const char *destructive, PorchUiAnswer answer, gpointer data,
     GDestroyNotify destroy)
{
  Dialog *dialog = make_dialog (parent, heading, body, responses, leave, suggested, destructive, extra);
  Question *question = g_new0 (Question, 1);

  question->answer = answer;
  question->data = data;
  question->destroy = destroy;
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_dialog_response), question, question_free, 0);
  present (dialog, parent);
  return dialog;
}

void
porch_ui_compat_ask (GtkWindow *parent, const char *heading, const char *body, GtkWidget *extra, const char *const *responses,
                     const char *suggested, const char *destructive, PorchUiAnswer answer, gpointer data,
                     GDestroyNotify destroy)
{
  ask (parent, heading, body, extra, responses, responses[0], suggested, destructive, answer, data, destroy);
}

/* The keys are on the answer, not on what stands above it. */
void
porch_ui_compat_ask_or_leave (GtkWindow *parent, const char *heading, const char *body, GtkWidget *extra,
                              const char *const *responses, const char *suggested, const char *destructive,
                              PorchUiAnswer answer, gpointer data, GDestroyNotify destroy)
{
  focus_answer (ask (parent, heading, body, extra, responses, "cancel", suggested, destructive, answer, data, destroy));
}

typedef struct
{
  PorchUiChosen chosen;
  gpointer data;
  GDestroyNotify destroy;
  /* until it is shown */
  GtkWindow *parent; /* a weak pointer */
  PorchUiChoice kind;
  GFile *start;
  char *title;
  char *accept;
} Choice;

static void
choice_free (gpointer data, GClosure *closure)
{
  Choice *choice = data;

  if (choice->destroy != NULL)
    choice->destroy (choice->data);
  g_clear_weak_pointer (&choice->parent);
  g_object_unref (choice->start);
  g_free (choice->title);
  g_free (choice->accept);
  g_free (choice);
}

G_GNUC_BEGIN_IGNORE_DEPRECATIONS /* GtkFileChooserNative, from 4.10 on */

    static void
    on_chooser_response (GtkNativeDialog *dialog, int response, gpointer data)
{
  Choice *choice = data;
  g_autoptr (GListModel) files = NULL;
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_object_unref);

  if (response == GTK_RESPONSE_ACCEPT)
    {
      files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        g_ptr_array_add (chosen, g_list_model_get_item (files, i));
    }
  gtk_native_dialog_hide (dialog);
  if (chosen->len > 0)
    choice->chosen (chosen, choice->data);
  g_object_unref (dialog);
}

/* Making it and showing it are two turns of the main loop: together they are felt. */
static gboolean
on_chooser_made (gpointer data)
{
  g_autoptr (GtkNativeDialog) dialog = data;

  gtk_native_dialog_show (dialog);
  return G_SOURCE_REMOVE;
}

static void
show_chooser (gpointer data)
{
  Choice *choice = data;
  GtkFileChooserAction action
      = choice->kind == PORCH_UI_CHOOSE_FILES ? GTK_FILE_CHOOSER_ACTION_OPEN : GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER;
  GtkFileChooserNative *dialog;

  if (choice->parent == NULL) /* closed meanwhile */
    {
      choice_free (choice, NULL);
      return;
    }
  dialog = gtk_file_chooser_native_new (choice->title, choice->parent, action, choice->accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), choice->kind != PORCH_UI_CHOOSE_FOLDER);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), choice->start, NULL);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_chooser_response), choice, choice_free, 0);
  g_idle_add (on_chooser_made, g_object_ref (dialog));
}

static void
choose (GtkWindow *parent, PorchUiChoice kind, GFile *start, const char *title, const char *accept, PorchUiChosen chosen,
        gpointer data, GDestroyNotify destroy)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (parent));
  Choice *choice = g_new0 (Choice, 1);

  choice->chosen = chosen;
  choice->data = data;
  choice->destroy = destroy;
  choice->kind = kind;
  choice->start = g_object_ref (start);
  choice->title = g_strdup (title);
  choice->accept = g_strdup (accept);
  g_set_weak_pointer (&choice->parent, parent);
  porch_ui_volumes_start (application != NULL ? g_application_get_dbus_connection (application) : NULL, show_chooser, choice);
}

void
porch_ui_compat_choose (GtkWindow *parent, PorchUiChoice kind, const char *title, const char *accept, PorchUiChosen chosen,
                        gpointer data, GDestroyNotify destroy)
{
  /* Not at "Recent", where a typed folder can't be accepted. */
  g_autoptr (GFile) home = g_file_new_for_path (g_get_home_dir ());

  choose (parent, kind, home, title, accept, chosen, data, destroy);
}

void
porch_ui_compat_choose_folder_at (GtkWindow *parent, GFile *start, const char *title, const char *accept, PorchUiChosen chosen,
                                  gpointer data, GDestroyNotify destroy)
{
  choose (parent, PORCH_UI_CHOOSE_FOLDER, start, title, accept, chosen, data, destroy);
}

G_GNUC_END_IGNORE_DEPRECATIONS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-send-sheet.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-clipboard.h"
#include "porch-ui-fit.h"
#include "porch-ui-people-list.h"
#include "porch-ui-send-words.h"
#include "porch-ui-survey.h"

#include <glib/gi18n.h>
#include <string.h>

#define PLAIN "plain" /* a tag of the text */

struct _PorchUiSendSheet
{
  AdwWindow parent_instance;
  /* owned */
  PorchUiBackend *backend;
  PorchUiParcel *parcel;
  GCancellable *looking; /* (nullable) while the survey is made */
  PorchUiSurvey *survey; /* (nullable) */
  char **sending_to;     /* (nullable) while it is being sent */
  /* borrowed */
  PorchUiPeopleList *people;
  /* borrowed from the template */
  GtkWidget *files;
  GtkImage *icon;
  GtkLabel *what;
  GtkLabel *detail;
  GtkWidget *text_scroller;
  GtkTextView *text;
  GtkTextBuffer *buffer;
  GtkWidget *trouble;
  GtkLabel *trouble_text;
  GtkWidget *somebody;
  AdwBin *people_place;
  GtkWidget *nobody;
};

enum
{
  SENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiSendSheet, porch_ui_send_sheet, ADW_TYPE_WINDOW)

static char *
dup_text (PorchUiSendSheet *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static gboolean
has_something (PorchUiSendSheet *self)
{
  g_autofree char *text = NULL;

  if (!porch_ui_parcel_is_text (self->parcel))
    return self->survey == NULL || self->survey->usable->len > 0;
  text = dup_text (self);
  return *g_strstrip (text) != '\0';
}

static void
update (PorchUiSendSheet *self)
{
  gboolean nobody = porch_ui_people_list_is_empty (self->people);

  gtk_widget_set_visible (self->somebody, !nobody);
  gtk_widget_set_visible (self->nobody, nobody);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sheet.send",
                                 self->sending_to == NULL && porch_ui_people_list_get_count (self->people) > 0
                                     && has_something (self));
}

static void
show_trouble (PorchUiSendSheet *self, const char *text, gboolean bad)
{
  gtk_label_set_text (self->trouble_text, text != NULL ? text : "");
  gtk_widget_set_css_classes (self->trouble, (const char *[]){ "porch-trouble", bad ? "error" : "warning", NULL });
  gtk_widget_set_visible (self->trouble, text != NULL && *text != '\0');
}

void
porch_ui_send_sheet_show_error (PorchUiSendSheet *self, const GError *error)
{
  g_autoptr (GError) copy = g_error_copy (error);
  g_autofree char *shown = NULL;

  g_return_if_fail (PORCH_UI_IS_SEND_SHEET (self));
  porch_bus_error_strip (copy);
  shown = porch_display_name (copy->message, 400);
  show_trouble (self, shown, TRUE);
}

/* --- what it is --- */

static const char *
icon_name (const PorchUiSurvey *survey)
{
  GFile *first = survey->usable->len > 0 ? survey->usable->pdata[0] : NULL;
  g_autofree char *path = first != NULL ? g_file_get_path (first) : NULL;
  g_autofree char *type = path != NULL ? g_content_type_guess (path, NULL, 0, NULL) : NULL;

  if (path != NULL && survey->files != 1 && survey->usable->len == 1)
    return "folder-symbolic";
  return type != NULL && g_str_has_prefix (type, "image/") ? "image-x-generic-symbolic" : "text-x-generic-symbolic";
}

static void
show_survey (PorchUiSendSheet *self)
{
  g_autofree char *title = porch_ui_send_words_title (self->survey);
  g_autofree char *detail = porch_ui_send_words_detail (self->survey);
  g_autofree char *problems = g_strjoinv ("\n", self->survey->problems);
  g_autofree char *rest = NULL;

  gtk_label_set_text (self->what, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->what), title);
  gtk_label_set_text (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), *detail != '\0');
  gtk_image_set_from_icon_name (self->icon, icon_name (self->survey));
  if (*problems != '\0' && self->survey->usable->len > 0)
    /* Translators: below sentences about files that can't be sent */
    rest = g_strdup_printf ("%s\n%s", problems, _ ("The rest can be sent."));
  if (*problems != '\0')
    show_trouble (self, rest != NULL ? rest : problems, rest == NULL);
}

/* From here on only what can be sent is. */
static void
on_survey_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  PorchUiSendSheet *self = data;
  g_autoptr (PorchUiSurvey) survey = porch_ui_survey_finish (result, NULL);

  if (survey == NULL)
    return; /* cancelled: self may be gone */
  g_clear_object (&self->looking);
  self->survey = g_steal_pointer (&survey);
  if (self->survey->usable->len > 0)
    {
      g_object_unref (self->parcel);
      self->parcel = porch_ui_parcel_new_for_files (self->survey->usable);
    }
  show_survey (self);
  update (self);
}

static void
show_parcel (PorchUiSendSheet *self)
{
  gboolean text = porch_ui_parcel_is_text (self->parcel);

  gtk_widget_set_visible (self->files, !text);
  gtk_widget_set_visible (self->text_scroller, text);
  if (text)
    {
      gtk_window_set_title (GTK_WINDOW (self), _ ("Send a Text"));
      gtk_text_buffer_set_text (self->buffer, porch_ui_parcel_get_text (self->parcel), -1);
      return;
    }
  gtk_label_set_text (self->what, _ ("Counting…"));
  self->looking = g_cancellable_new ();
  porch_ui_survey_async (porch_ui_parcel_get_files (self->parcel), self->looking, on_survey_ready, self);
}

/* A long word (an address, a key) is broken without the hyphens that Pango would put there: nobody could tell that they are not
 * sent. */
static void
break_plainly (GtkTextBuffer *buffer)
{
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), PLAIN);
  GtkTextIter start, end;

  if (tag == NULL)
    gtk_text_buffer_create_tag (buffer, PLAIN, "insert-hyphens", FALSE, NULL);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_apply_tag_by_name (buffer, PLAIN, &start, &end);
}

static void
on_buffer_changed (GtkTextBuffer *buffer, gpointer data)
{
  PorchUiSendSheet *self = data;
  g_autofree char *text = dup_text (self);

  break_plainly (buffer);
  show_trouble (self, strlen (text) > PORCH_UI_MAX_TEXT ? _ ("A text this long is sent as a file.") : NULL, FALSE);
  if (self->people != NULL)
    update (self);
}

/* --- sending --- */

static void
on_send_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiSendSheet) self = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) transfers = porch_ui_parcel_send_finish (PORCH_UI_PARCEL (source), result, &error);
  g_auto (GStrv) peers = g_steal_pointer (&self->sending_to);

  if (transfers != NULL)
    {
      g_signal_emit (self, signals[SENT], 0, peers, transfers, porch_ui_parcel_is_text (PORCH_UI_PARCEL (source)));
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  porch_ui_send_sheet_show_error (self, error);
  update (self);
}

/* (transfer full) */
static PorchUiParcel *
dup_parcel (PorchUiSendSheet *self, GError **error)
{
  g_autofree char *text = NULL;

  if (!porch_ui_parcel_is_text (self->parcel))
    return g_object_ref (self->parcel);
  text = dup_text (self);
  return porch_ui_clipboard_parcel_of_text (text, error);
}

static void
on_send (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiSendSheet *self = PORCH_UI_SEND_SHEET (widget);
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = dup_parcel (self, &error);

  if (daemon == NULL && parcel != NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Porch’s background service is not running"));
  if (error != NULL)
    {
      porch_ui_send_sheet_show_error (self, error);
      return;
    }
  self->sending_to = porch_ui_people_list_dup_paths (self->people);
  update (self);
  porch_ui_parcel_send_async (parcel, daemon, (const char *const *)self->sending_to, on_send_ready, g_object_ref (self));
}

static void
on_missing_clicked (GtkButton *button, gpointer data)
{
  GtkWindow *parent = gtk_window_get_transient_for (data);

  gtk_window_close (data);
  gtk_widget_activate_action (GTK_WIDGET (parent), "win.missing", NULL);
}

static void
porch_ui_send_sheet_dispose (GObject *object)
{
  PorchUiSendSheet *self = PORCH_UI_SEND_SHEET (object);

  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_object (&self->parcel);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->survey, porch_ui_survey_free);
  g_clear_pointer (&self->sending_to, g_strfreev);
  G_OBJECT_CLASS (porch_ui_send_sheet_parent_class)->dispose (object);
}

static void
porch_ui_send_sheet_class_init (PorchUiSendSheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_send_sheet_dispose;
  signals[SENT] = g_signal_new ("sent", PORCH_UI_TYPE_SEND_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                G_TYPE_STRV, G_TYPE_STRV, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-send-sheet.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, files);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, what);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, detail);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, text_scroller);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, text);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, buffer);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, trouble);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, trouble_text);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, somebody);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, people_place);
  gtk_widget_class_bind_template_child (widget_class, PorchUiSendSheet, nobody);
  gtk_widget_class_bind_template_callback (widget_class, on_buffer_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_missing_clicked);
  gtk_widget_class_install_action (widget_class, "sheet.send", NULL, on_send);
}

static void
porch_ui_send_sheet_init (PorchUiSendSheet *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

PorchUiSendSheet *
porch_ui_send_sheet_new (GtkWindow *parent, PorchUiBackend *backend, PorchUiParcel *parcel, const char *const *peers)
{
  PorchUiSendSheet *self = g_object_new (PORCH_UI_TYPE_SEND_SHEET, "transient-for", parent, NULL);

  porch_ui_fit_width (GTK_WINDOW (self), parent);
  self->backend = g_object_ref (backend);
  self->parcel = g_object_ref (parcel);
  show_parcel (self);
  self->people = PORCH_UI_PEOPLE_LIST (porch_ui_people_list_new (backend, PORCH_UI_PEOPLE_TO_SEND_TO, NULL));
  porch_ui_people_list_tick_paths (self->people, peers);
  g_signal_connect_object (self->people, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->people_place, GTK_WIDGET (self->people));
  update (self);
  if (porch_ui_parcel_is_text (parcel) && *porch_ui_parcel_get_text (parcel) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->text));
  else
    porch_ui_people_list_focus (self->people);
  return self;
}

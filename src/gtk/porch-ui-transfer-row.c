/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-transfer-row.h"
#include "porch-ui-fold.h"
#include "porch-display.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiTransferRow
{
  GtkListBoxRow parent_instance;
  /* owned */
  PorchBusTransfer *transfer;
  GCancellable *looking; /* (nullable) whether the results are still there */
  gboolean gone;         /* they are not */
  gboolean continued;    /* the row above is of the same act of sending */
  /* borrowed from the template */
  GtkImage *icon;
  GtkLabel *title;
  GtkProgressBar *progress;
  GtkLabel *status;
  GtkWidget *problems;
  GtkLabel *problem_list;
  GtkWidget *pause; /* and to resume: what has the keys must not vanish under them */
  GtkWidget *retry;
  GtkWidget *check;
  GtkLabel *problems_title;
  GtkWidget *open;
  GtkWidget *trust;
  GtkWidget *show;
  GtkWidget *cancel;
  GtkWidget *clear;
};

G_DEFINE_FINAL_TYPE (PorchUiTransferRow, porch_ui_transfer_row, GTK_TYPE_LIST_BOX_ROW)

static const char *
icon_name (PorchBusTransfer *transfer, const char *state)
{
  if (g_strcmp0 (state, "done") == 0)
    return porch_bus_transfer_get_problem_count (transfer) > 0 ? "dialog-warning-symbolic" : "object-select-symbolic";
  if (g_strcmp0 (state, "failed") == 0)
    return "dialog-error-symbolic";
  if (porch_ui_words_transfer_is_text (transfer))
    return "text-x-generic-symbolic";
  return g_strcmp0 (porch_bus_transfer_get_kind (transfer), "send") == 0 ? "porch-upload-symbolic" : "porch-download-symbolic";
}

static gboolean
is_send (PorchUiTransferRow *self)
{
  return g_strcmp0 (porch_bus_transfer_get_kind (self->transfer), "send") == 0;
}

static void
update_pause (PorchUiTransferRow *self, gboolean paused)
{
  const char *label = paused ? _ ("Resume") : _ ("Pause");

  gtk_button_set_icon_name (GTK_BUTTON (self->pause),
                            paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->pause, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->pause), paused ? "win.resume" : "win.pause");
}

/* What somebody else sends can only be begun again by them, unless it broke off. */
static gboolean
can_retry (PorchUiTransferRow *self, const char *state)
{
  return g_strcmp0 (state, "failed") == 0
         || ((g_strcmp0 (state, "cancelled") == 0 || g_strcmp0 (state, "declined") == 0)
             && g_strcmp0 (porch_bus_transfer_get_kind (self->transfer), "receive") != 0);
}

static void
update_buttons (PorchUiTransferRow *self, const char *state)
{
  const char *const *results = porch_bus_transfer_get_results (self->transfer);
  const char *code = porch_bus_transfer_get_code (self->transfer);
  gboolean over = porch_ui_words_state_is_over (state);
  gboolean paused = g_strcmp0 (state, "paused") == 0;
  gboolean moving = g_strcmp0 (state, "running") == 0 || g_strcmp0 (state, "connecting") == 0
                    || g_strcmp0 (state, "stalled") == 0 || g_strcmp0 (state, "queued") == 0;
  gboolean there = over && !is_send (self) && results != NULL && results[0] != NULL && !self->gone;

  gtk_widget_set_visible (self->pause, moving || paused);
  update_pause (self, paused);
  gtk_widget_set_visible (self->retry, can_retry (self, state));
  gtk_widget_set_visible (self->trust, code != NULL && *code != '\0');
  gtk_widget_set_visible (self->cancel, !over);
  gtk_widget_set_visible (self->clear, over);
  gtk_widget_set_visible (self->show, there);
  gtk_widget_set_visible (self->open, there && results[1] == NULL);
  gtk_widget_set_visible (self->check, there && g_strcmp0 (state, "done") == 0 && !porch_bus_transfer_get_checking (self->transfer));
}

static void
update_progress (PorchUiTransferRow *self, const char *state)
{
  gint64 total = porch_bus_transfer_get_bytes_total (self->transfer);
  gint64 done = porch_bus_transfer_get_bytes_done (self->transfer);
  gboolean started = done > 0 || g_strcmp0 (state, "running") == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->progress), started && !porch_ui_words_state_is_over (state));
  gtk_progress_bar_set_fraction (self->progress, total > 0 ? CLAMP ((double)done / (double)total, 0, 1) : 0);
}

static void
update_problems (PorchUiTransferRow *self)
{
  GVariant *problems = porch_bus_transfer_get_problems (self->transfer);
  guint count = porch_bus_transfer_get_problem_count (self->transfer);
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  const char *path, *message;

  gtk_widget_set_visible (self->problems, count > 0);
  if (porch_bus_transfer_get_checking (self->transfer))
    /* Translators: unfolds the list of files that are not as they came, and why */
    gtk_label_set_label (self->problems_title, _ ("What is not as it came"));
  if (count == 0 || problems == NULL)
    return;
  g_variant_iter_init (&iter, problems);
  while (g_variant_iter_next (&iter, "(&s&s)", &path, &message))
    {
      g_autofree char *shown = porch_display_name (path, 200);
      g_autofree char *why = porch_display_name (message, 300);

      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", shown, why);
    }
  if (count > g_variant_n_children (problems))
    {
      guint more = count - (guint)g_variant_n_children (problems);

      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("and %u more", "and %u more", more), more);
    }
  gtk_label_set_text (self->problem_list, text->str);
}

static void
update (PorchUiTransferRow *self)
{
  const char *state = porch_bus_transfer_get_state (self->transfer);
  g_autofree char *title = porch_ui_words_transfer_title (self->transfer);
  g_autofree char *plain = porch_ui_words_transfer_status (self->transfer);
  /* Translators: %s says what arrived and when; it is no longer where it was put */
  g_autofree char *status = self->gone ? g_strdup_printf (_ ("%s · moved or deleted since"), plain) : g_strdup (plain);
  gboolean bad = g_strcmp0 (state, "failed") == 0;

  gtk_image_set_from_icon_name (self->icon, icon_name (self->transfer, state));
  gtk_label_set_text (self->title, title);
  gtk_widget_set_visible (GTK_WIDGET (self->title), !self->continued);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), g_utf8_strlen (title, -1) > 30 ? title : NULL);
  gtk_label_set_text (self->status, status);
  gtk_widget_set_css_classes (GTK_WIDGET (self->status),
                              (const char *[]){ "caption", "numeric", bad ? "error" : "dim-label", NULL });
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
  update_progress (self, state);
  update_buttons (self, state);
  update_problems (self);
}

/* --- are they still there? --- */

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  char **paths = data;
  gboolean there = FALSE;

  for (guint i = 0; paths[i] != NULL && !there; i++)
    there = g_file_test (paths[i], G_FILE_TEST_EXISTS);
  g_task_return_boolean (task, there);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean there = g_task_propagate_boolean (G_TASK (result), &error);
  PorchUiTransferRow *self = PORCH_UI_TRANSFER_ROW (source);

  if (error != NULL)
    return; /* another look is under way */
  g_clear_object (&self->looking);
  if (self->gone == !there)
    return;
  self->gone = !there;
  update (self);
}

/* On a thread: a disk that sleeps must not stop the window. */
static void
look (PorchUiTransferRow *self)
{
  const char *const *results = porch_bus_transfer_get_results (self->transfer);
  g_autoptr (GTask) task = NULL;

  if (!porch_ui_words_state_is_over (porch_bus_transfer_get_state (self->transfer)) || is_send (self) || results == NULL
      || results[0] == NULL)
    return;
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  task = g_task_new (self, self->looking, on_looked, NULL);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, g_strdupv ((char **)results), (GDestroyNotify)g_strfreev);
  g_task_run_in_thread (task, look_thread);
}

static void
on_map (GtkWidget *widget, gpointer data)
{
  look (PORCH_UI_TRANSFER_ROW (widget));
}

/* --- keys: Return does what the row is for, Delete takes it away --- */

static gboolean
activate_button (GtkWidget *button)
{
  if (!gtk_widget_get_visible (button))
    return FALSE;
  g_signal_emit_by_name (button, "clicked");
  return TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, gpointer data)
{
  PorchUiTransferRow *self = data;
  gboolean plain = (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) == 0;

  if (plain && (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete))
    return activate_button (self->cancel) || activate_button (self->clear);
  if (plain && (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && gtk_widget_is_focus (GTK_WIDGET (self)))
    return activate_button (self->open) || activate_button (self->show) || activate_button (self->retry)
           || activate_button (self->pause);
  return GDK_EVENT_PROPAGATE;
}

void
porch_ui_transfer_row_set_continued (PorchUiTransferRow *self, gboolean continued)
{
  g_return_if_fail (PORCH_UI_IS_TRANSFER_ROW (self));

  if (self->continued == continued)
    return;
  self->continued = continued;
  if (continued)
    gtk_widget_add_css_class (GTK_WIDGET (self), "porch-continued");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "porch-continued");
  update (self);
}

PorchBusTransfer *
porch_ui_transfer_row_get_transfer (PorchUiTransferRow *self)
{
  g_return_val_if_fail (PORCH_UI_IS_TRANSFER_ROW (self), NULL);
  return self->transfer;
}

static void
on_transfer_properties_changed (PorchUiTransferRow *self)
{
  update (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && self->looking == NULL && !self->gone)
    look (self);
}

static void
porch_ui_transfer_row_dispose (GObject *object)
{
  PorchUiTransferRow *self = PORCH_UI_TRANSFER_ROW (object);

  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  G_OBJECT_CLASS (porch_ui_transfer_row_parent_class)->dispose (object);
}

static void
porch_ui_transfer_row_finalize (GObject *object)
{
  g_clear_object (&PORCH_UI_TRANSFER_ROW (object)->transfer);
  G_OBJECT_CLASS (porch_ui_transfer_row_parent_class)->finalize (object);
}

static void
porch_ui_transfer_row_class_init (PorchUiTransferRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_transfer_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_ui_transfer_row_finalize;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-transfer-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, icon);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, progress);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, problems);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, problem_list);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, pause);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, retry);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, check);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, problems_title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, open);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, trust);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, show);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, cancel);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTransferRow, clear);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
porch_ui_transfer_row_init (PorchUiTransferRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_transfer_row_new (PorchBusTransfer *transfer)
{
  PorchUiTransferRow *self = g_object_new (PORCH_UI_TYPE_TRANSFER_ROW, NULL);
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (transfer));
  const struct
  {
    GtkWidget *button;
    const char *action;
  } buttons[] = {
    { self->pause, "win.pause" },          { self->retry, "win.retry-transfer" }, { self->check, "win.check-transfer" }, { self->trust, "win.trust-by-code" },
    { self->show, "win.show-transfer" },   { self->open, "win.open-transfer" },   { self->cancel, "win.cancel-transfer" },
    { self->clear, "win.clear-transfer" },
  };

  self->transfer = g_object_ref (transfer);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (buttons[i].button), "s", path);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (buttons[i].button), buttons[i].action);
    }
  g_signal_connect_object (transfer, "g-properties-changed", G_CALLBACK (on_transfer_properties_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  return GTK_WIDGET (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-join-dialog.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-face.h"
#include "porch-ui-fit.h"
#include "porch-ui-words-handout.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* Everybody who is here is asked, and some may not answer. */
#define PATIENCE_MS 30000

struct _PorchUiJoinDialog
{
  AdwWindow parent_instance;
  /* owned */
  PorchUiBackend *backend;
  GCancellable *asking; /* (nullable) while the answer is awaited */
  /* borrowed from the template */
  GtkEditable *entry;
  GtkWidget *find;
  GtkSpinner *spinner;
  GtkWidget *trouble;
  GtkLabel *trouble_text;
  GtkBox *found;
};

enum
{
  TAKEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiJoinDialog, porch_ui_join_dialog, ADW_TYPE_WINDOW)

static void
show_trouble (PorchUiJoinDialog *self, const char *text, gboolean bad)
{
  gtk_label_set_text (self->trouble_text, text != NULL ? text : "");
  gtk_widget_set_css_classes (self->trouble, (const char *[]){ "porch-trouble", bad ? "error" : "warning", NULL });
  gtk_widget_set_visible (self->trouble, text != NULL);
}

static void
show_error (PorchUiJoinDialog *self, const GError *error)
{
  g_autoptr (GError) copy = g_error_copy (error);
  g_autofree char *shown = NULL;

  porch_bus_error_strip (copy);
  shown = porch_display_name (copy->message, 400);
  show_trouble (self, shown, TRUE);
}

static guint
count_digits (const char *text)
{
  guint digits = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    digits += g_unichar_isdigit (g_utf8_get_char (p));
  return digits;
}

static void
update (PorchUiJoinDialog *self)
{
  gboolean busy = self->asking != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "join.find",
                                 !busy && count_digits (gtk_editable_get_text (self->entry)) == 6);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
}

static void
forget_found (PorchUiJoinDialog *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->found))) != NULL)
    gtk_box_remove (self->found, child);
}

static void
on_entry_changed (GtkEditable *entry, gpointer data)
{
  PorchUiJoinDialog *self = data;

  forget_found (self);
  show_trouble (self, NULL, FALSE);
  update (self);
}

/* --- what was found --- */

static void
on_taken (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiJoinDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *transfer = NULL;

  if (porch_bus_daemon_call_take_hand_out_finish (PORCH_BUS_DAEMON (source), &transfer, result, &error))
    {
      g_signal_emit (self, signals[TAKEN], 0, transfer);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  show_error (self, error);
}

static void
on_take (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiJoinDialog *self = PORCH_UI_JOIN_DIALOG (widget);
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  const char *peer, *id;

  if (daemon == NULL)
    return;
  g_variant_get (parameter, "(&s&s)", &peer, &id);
  porch_bus_daemon_call_take_hand_out (daemon, peer, id, g_variant_new ("a{sv}", NULL), NULL, on_taken, g_object_ref (self));
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                       "css-classes", (const char *[]){ style, NULL }, NULL);
}

static char *
dup_detail (GVariant *found)
{
  g_autofree char *contents = NULL;
  gint64 files = 0, bytes = 0;

  g_variant_lookup (found, "files", "x", &files);
  g_variant_lookup (found, "bytes", "x", &bytes);
  contents = porch_ui_words_handout_contents (files, bytes);
  return g_steal_pointer (&contents);
}

/* Who it is said to be, and the key, which nobody else has: a number on the wall can be read by anybody. */
static char *
dup_who (GVariant *found)
{
  const char *name = "", *id = "", *trust = "";
  g_autofree char *shown = NULL;
  g_autofree char *key = NULL;

  g_variant_lookup (found, "peer-name", "&s", &name);
  g_variant_lookup (found, "peer-id", "&s", &id);
  g_variant_lookup (found, "peer-trust", "&s", &trust);
  shown = porch_ui_words_name (name);
  key = porch_ui_words_key (id);
  if (g_strcmp0 (trust, "trusted") == 0)
    /* Translators: who hands something out; %1$s is a device, %2$s 16 digits of its key */
    return g_strdup_printf (_ ("From %1$s · trusted · key %2$s"), shown, key);
  return g_strdup_printf (_ ("From %1$s · not trusted yet · key %2$s"), shown, key);
}

static GtkWidget *
make_head (GVariant *found)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *avatar = g_object_new (ADW_TYPE_AVATAR, "size", 40, "valign", GTK_ALIGN_START, "accessible-role",
                                    GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  const char *title = "", *id = "";
  g_autofree char *shown = NULL;
  g_autofree char *who = dup_who (found);
  g_autofree char *detail = dup_detail (found);

  g_variant_lookup (found, "title", "&s", &title);
  g_variant_lookup (found, "peer-id", "&s", &id);
  shown = porch_ui_words_name (title);
  porch_ui_face_set (ADW_AVATAR (avatar), id, "laptop");
  gtk_box_append (GTK_BOX (texts), make_label (shown, "heading"));
  gtk_box_append (GTK_BOX (texts), make_label (who, "porch-who"));
  gtk_box_append (GTK_BOX (texts), make_label (detail, "dim-label"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (head), avatar);
  gtk_box_append (GTK_BOX (head), texts);
  return head;
}

static GtkWidget *
make_download (GVariant *found, gboolean only)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Download"));
  const char *peer = "", *id = "", *title = "";
  g_autofree char *name = NULL;

  g_variant_lookup (found, "peer", "&o", &peer);
  g_variant_lookup (found, "id", "&s", &id);
  g_variant_lookup (found, "peer-name", "&s", &title);
  name = porch_ui_words_name (title);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", peer, id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "join.take");
  if (only)
    gtk_widget_add_css_class (button, "suggested-action");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
  return button;
}

static void
add_found (PorchUiJoinDialog *self, GVariant *found, gboolean only)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gint64 missing = 0;

  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "porch-row");
  gtk_box_append (GTK_BOX (card), make_head (found));
  if (g_variant_lookup (found, "missing", "x", &missing) && missing > 0)
    {
      g_autofree char *size = porch_ui_words_size (missing);
      /* Translators: %s is a size */
      g_autofree char *text
          = g_strdup_printf (_ ("Your disk is too full: %s more must be free. The download waits until there is room."), size);

      gtk_box_append (GTK_BOX (card), make_label (text, "warning"));
    }
  gtk_box_append (GTK_BOX (card), make_download (found, only));
  gtk_box_append (self->found, card);
}

void
porch_ui_join_dialog_show_found (PorchUiJoinDialog *self, GVariant *found)
{
  gsize n = g_variant_n_children (found);

  g_return_if_fail (PORCH_UI_IS_JOIN_DIALOG (self));
  forget_found (self);
  if (n > 1)
    show_trouble (self, _ ("Several devices say that this number is theirs. Ask who really hands it out, and compare the key."),
                  FALSE);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (found, i);

      add_found (self, one, n == 1);
    }
  if (n == 1)
    gtk_widget_grab_focus (gtk_widget_get_last_child (gtk_widget_get_first_child (GTK_WIDGET (self->found))));
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiJoinDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) found = NULL;
  gboolean ok = porch_bus_daemon_call_join_finish (PORCH_BUS_DAEMON (source), &found, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  update (self);
  if (ok)
    porch_ui_join_dialog_show_found (self, found);
  else
    show_error (self, error);
}

static void
on_find (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiJoinDialog *self = PORCH_UI_JOIN_DIALOG (widget);
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon == NULL || self->asking != NULL)
    return;
  forget_found (self);
  show_trouble (self, NULL, FALSE);
  self->asking = g_cancellable_new ();
  update (self);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (daemon), PATIENCE_MS);
  porch_bus_daemon_call_join (daemon, gtk_editable_get_text (self->entry), self->asking, on_joined, g_object_ref (self));
}

static gboolean
porch_ui_join_dialog_close_request (GtkWindow *window)
{
  PorchUiJoinDialog *self = PORCH_UI_JOIN_DIALOG (window);

  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  return GTK_WINDOW_CLASS (porch_ui_join_dialog_parent_class)->close_request (window);
}

static void
porch_ui_join_dialog_dispose (GObject *object)
{
  PorchUiJoinDialog *self = PORCH_UI_JOIN_DIALOG (object);

  g_clear_object (&self->asking);
  g_clear_object (&self->backend);
  G_OBJECT_CLASS (porch_ui_join_dialog_parent_class)->dispose (object);
}

static void
porch_ui_join_dialog_class_init (PorchUiJoinDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_join_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = porch_ui_join_dialog_close_request;
  signals[TAKEN] = g_signal_new ("taken", PORCH_UI_TYPE_JOIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-join-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiJoinDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, PorchUiJoinDialog, find);
  gtk_widget_class_bind_template_child (widget_class, PorchUiJoinDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, PorchUiJoinDialog, trouble);
  gtk_widget_class_bind_template_child (widget_class, PorchUiJoinDialog, trouble_text);
  gtk_widget_class_bind_template_child (widget_class, PorchUiJoinDialog, found);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
  gtk_widget_class_install_action (widget_class, "join.find", NULL, on_find);
  gtk_widget_class_install_action (widget_class, "join.take", "(ss)", on_take);
}

static void
porch_ui_join_dialog_init (PorchUiJoinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

PorchUiJoinDialog *
porch_ui_join_dialog_new (GtkWindow *parent, PorchUiBackend *backend)
{
  PorchUiJoinDialog *self = g_object_new (PORCH_UI_TYPE_JOIN_DIALOG, "transient-for", parent, NULL);

  porch_ui_fit_width (GTK_WINDOW (self), parent);
  self->backend = g_object_ref (backend);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return self;
}

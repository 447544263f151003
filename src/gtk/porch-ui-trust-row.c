/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-trust-row.h"
#include "porch-ui-face.h"
#include "porch-ui-fold.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiTrustRow
{
  GtkWidget parent_instance;
  /* owned */
  PorchBusPairing *pairing; /* (nullable) for a warning alone */
  PorchBusPeer *peer;       /* (nullable) */
  gboolean was_live;        /* what ended before it was shown is no news */
  gboolean dismissed;
  /* borrowed from the template */
  GtkWidget *clamp;
  AdwAvatar *avatar;
  GtkLabel *title;
  GtkLabel *code;
  GtkLabel *detail;
  GtkWidget *decline;
  GtkWidget *confirm;
};

G_DEFINE_FINAL_TYPE (PorchUiTrustRow, porch_ui_trust_row, GTK_TYPE_WIDGET)

static const char *
device_name (PorchUiTrustRow *self)
{
  return self->pairing != NULL ? porch_bus_pairing_get_peer_name (self->pairing) : porch_bus_peer_get_name (self->peer);
}

static void
show_who (PorchUiTrustRow *self, gboolean warn)
{
  porch_ui_face_set (self->avatar, self->peer != NULL ? porch_bus_peer_get_id (self->peer) : NULL,
                     self->peer != NULL ? porch_bus_peer_get_chassis (self->peer) : NULL);
  if (warn)
    adw_avatar_set_icon_name (self->avatar, "dialog-warning-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->title), (const char *[]){ "heading", warn ? "error" : NULL, NULL });
}

static void
set_texts (PorchUiTrustRow *self, const char *title, const char *code, const char *detail)
{
  gtk_label_set_text (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  gtk_label_set_text (self->code, code != NULL ? code : "");
  gtk_widget_set_visible (GTK_WIDGET (self->code), code != NULL && *code != '\0');
  gtk_label_set_text (self->detail, detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
set_action (GtkWidget *button, const char *action, PorchBusPairing *pairing)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", g_dbus_proxy_get_object_path (G_DBUS_PROXY (pairing)));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
on_dismiss_clicked (GtkButton *button, gpointer data)
{
  PorchUiTrustRow *self = data;

  self->dismissed = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
dismissable (PorchUiTrustRow *self, const char *label)
{
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->decline), NULL);
  gtk_widget_set_sensitive (self->decline, TRUE); /* an action that was there before may have been closed */
  gtk_button_set_label (GTK_BUTTON (self->decline), label);
  g_signal_handlers_disconnect_by_func (self->decline, on_dismiss_clicked, self);
  g_signal_connect (self->decline, "clicked", G_CALLBACK (on_dismiss_clicked), self);
}

static void
show_warning (PorchUiTrustRow *self)
{
  g_autofree char *person = porch_ui_words_person (device_name (self));
  /* Translators: %s is a person or device */
  g_autofree char *detail = g_strdup_printf (_ ("You and %s trust each other only if both screens show the same code. "
                                                "Somebody else may pretend to be %s."),
                                             person, person);

  show_who (self, TRUE);
  set_texts (self, _ ("The codes differ: nothing is trusted"), NULL, detail);
  gtk_widget_set_visible (self->confirm, FALSE);
  dismissable (self, _ ("_Dismiss"));
  gtk_widget_set_visible (GTK_WIDGET (self), !self->dismissed);
}

static void
show_comparing (PorchUiTrustRow *self)
{
  gboolean is_false = porch_ui_words_peer_is_false (self->peer);
  g_autofree char *name = porch_ui_words_name (device_name (self));
  g_autofree char *person = porch_ui_words_person (device_name (self));
  g_autofree char *code = porch_ui_words_code (porch_bus_pairing_get_code (self->pairing));
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;

  if (is_false)
    title = porch_ui_words_false_title (device_name (self));
  else if (porch_bus_pairing_get_initiator (self->pairing))
    /* Translators: %s is a device */
    title = g_strdup_printf (_ ("Trust %s?"), name);
  else
    /* Translators: %s is a device */
    title = g_strdup_printf (_ ("%s wants you to trust each other"), name);
  if (is_false)
    detail = g_strdup (_ ("Somebody else who uses this name wants you to trust each other"));
  else
    /* Translators: under six digits; %s is a person or device */
    detail = g_strdup_printf (_ ("Ask %s: is the same code on the other screen?"), person);
  show_who (self, is_false);
  set_texts (self, title, code, detail);
  gtk_button_set_label (GTK_BUTTON (self->decline), _ ("_Doesn’t Match"));
  set_action (self->decline, "win.pairing-mismatch", self->pairing);
}

static void
show_waiting (PorchUiTrustRow *self, gboolean asked)
{
  g_autofree char *name = porch_ui_words_name (device_name (self));
  g_autofree char *person = porch_ui_words_person (device_name (self));
  g_autofree char *code = asked ? porch_ui_words_code (porch_bus_pairing_get_code (self->pairing)) : NULL;
  g_autofree char *title = asked ? g_strdup_printf (_ ("Waiting for %s to say that the code matches"), person)
                                 : g_strdup_printf (_ ("Asking %s to trust you"), name);

  show_who (self, FALSE);
  set_texts (self, title, code,
             asked ? _ ("Trusted as soon as both of you said so") : _ ("A code will be shown on both screens"));
  gtk_button_set_label (GTK_BUTTON (self->decline), _ ("_Cancel"));
  set_action (self->decline, "win.cancel-pairing", self->pairing);
}

static void
update (PorchUiTrustRow *self)
{
  const char *state = porch_bus_pairing_get_state (self->pairing);
  gboolean comparing = g_strcmp0 (state, "comparing") == 0;
  gboolean waiting = g_strcmp0 (state, "waiting") == 0;
  gboolean live = comparing || waiting || g_strcmp0 (state, "starting") == 0;

  self->was_live = self->was_live || live;
  gtk_widget_set_visible (self->confirm, comparing);
  gtk_widget_set_visible (GTK_WIDGET (self), live);
  if (comparing)
    show_comparing (self);
  else if (live)
    show_waiting (self, waiting);
  else if (self->was_live && g_strcmp0 (state, "mismatch") == 0)
    show_warning (self);
}

static void
porch_ui_trust_row_dispose (GObject *object)
{
  PorchUiTrustRow *self = PORCH_UI_TRUST_ROW (object);

  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  g_clear_object (&self->pairing);
  g_clear_object (&self->peer);
  G_OBJECT_CLASS (porch_ui_trust_row_parent_class)->dispose (object);
}

static void
porch_ui_trust_row_class_init (PorchUiTrustRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_trust_row_dispose;
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-trust-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, clamp);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, title);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, code);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, detail);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, decline);
  gtk_widget_class_bind_template_child (widget_class, PorchUiTrustRow, confirm);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
porch_ui_trust_row_init (PorchUiTrustRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_trust_row_new (PorchBusPairing *pairing, PorchBusPeer *peer)
{
  PorchUiTrustRow *self = g_object_new (PORCH_UI_TYPE_TRUST_ROW, NULL);

  self->pairing = g_object_ref (pairing);
  self->peer = peer != NULL ? g_object_ref (peer) : NULL;
  set_action (self->confirm, "win.pairing-match", pairing);
  g_signal_connect_object (pairing, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  return GTK_WIDGET (self);
}

GtkWidget *
porch_ui_trust_row_new_warning (PorchBusPeer *peer)
{
  PorchUiTrustRow *self = g_object_new (PORCH_UI_TYPE_TRUST_ROW, NULL);

  self->peer = g_object_ref (peer);
  show_warning (self);
  return GTK_WIDGET (self);
}

/* Answered, or the trust ended meanwhile. */
static void
on_question_peer_changed (PorchUiTrustRow *self)
{
  if (porch_bus_peer_get_auto_accept (self->peer) || g_strcmp0 (porch_bus_peer_get_trust (self->peer), "trusted") != 0)
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
porch_ui_trust_row_new_question (PorchBusPeer *peer)
{
  PorchUiTrustRow *self = g_object_new (PORCH_UI_TYPE_TRUST_ROW, NULL);
  g_autofree char *person = porch_ui_words_person (porch_bus_peer_get_name (peer));
  /* Translators: %s is a person or device */
  g_autofree char *title = g_strdup_printf (_ ("Always accept from %s?"), person);

  self->peer = g_object_ref (peer);
  show_who (self, FALSE);
  set_texts (self, title, NULL, _ ("Without being asked, up to 4 GB at a time and 16 GB a day"));
  gtk_button_set_label (GTK_BUTTON (self->confirm), _ ("_Always Accept"));
  gtk_widget_remove_css_class (self->confirm, "suggested-action");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->confirm), "s", g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->confirm), "win.accept-always");
  dismissable (self, _ ("_Not Now"));
  g_signal_connect_object (peer, "g-properties-changed", G_CALLBACK (on_question_peer_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  return GTK_WIDGET (self);
}

void
porch_ui_trust_row_set_leading (PorchUiTrustRow *self, gboolean leading)
{
  g_return_if_fail (PORCH_UI_IS_TRUST_ROW (self));
  if (leading && self->pairing != NULL) /* a warning and a question suggest nothing */
    gtk_widget_add_css_class (self->confirm, "suggested-action");
  else
    gtk_widget_remove_css_class (self->confirm, "suggested-action");
}

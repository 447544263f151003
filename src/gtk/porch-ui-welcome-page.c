/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-welcome-page.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiWelcomePage
{
  AdwBin parent_instance;
  /* owned */
  PorchBusDaemon *daemon; /* (nullable) */
  gboolean named;         /* the name was put in once */
  /* borrowed from the template */
  AdwEntryRow *name;
  GtkLabel *problem;
  AdwActionRow *visible_row;
  GtkCheckButton *visible;
  GtkCheckButton *limited;
  GtkCheckButton *hidden;
  GtkWidget *start;
};

G_DEFINE_FINAL_TYPE (PorchUiWelcomePage, porch_ui_welcome_page, ADW_TYPE_BIN)

static void
update (PorchUiWelcomePage *self)
{
  g_autofree char *networks = self->daemon != NULL ? porch_ui_words_networks (self->daemon, FALSE) : NULL;
  g_autofree char *name = NULL;
  g_autofree char *seen = NULL;

  if (self->daemon == NULL)
    {
      name = g_strdup (_ ("People on this network will see this name."));
      seen = g_strdup (_ ("Anyone on this network can see you and send you things"));
    }
  else if (networks == NULL)
    {
      name = g_strdup (_ ("People on the network that you join will see this name."));
      seen = g_strdup (_ ("Anyone on the network that you join can see you and send you things"));
    }
  else
    {
      /* Translators: %s is the name of a network in quotes, or "this network" */
      name = g_strdup_printf (_ ("People on %s will see this name."), networks);
      /* Translators: %s is the name of a network in quotes, or "this network" */
      seen = g_strdup_printf (_ ("Anyone on %s can see you and send you things"), networks);
    }
  gtk_label_set_text (self->problem, name);
  adw_action_row_set_subtitle (self->visible_row, seen);
  if (!self->named && self->daemon != NULL && porch_bus_daemon_get_name (self->daemon) != NULL)
    {
      self->named = TRUE;
      gtk_editable_set_text (GTK_EDITABLE (self->name), porch_bus_daemon_get_name (self->daemon));
      gtk_editable_set_position (GTK_EDITABLE (self->name), -1);
    }
}

static void
show_problem (PorchUiWelcomePage *self, gboolean problem)
{
  if (problem)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->problem), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->problem), "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->problem), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->problem), "dim-label");
    }
}

static void
on_name_changed (GtkEditable *editable, gpointer data)
{
  PorchUiWelcomePage *self = data;
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (editable)));

  gtk_widget_set_sensitive (self->start, self->daemon != NULL && *text != '\0');
  show_problem (self, FALSE);
  update (self);
}

static void
on_start_clicked (GtkButton *button, gpointer data)
{
  PorchUiWelcomePage *self = data;
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  const char *mode = gtk_check_button_get_active (self->hidden)    ? "hidden"
                     : gtk_check_button_get_active (self->limited) ? "10min"
                                                                   : "visible";

  gtk_widget_activate_action (GTK_WIDGET (self), "win.begin", "(ss)", name, mode);
}

static void
on_name_activated (AdwEntryRow *row, gpointer data)
{
  PorchUiWelcomePage *self = data;

  if (gtk_widget_get_sensitive (self->start))
    on_start_clicked (NULL, self);
}

void
porch_ui_welcome_page_set_daemon (PorchUiWelcomePage *self, PorchBusDaemon *daemon)
{
  g_return_if_fail (PORCH_UI_IS_WELCOME_PAGE (self));

  if (self->daemon != NULL)
    g_signal_handlers_disconnect_by_data (self->daemon, self);
  g_set_object (&self->daemon, daemon);
  if (daemon != NULL)
    g_signal_connect_object (daemon, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  on_name_changed (GTK_EDITABLE (self->name), self);
}

void
porch_ui_welcome_page_set_problem (PorchUiWelcomePage *self, const char *problem)
{
  g_return_if_fail (PORCH_UI_IS_WELCOME_PAGE (self));

  show_problem (self, problem != NULL);
  if (problem == NULL)
    return;
  gtk_label_set_text (self->problem, problem);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

void
porch_ui_welcome_page_focus (PorchUiWelcomePage *self)
{
  g_return_if_fail (PORCH_UI_IS_WELCOME_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  gtk_editable_set_position (GTK_EDITABLE (self->name), -1);
}

static void
porch_ui_welcome_page_dispose (GObject *object)
{
  g_clear_object (&PORCH_UI_WELCOME_PAGE (object)->daemon);
  G_OBJECT_CLASS (porch_ui_welcome_page_parent_class)->dispose (object);
}

static void
porch_ui_welcome_page_class_init (PorchUiWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_welcome_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, name);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, problem);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, visible_row);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, visible);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, limited);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, hidden);
  gtk_widget_class_bind_template_child (widget_class, PorchUiWelcomePage, start);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_name_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_start_clicked);
}

static void
porch_ui_welcome_page_init (PorchUiWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

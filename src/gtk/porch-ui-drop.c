/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-drop.h"

#define PEER "porch-peer"
#define PLACE "porch-drop-place"
#define HOVERED "porch-drop"

static void
send_files (GtkWidget *widget, const char *peer, GdkFileList *list)
{
  GSList *files = gdk_file_list_get_files (list);
  GVariantBuilder uris;

  g_variant_builder_init (&uris, G_VARIANT_TYPE ("as"));
  for (GSList *l = files; l != NULL; l = l->next)
    {
      g_autofree char *uri = g_file_get_uri (l->data);

      g_variant_builder_add (&uris, "s", uri);
    }
  g_slist_free (files);
  gtk_widget_activate_action (widget, "win.send-uris", "(sas)", peer, &uris);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  const char *peer = g_object_get_data (G_OBJECT (target), PEER);

  gtk_widget_remove_css_class (widget, HOVERED);
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    send_files (widget, peer != NULL ? peer : "", g_value_get_boxed (value));
  else if (G_VALUE_HOLDS_STRING (value))
    gtk_widget_activate_action (widget, "win.send-text", "(ss)", peer != NULL ? peer : "", g_value_get_string (value));
  else
    return FALSE;
  return TRUE;
}

/* Is the pointer over another place inside of @widget? */
static gboolean
is_over_inner (GtkWidget *widget, double x, double y)
{
  GtkWidget *picked = gtk_widget_pick (widget, x, y, GTK_PICK_DEFAULT);

  for (; picked != NULL && picked != widget; picked = gtk_widget_get_parent (picked))
    if (g_object_get_data (G_OBJECT (picked), PLACE) != NULL)
      return TRUE;
  return FALSE;
}

/* Only the innermost place shows that it would take it: the card, not the page around it. */
static GdkDragAction
on_motion (GtkDropTarget *target, double x, double y, gpointer data)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));

  if (is_over_inner (widget, x, y))
    gtk_widget_remove_css_class (widget, HOVERED);
  else
    gtk_widget_add_css_class (widget, HOVERED);
  return GDK_ACTION_COPY;
}

static void
on_leave (GtkDropTarget *target, gpointer data)
{
  gtk_widget_remove_css_class (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)), HOVERED);
}

GtkDropTarget *
porch_ui_drop_add (GtkWidget *widget)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };

  g_object_set_data (G_OBJECT (widget), PLACE, target);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "motion", G_CALLBACK (on_motion), NULL);
  g_signal_connect (target, "leave", G_CALLBACK (on_leave), NULL);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), NULL);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
  return target;
}

void
porch_ui_drop_set_peer (GtkDropTarget *target, const char *peer)
{
  g_object_set_data_full (G_OBJECT (target), PEER, g_strdup (peer), g_free);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-handout-tile.h"
#include "porch-ui-face.h"
#include "porch-ui-words-handout.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

struct _PorchUiHandoutTile
{
  GtkFlowBoxChild parent_instance;
  /* owned */
  char *id;
  char *shown; /* (nullable) what it says now, for who doesn't see it */
  /* borrowed from the template */
  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *status;
  GtkImage *mark;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (PorchUiHandoutTile, porch_ui_handout_tile, GTK_TYPE_FLOW_BOX_CHILD)

static const char *
mark_icon (const char *state)
{
  if (g_strcmp0 (state, "done") == 0)
    return "object-select-symbolic";
  return g_strcmp0 (state, "no-space") == 0 || g_strcmp0 (state, "left") == 0 ? "dialog-warning-symbolic" : NULL;
}

static void
set_style (PorchUiHandoutTile *self, const char *state)
{
  const char *const styles[][2] = { { "done", "success" }, { "no-space", "warning" }, { "left", "porch-away" } };

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_strcmp0 (state, styles[i][0]) == 0)
      gtk_widget_add_css_class (GTK_WIDGET (self->mark), styles[i][1]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self->mark), styles[i][1]);
  if (g_strcmp0 (state, "left") == 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->avatar), "porch-away");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->avatar), "porch-away");
}

/* Said once where it changed, not once a second. */
static void
tell (PorchUiHandoutTile *self, const char *name, const char *status)
{
  /* Translators: for who doesn't see the screen: a person or device, and how far it is */
  g_autofree char *text = g_strdup_printf (_ ("%1$s: %2$s"), name, status);

  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->shown, -1);
}

void
porch_ui_handout_tile_update (PorchUiHandoutTile *self, const char *name, const char *state, gint64 done, gint64 missing,
                              gint64 total)
{
  g_autofree char *shown = porch_ui_words_name (name);
  g_autofree char *status = porch_ui_words_handout_receiver (state, done, missing, total);
  gboolean runs = g_strcmp0 (state, "running") == 0;
  const char *icon = mark_icon (state);

  gtk_label_set_text (self->name, shown);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), shown);
  gtk_label_set_text (self->status, status);
  gtk_image_set_from_icon_name (self->mark, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->mark), icon != NULL);
  gtk_progress_bar_set_fraction (self->progress, total > 0 ? CLAMP ((double)done / (double)total, 0, 1) : 0);
  /* It keeps its room, or the tiles would move when somebody begins. */
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), runs ? 1 : 0);
  set_style (self, state);
  tell (self, shown, status);
}

const char *
porch_ui_handout_tile_get_id (PorchUiHandoutTile *self)
{
  return self->id;
}

static void
porch_ui_handout_tile_finalize (GObject *object)
{
  PorchUiHandoutTile *self = PORCH_UI_HANDOUT_TILE (object);

  g_free (self->id);
  g_free (self->shown);
  G_OBJECT_CLASS (porch_ui_handout_tile_parent_class)->finalize (object);
}

static void
porch_ui_handout_tile_class_init (PorchUiHandoutTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = porch_ui_handout_tile_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-handout-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutTile, avatar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutTile, name);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutTile, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutTile, mark);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutTile, progress);
}

static void
porch_ui_handout_tile_init (PorchUiHandoutTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_handout_tile_new (const char *id)
{
  PorchUiHandoutTile *self = g_object_new (PORCH_UI_TYPE_HANDOUT_TILE, NULL);

  self->id = g_strdup (id);
  porch_ui_face_set (self->avatar, id, "laptop");
  return GTK_WIDGET (self);
}

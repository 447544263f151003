/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-handout-page.h"
#include "porch-display.h"
#include "porch-ui-handout-tile.h"
#include "porch-ui-words-handout.h"
#include "porch-ui-words.h"
#include "porch-ui-wrap.h"

#include <glib/gi18n.h>

struct _PorchUiHandoutPage
{
  AdwBin parent_instance;
  /* owned */
  PorchBusHandOut *handout; /* (nullable) */
  char *title;
  gboolean narrow;
  /* borrowed from the template */
  GtkWidget *call;
  GtkLabel *number;
  GtkLabel *contents;
  GtkWidget *trouble;
  GtkLabel *trouble_text;
  GtkWidget *room;
  GtkLabel *total;
  GtkProgressBar *progress;
  GtkWidget *end;
  GtkWidget *again;
  GtkWidget *clear;
  GtkFlowBox *tiles;
  GtkWidget *nobody;
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchUiHandoutPage, porch_ui_handout_page, ADW_TYPE_BIN)

/* --- tiles --- */

static PorchUiHandoutTile *
tile_at (PorchUiHandoutPage *self, int position)
{
  GtkFlowBoxChild *child = gtk_flow_box_get_child_at_index (self->tiles, position);

  return child != NULL ? PORCH_UI_HANDOUT_TILE (child) : NULL;
}

/* They come in the order of joining, so a tile is nearly always where it was. */
static PorchUiHandoutTile *
ensure_tile (PorchUiHandoutPage *self, int position, const char *id)
{
  PorchUiHandoutTile *tile = tile_at (self, position);

  while (tile != NULL && g_strcmp0 (porch_ui_handout_tile_get_id (tile), id) != 0)
    {
      gtk_flow_box_remove (self->tiles, GTK_WIDGET (tile));
      tile = tile_at (self, position);
    }
  if (tile != NULL)
    return tile;
  tile = PORCH_UI_HANDOUT_TILE (porch_ui_handout_tile_new (id));
  gtk_flow_box_insert (self->tiles, GTK_WIDGET (tile), position);
  return tile;
}

static void
update_tiles (PorchUiHandoutPage *self)
{
  GVariant *receivers = porch_bus_hand_out_get_receivers (self->handout);
  gint64 total = porch_bus_hand_out_get_bytes (self->handout);
  const char *id, *name, *state;
  gint64 done, missing;
  GVariantIter iter;
  int n = 0;

  if (receivers != NULL)
    {
      g_variant_iter_init (&iter, receivers);
      while (g_variant_iter_next (&iter, "(&s&s&sxx)", &id, &name, &state, &done, &missing))
        porch_ui_handout_tile_update (ensure_tile (self, n++, id), name, state, done, missing, total);
    }
  while (tile_at (self, n) != NULL)
    gtk_flow_box_remove (self->tiles, GTK_WIDGET (tile_at (self, n)));
  gtk_widget_set_visible (GTK_WIDGET (self->tiles), n > 0);
}

/* --- the rest --- */

static void
update_number (PorchUiHandoutPage *self)
{
  g_autofree char *shown = porch_ui_words_handout_number (porch_bus_hand_out_get_number (self->handout));
  g_autofree char *contents = porch_ui_words_handout_contents (porch_bus_hand_out_get_files (self->handout),
                                                               porch_bus_hand_out_get_bytes (self->handout));

  gtk_label_set_text (self->number, shown);
  gtk_label_set_text (self->contents, contents);
}

static void
update_trouble (PorchUiHandoutPage *self, gboolean failed)
{
  g_autofree char *shown = porch_display_name (porch_bus_hand_out_get_error_message (self->handout), 400);

  gtk_label_set_text (self->trouble_text, shown);
  gtk_widget_set_css_classes (self->trouble, (const char *[]){ "porch-trouble", failed ? "error" : "warning", NULL });
  gtk_widget_set_visible (self->trouble, *shown != '\0');
}

static void
update (PorchUiHandoutPage *self)
{
  const char *state = porch_bus_hand_out_get_state (self->handout);
  gboolean open = g_strcmp0 (state, "open") == 0;
  gboolean live = open || g_strcmp0 (state, "preparing") == 0;
  guint all = porch_ui_words_handout_count (self->handout, NULL);
  gint64 whole = porch_bus_hand_out_get_bytes_total (self->handout);
  g_autofree char *total = porch_ui_words_handout_total (self->handout);

  update_number (self);
  update_trouble (self, g_strcmp0 (state, "failed") == 0);
  gtk_widget_set_visible (self->call, live);
  gtk_label_set_text (self->total, total);
  gtk_progress_bar_set_fraction (self->progress,
                                 whole > 0 ? (double)porch_bus_hand_out_get_bytes_done (self->handout) / (double)whole : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), open && all > 0);
  gtk_widget_set_visible (self->room, open && porch_bus_hand_out_get_in_room (self->handout));
  gtk_widget_set_visible (self->nobody, open && all == 0);
  gtk_widget_set_visible (self->end, live);
  gtk_widget_set_visible (self->clear, !live);
  gtk_widget_set_visible (self->again, porch_ui_words_handout_count (self->handout, "left") > 0);
  update_tiles (self);
}

static void
set_action (GtkWidget *button, const char *action, const char *target)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
forget (PorchUiHandoutPage *self)
{
  if (self->handout != NULL)
    g_signal_handlers_disconnect_by_func (self->handout, update, self);
  g_clear_object (&self->handout);
  g_clear_pointer (&self->title, g_free);
}

void
porch_ui_handout_page_show (PorchUiHandoutPage *self, PorchBusHandOut *handout)
{
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (handout));

  g_return_if_fail (PORCH_UI_IS_HANDOUT_PAGE (self));
  forget (self);
  self->handout = g_object_ref (handout);
  self->title = porch_ui_words_name (porch_bus_hand_out_get_title (handout));
  set_action (self->end, "win.handout-end", path);
  set_action (self->again, "win.handout-again", path);
  set_action (self->clear, "win.handout-clear", path);
  g_signal_connect_object (handout, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
}

PorchBusHandOut *
porch_ui_handout_page_get_handout (PorchUiHandoutPage *self)
{
  return self->handout;
}

const char *
porch_ui_handout_page_get_title (PorchUiHandoutPage *self)
{
  return self->title != NULL ? self->title : "";
}

static void
porch_ui_handout_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiHandoutPage *self = PORCH_UI_HANDOUT_PAGE (object);

  if (id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->narrow = g_value_get_boolean (value);
  if (self->narrow)
    gtk_widget_remove_css_class (GTK_WIDGET (self->number), "porch-number-wide");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->number), "porch-number-wide");
}

static void
porch_ui_handout_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, PORCH_UI_HANDOUT_PAGE (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_handout_page_dispose (GObject *object)
{
  forget (PORCH_UI_HANDOUT_PAGE (object));
  G_OBJECT_CLASS (porch_ui_handout_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-handout-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, call);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, number);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, contents);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, trouble_text);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, room);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, total);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, progress);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, end);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, again);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, clear);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, tiles);
  gtk_widget_class_bind_template_child (widget_class, PorchUiHandoutPage, nobody);
}

static void
porch_ui_handout_page_class_init (PorchUiHandoutPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = porch_ui_handout_page_set_property;
  object_class->get_property = porch_ui_handout_page_get_property;
  object_class->dispose = porch_ui_handout_page_dispose;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (PORCH_UI_TYPE_WRAP);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
porch_ui_handout_page_init (PorchUiHandoutPage *self)
{
  self->narrow = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

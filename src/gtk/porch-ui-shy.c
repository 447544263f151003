/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-shy.h"

#define SPACING 6

struct _PorchUiShy
{
  GtkWidget parent_instance;
  /* owned by being their parent */
  GtkWidget *icon;
  GtkWidget *words;
  gboolean icon_only;
};

enum
{
  PROP_0,
  PROP_ICON_ONLY,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void porch_ui_shy_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchUiShy, porch_ui_shy, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, porch_ui_shy_buildable_init))

static int
natural_size (GtkWidget *widget, GtkOrientation orientation)
{
  int natural = 0;

  if (widget != NULL)
    gtk_widget_measure (widget, orientation, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static void
porch_ui_shy_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  PorchUiShy *self = PORCH_UI_SHY (widget);
  int icon = natural_size (self->icon, orientation);
  int words = natural_size (self->words, orientation);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = MAX (icon, words); /* without the words too: the header keeps its height */
  else
    {
      *minimum = icon;
      *natural = self->icon_only ? icon : icon + SPACING + words;
    }
}

static void
allocate_child (PorchUiShy *self, GtkWidget *child, int x, int width, int height)
{
  GtkAllocation at = { x, 0, width, height };

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    at.x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_size_allocate (child, &at, -1);
}

static void
porch_ui_shy_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PorchUiShy *self = PORCH_UI_SHY (widget);
  int icon = natural_size (self->icon, GTK_ORIENTATION_HORIZONTAL);
  int words = natural_size (self->words, GTK_ORIENTATION_HORIZONTAL);
  gboolean both = !self->icon_only && width >= icon + SPACING + words;
  /* Alone it stays where it was: in a flat button nothing tells of the room beside it. */
  int start = both ? (width - icon - SPACING - words) / 2 : 0;

  gtk_widget_set_child_visible (self->words, both);
  allocate_child (self, self->icon, start, icon, height);
  if (both)
    allocate_child (self, self->words, start + icon + SPACING, words, height);
}

static void
porch_ui_shy_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiShy *self = PORCH_UI_SHY (object);

  if (id != PROP_ICON_ONLY)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->icon_only == g_value_get_boolean (value))
    return;
  self->icon_only = g_value_get_boolean (value);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (object, pspec);
}

static void
porch_ui_shy_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ICON_ONLY)
    g_value_set_boolean (value, PORCH_UI_SHY (object)->icon_only);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_shy_dispose (GObject *object)
{
  PorchUiShy *self = PORCH_UI_SHY (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->words, gtk_widget_unparent);
  G_OBJECT_CLASS (porch_ui_shy_parent_class)->dispose (object);
}

static void
porch_ui_shy_class_init (PorchUiShyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = porch_ui_shy_set_property;
  object_class->get_property = porch_ui_shy_get_property;
  object_class->dispose = porch_ui_shy_dispose;
  widget_class->measure = porch_ui_shy_measure;
  widget_class->size_allocate = porch_ui_shy_size_allocate;
  props[PROP_ICON_ONLY] = g_param_spec_boolean ("icon-only", NULL, NULL, FALSE,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_ui_shy_init (PorchUiShy *self)
{
}

static void
porch_ui_shy_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  PorchUiShy *self = PORCH_UI_SHY (buildable);
  GtkWidget **place = g_strcmp0 (type, "icon") == 0 ? &self->icon : g_strcmp0 (type, "words") == 0 ? &self->words : NULL;

  if (!GTK_IS_WIDGET (child) || place == NULL || *place != NULL)
    {
      parent_buildable->add_child (buildable, builder, child, type);
      return;
    }
  *place = GTK_WIDGET (child);
  gtk_widget_set_parent (*place, GTK_WIDGET (self));
}

static void
porch_ui_shy_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = porch_ui_shy_add_child;
}

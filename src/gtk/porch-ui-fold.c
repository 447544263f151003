/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-fold.h"

#define SPACING 12
#define ROW_SPACING 6
#define DEFAULT_START_WIDTH 260

struct _PorchUiFold
{
  GtkWidget parent_instance;
  /* owned by being their parent */
  GtkWidget *start;
  GtkWidget *end;
  int start_width;
};

enum
{
  PROP_0,
  PROP_START_WIDTH,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void porch_ui_fold_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchUiFold, porch_ui_fold, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, porch_ui_fold_buildable_init))

static void
measure_child (GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum, int *natural)
{
  *minimum = *natural = 0;
  if (child != NULL && gtk_widget_get_visible (child))
    gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

/* The natural width of the second child where it fits beside the first one; -1 where it doesn't. */
static int
end_width_beside (PorchUiFold *self, int width)
{
  int start_min, start_nat, end_min, end_nat;

  measure_child (self->start, GTK_ORIENTATION_HORIZONTAL, -1, &start_min, &start_nat);
  measure_child (self->end, GTK_ORIENTATION_HORIZONTAL, -1, &end_min, &end_nat);
  if (end_nat == 0)
    return 0;
  start_nat = MAX (start_min, MIN (start_nat, self->start_width));
  return width < 0 || width >= start_nat + SPACING + end_nat ? end_nat : -1;
}

static GtkSizeRequestMode
porch_ui_fold_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_height (PorchUiFold *self, int width, int *minimum, int *natural)
{
  int beside = end_width_beside (self, width);
  int start_min, start_nat, end_min, end_nat;

  if (beside >= 0)
    {
      int rest = width < 0 ? -1 : width - beside - (beside > 0 ? SPACING : 0);

      measure_child (self->start, GTK_ORIENTATION_VERTICAL, rest, &start_min, &start_nat);
      measure_child (self->end, GTK_ORIENTATION_VERTICAL, beside > 0 ? beside : -1, &end_min, &end_nat);
      *minimum = MAX (start_min, end_min);
      *natural = MAX (start_nat, end_nat);
      return;
    }
  measure_child (self->start, GTK_ORIENTATION_VERTICAL, width, &start_min, &start_nat);
  measure_child (self->end, GTK_ORIENTATION_VERTICAL, width, &end_min, &end_nat);
  *minimum = start_min + ROW_SPACING + end_min;
  *natural = start_nat + ROW_SPACING + end_nat;
}

static void
porch_ui_fold_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  PorchUiFold *self = PORCH_UI_FOLD (widget);
  int start_min, start_nat, end_min, end_nat;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      measure_height (self, for_size, minimum, natural);
      return;
    }
  measure_child (self->start, orientation, -1, &start_min, &start_nat);
  measure_child (self->end, orientation, -1, &end_min, &end_nat);
  *minimum = MAX (start_min, end_min);
  *natural = start_nat + (end_nat > 0 ? SPACING : 0) + end_nat;
}

static void
allocate_child (PorchUiFold *self, GtkWidget *child, int x, int y, int width, int height)
{
  GtkAllocation at = { x, y, width, height };

  if (child == NULL || !gtk_widget_get_visible (child))
    return;
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    at.x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_size_allocate (child, &at, -1);
}

static void
porch_ui_fold_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PorchUiFold *self = PORCH_UI_FOLD (widget);
  int beside = end_width_beside (self, width);
  int start_min, start_nat;

  if (beside >= 0)
    {
      int rest = width - beside - (beside > 0 ? SPACING : 0);

      allocate_child (self, self->start, 0, 0, rest, height);
      allocate_child (self, self->end, width - beside, 0, beside, height);
      return;
    }
  measure_child (self->start, GTK_ORIENTATION_VERTICAL, width, &start_min, &start_nat);
  allocate_child (self, self->start, 0, 0, width, start_min);
  allocate_child (self, self->end, 0, start_min + ROW_SPACING, width, height - start_min - ROW_SPACING);
}

static void
porch_ui_fold_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiFold *self = PORCH_UI_FOLD (object);

  if (id != PROP_START_WIDTH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->start_width = g_value_get_int (value);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
porch_ui_fold_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_START_WIDTH)
    g_value_set_int (value, PORCH_UI_FOLD (object)->start_width);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_fold_dispose (GObject *object)
{
  PorchUiFold *self = PORCH_UI_FOLD (object);

  g_clear_pointer (&self->start, gtk_widget_unparent);
  g_clear_pointer (&self->end, gtk_widget_unparent);
  G_OBJECT_CLASS (porch_ui_fold_parent_class)->dispose (object);
}

static void
porch_ui_fold_class_init (PorchUiFoldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = porch_ui_fold_set_property;
  object_class->get_property = porch_ui_fold_get_property;
  object_class->dispose = porch_ui_fold_dispose;
  widget_class->get_request_mode = porch_ui_fold_get_request_mode;
  widget_class->measure = porch_ui_fold_measure;
  widget_class->size_allocate = porch_ui_fold_size_allocate;
  props[PROP_START_WIDTH] = g_param_spec_int ("start-width", NULL, NULL, 0, G_MAXINT, DEFAULT_START_WIDTH,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_ui_fold_init (PorchUiFold *self)
{
  self->start_width = DEFAULT_START_WIDTH;
}

static void
porch_ui_fold_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  PorchUiFold *self = PORCH_UI_FOLD (buildable);
  GtkWidget **place = g_strcmp0 (type, "end") == 0 ? &self->end : &self->start;

  if (!GTK_IS_WIDGET (child) || *place != NULL)
    {
      parent_buildable->add_child (buildable, builder, child, type);
      return;
    }
  *place = GTK_WIDGET (child);
  gtk_widget_set_parent (*place, GTK_WIDGET (self));
}

static void
porch_ui_fold_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = porch_ui_fold_add_child;
}

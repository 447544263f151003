/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-wrap.h"

struct _PorchUiWrap
{
  GtkWidget parent_instance;
  int spacing;
  GtkAlign align;
};

enum
{
  PROP_0,
  PROP_SPACING,
  PROP_ALIGN,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchUiWrap, porch_ui_wrap, GTK_TYPE_WIDGET)

/* The children that one line takes. */
typedef struct
{
  GtkWidget *first;
  guint n;
  int width;
  int height;
} Line;

static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
child_width (GtkWidget *child, int width)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return width < 0 ? natural : MAX (minimum, MIN (natural, width));
}

static int
child_height (GtkWidget *child, int width)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

/* Takes the next line from @child on; @width: -1 for one line without end. Gives the child after it. */
static GtkWidget *
take_line (PorchUiWrap *self, GtkWidget *child, int width, Line *line)
{
  *line = (Line){ .first = child };
  while (child != NULL)
    {
      int wide = child_width (child, width);
      int needed = line->n > 0 ? line->width + self->spacing + wide : wide;

      if (line->n > 0 && width >= 0 && needed > width)
        break;
      line->width = needed;
      line->height = MAX (line->height, child_height (child, wide));
      line->n++;
      child = skip_hidden (gtk_widget_get_next_sibling (child));
    }
  return child;
}

static GtkSizeRequestMode
porch_ui_wrap_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (PorchUiWrap *self, int *minimum, int *natural)
{
  GtkWidget *child = skip_hidden (gtk_widget_get_first_child (GTK_WIDGET (self)));
  Line line;

  take_line (self, child, -1, &line);
  *natural = line.width;
  *minimum = 0;
  for (; child != NULL; child = skip_hidden (gtk_widget_get_next_sibling (child)))
    *minimum = MAX (*minimum, child_width (child, 0));
}

static void
porch_ui_wrap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  PorchUiWrap *self = PORCH_UI_WRAP (widget);
  GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget));
  int height = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }
  while (child != NULL)
    {
      Line line;

      child = take_line (self, child, for_size, &line);
      height += line.height + (child != NULL ? self->spacing : 0);
    }
  *minimum = *natural = height;
}

static void
allocate_line (PorchUiWrap *self, const Line *line, int width, int y)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int rest = MAX (0, width - line->width);
  int x = self->align == GTK_ALIGN_CENTER ? rest / 2 : self->align == GTK_ALIGN_END ? rest : 0;
  GtkWidget *child = line->first;

  for (guint i = 0; i < line->n; i++, child = skip_hidden (gtk_widget_get_next_sibling (child)))
    {
      int wide = child_width (child, width);
      GtkAllocation at = { rtl ? width - x - wide : x, y, wide, line->height };

      gtk_widget_size_allocate (child, &at, -1);
      x += wide + self->spacing;
    }
}

static void
porch_ui_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PorchUiWrap *self = PORCH_UI_WRAP (widget);
  GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      Line line;

      child = take_line (self, child, width, &line);
      allocate_line (self, &line, width, y);
      y += line.height + self->spacing;
    }
}

static void
porch_ui_wrap_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiWrap *self = PORCH_UI_WRAP (object);

  if (id == PROP_SPACING)
    self->spacing = g_value_get_int (value);
  else if (id == PROP_ALIGN)
    self->align = g_value_get_enum (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
porch_ui_wrap_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchUiWrap *self = PORCH_UI_WRAP (object);

  if (id == PROP_SPACING)
    g_value_set_int (value, self->spacing);
  else if (id == PROP_ALIGN)
    g_value_set_enum (value, self->align);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_wrap_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (porch_ui_wrap_parent_class)->dispose (object);
}

static void
porch_ui_wrap_class_init (PorchUiWrapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = porch_ui_wrap_set_property;
  object_class->get_property = porch_ui_wrap_get_property;
  object_class->dispose = porch_ui_wrap_dispose;
  widget_class->get_request_mode = porch_ui_wrap_get_request_mode;
  widget_class->measure = porch_ui_wrap_measure;
  widget_class->size_allocate = porch_ui_wrap_size_allocate;
  props[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT, 6, flags);
  props[PROP_ALIGN] = g_param_spec_enum ("align", NULL, NULL, GTK_TYPE_ALIGN, GTK_ALIGN_START, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_ui_wrap_init (PorchUiWrap *self)
{
  self->spacing = 6;
  self->align = GTK_ALIGN_START;
}

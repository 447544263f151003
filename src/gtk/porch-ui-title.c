/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-title.h"

/* When narrow, the button beside the title loses its words: the room won by that must not make the window wide again. */
#define HYSTERESIS 120

struct _PorchUiTitle
{
  GtkWidget parent_instance;
  /* owned by being their parent */
  GtkWidget *switcher;
  GtkWidget *label;
  guint notify_source;
  gboolean top;
  gboolean fits;   /* at the last allocation */
  gboolean narrow; /* what was told */
};

enum
{
  PROP_0,
  PROP_STACK,
  PROP_TITLE,
  PROP_TOP,
  PROP_NARROW,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchUiTitle, porch_ui_title, GTK_TYPE_WIDGET)

static int
natural_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static void
porch_ui_title_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  PorchUiTitle *self = PORCH_UI_TITLE (widget);
  int label_min, label_nat, switcher_min, switcher_nat;

  gtk_widget_measure (self->label, orientation, -1, &label_min, &label_nat, NULL, NULL);
  gtk_widget_measure (self->switcher, orientation, -1, &switcher_min, &switcher_nat, NULL, NULL);
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? MAX (label_min, switcher_min) : label_min;
  /* The switcher's width is asked for on every page, so that the window does not turn narrow by going to one. More only while
   * it is narrow, to see when there is room again: else it would be taken from the words beside it. */
  *natural = MAX (label_nat, switcher_nat + (orientation == GTK_ORIENTATION_HORIZONTAL && self->narrow ? HYSTERESIS : 0));
}

static gboolean
on_notify_idle (gpointer data)
{
  PorchUiTitle *self = data;

  self->notify_source = 0;
  if (self->narrow != !self->fits)
    {
      self->narrow = !self->fits;
      gtk_widget_queue_resize (GTK_WIDGET (self));
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
    }
  return G_SOURCE_REMOVE;
}

static void
porch_ui_title_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PorchUiTitle *self = PORCH_UI_TITLE (widget);
  int wanted = natural_width (self->switcher);
  gboolean show_switcher;

  self->fits = width >= wanted + (self->fits ? 0 : HYSTERESIS);
  show_switcher = self->top && self->fits;
  gtk_widget_set_child_visible (self->switcher, show_switcher);
  gtk_widget_set_child_visible (self->label, !show_switcher);
  if (show_switcher)
    {
      GtkAllocation at = { (width - wanted) / 2, 0, wanted, height };

      gtk_widget_size_allocate (self->switcher, &at, -1);
    }
  else
    {
      gtk_widget_size_allocate (self->label, &(GtkAllocation){ 0, 0, width, height }, -1);
    }
  /* Not from within an allocation: what hangs on it asks for a new one. */
  if (self->narrow != !self->fits && self->notify_source == 0)
    self->notify_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_notify_idle, self, NULL);
}

static void
porch_ui_title_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiTitle *self = PORCH_UI_TITLE (object);

  switch (id)
    {
    case PROP_STACK:
      adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (self->switcher), g_value_get_object (value));
      break;
    case PROP_TITLE:
      adw_window_title_set_title (ADW_WINDOW_TITLE (self->label), g_value_get_string (value));
      break;
    case PROP_TOP:
      self->top = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_ui_title_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchUiTitle *self = PORCH_UI_TITLE (object);

  switch (id)
    {
    case PROP_STACK:
      g_value_set_object (value, adw_view_switcher_get_stack (ADW_VIEW_SWITCHER (self->switcher)));
      break;
    case PROP_TITLE:
      g_value_set_string (value, adw_window_title_get_title (ADW_WINDOW_TITLE (self->label)));
      break;
    case PROP_TOP:
      g_value_set_boolean (value, self->top);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_ui_title_dispose (GObject *object)
{
  PorchUiTitle *self = PORCH_UI_TITLE (object);

  g_clear_handle_id (&self->notify_source, g_source_remove);
  g_clear_pointer (&self->switcher, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (porch_ui_title_parent_class)->dispose (object);
}

static void
porch_ui_title_class_init (PorchUiTitleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = porch_ui_title_set_property;
  object_class->get_property = porch_ui_title_get_property;
  object_class->dispose = porch_ui_title_dispose;
  widget_class->measure = porch_ui_title_measure;
  widget_class->size_allocate = porch_ui_title_size_allocate;
  props[PROP_STACK] = g_param_spec_object ("stack", NULL, NULL, ADW_TYPE_VIEW_STACK, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  props[PROP_TOP] = g_param_spec_boolean ("top", NULL, NULL, TRUE, flags);
  props[PROP_NARROW]
      = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_ui_title_init (PorchUiTitle *self)
{
  self->top = self->fits = TRUE;
  self->switcher = g_object_new (ADW_TYPE_VIEW_SWITCHER, "policy", ADW_VIEW_SWITCHER_POLICY_WIDE, NULL);
  self->label = adw_window_title_new ("", "");
  gtk_widget_set_parent (self->switcher, GTK_WIDGET (self));
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

gboolean
porch_ui_title_get_narrow (PorchUiTitle *self)
{
  g_return_val_if_fail (PORCH_UI_IS_TITLE (self), FALSE);
  return self->narrow;
}

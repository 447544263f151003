/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "layout-rules.h"

#include <string.h>

LayoutReport *
layout_report_new (LayoutIsName is_name, gpointer data)
{
  LayoutReport *report = g_new0 (LayoutReport, 1);

  report->problems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  report->is_name = is_name;
  report->data = data;
  return report;
}

void
layout_report_free (LayoutReport *report)
{
  g_hash_table_unref (report->problems);
  g_free (report->where);
  g_free (report);
}

guint
layout_report_tell (LayoutReport *report)
{
  g_autoptr (GList) sentences = g_list_sort (g_hash_table_get_keys (report->problems), (GCompareFunc)g_strcmp0);

  for (GList *l = sentences; l != NULL; l = l->next)
    g_print ("%s\n    first seen: %s\n", (char *)l->data, (char *)g_hash_table_lookup (report->problems, l->data));
  return g_hash_table_size (report->problems);
}

/* Where in the window: the types that are Porch's or have an id, and the text if it has one. */
static char *
describe (GtkWidget *widget)
{
  g_autoptr (GString) path = g_string_new (NULL);
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;

  for (GtkWidget *w = widget; w != NULL; w = gtk_widget_get_parent (w))
    {
      const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (w));
      gboolean own = g_str_has_prefix (G_OBJECT_TYPE_NAME (w), "PorchUi");
      gboolean has_id = id != NULL && !g_str_has_prefix (id, "___");

      if (w != widget && !own && !has_id)
        continue;
      if (path->len > 0)
        g_string_prepend (path, " / ");
      g_string_prepend (path, has_id ? id : G_OBJECT_TYPE_NAME (w));
      if (w == widget && has_id)
        g_string_append_printf (path, " (%s)", G_OBJECT_TYPE_NAME (w));
    }
  if (text != NULL)
    g_string_append_printf (path, " “%.60s”", text);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

void
layout_report_add (LayoutReport *report, GtkWidget *widget, const char *format, ...)
{
  g_autofree char *place = describe (widget);
  g_autofree char *text = NULL;
  va_list args;
  char *sentence;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  sentence = g_strdup_printf ("%s: %s", place, text);
  if (!g_hash_table_contains (report->problems, sentence))
    g_hash_table_insert (report->problems, sentence, g_strdup (report->where));
  else
    g_free (sentence);
}

static gboolean
has_ancestor_named (GtkWidget *widget, const char *type)
{
  for (GtkWidget *w = widget; w != NULL; w = gtk_widget_get_parent (w))
    if (g_str_equal (G_OBJECT_TYPE_NAME (w), type))
      return TRUE;
  return FALSE;
}

/* What libraries make is theirs to answer for: the badge of a view switcher lies over its edge, about and shortcuts have their
 * own sizes, and a title may reach over the edges of its bar. */
static gboolean
is_of_a_library (GtkWidget *widget)
{
  return has_ancestor_named (widget, "AdwIndicatorBin") || has_ancestor_named (widget, "GtkWindowControls")
         || has_ancestor_named (widget, "AdwAboutWindow") || has_ancestor_named (widget, "AdwAboutDialog")
         || has_ancestor_named (widget, "AdwSqueezer") || has_ancestor_named (widget, "GtkShortcutsWindow")
         || g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwWindowTitle");
}

/* --- places --- */

/* What may be larger than its parent because the parent moves or cuts it on purpose, and the insides of the toolkit's own
 * sliders. */
static gboolean
cuts_on_purpose (GtkWidget *parent)
{
  static const char *const types[]
      = { "GtkViewport", "GtkListView", "GtkColumnListView", "GtkColumnView", "GtkText",        "GtkScrollbar", "GtkRange",
          "GtkScale",    "GtkSwitch",   "GtkProgressBar",    "GtkGizmo",      "GtkBuiltinIcon", "AdwAvatar" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (G_OBJECT_TYPE_NAME (parent), types[i]))
      return TRUE;
  return FALSE;
}

/* What lays its children one over the other on purpose. */
static gboolean
stacks_on_purpose (GtkWidget *parent)
{
  static const char *const types[] = { "GtkOverlay",     "AdwToastOverlay", "GtkStack",          "AdwViewStack",
                                       "AdwTabOverview", "AdwIndicatorBin", "GtkScrolledWindow", "GtkWindow",
                                       "AdwFloatingSheet", "AdwBottomSheet", "AdwDialogHost" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_type_is_a (G_OBJECT_TYPE (parent), g_type_from_name (types[i])))
      return TRUE;
  /* The title of an entry row lies where the text comes, and fades. */
  if (gtk_widget_get_ancestor (parent, ADW_TYPE_ENTRY_ROW) != NULL)
    return TRUE;
  return cuts_on_purpose (parent);
}

static gboolean
on_screen (GtkWidget *widget)
{
  return gtk_widget_get_mapped (widget) && gtk_widget_get_child_visible (widget) && !GTK_IS_NATIVE (widget)
         && gtk_widget_get_width (widget) > 0 && gtk_widget_get_height (widget) > 0;
}

static void
check_inside (LayoutReport *report, GtkWidget *widget, GtkWidget *parent)
{
  graphene_rect_t inner, outer;

  if (cuts_on_purpose (parent) || is_of_a_library (widget) || !gtk_widget_compute_bounds (widget, parent, &inner)
      || !gtk_widget_compute_bounds (parent, parent, &outer))
    return;
  graphene_rect_inset (&outer, -1, -1);
  if (!graphene_rect_contains_rect (&outer, &inner))
    layout_report_add (report, widget, "stands out of its parent %s: %d × %d at %d, %d in %d × %d", G_OBJECT_TYPE_NAME (parent),
                       (int)inner.size.width, (int)inner.size.height, (int)inner.origin.x, (int)inner.origin.y,
                       (int)outer.size.width, (int)outer.size.height);
}

static void
check_siblings (LayoutReport *report, GtkWidget *parent)
{
  if (stacks_on_purpose (parent) || is_of_a_library (parent))
    return;
  for (GtkWidget *a = gtk_widget_get_first_child (parent); a != NULL; a = gtk_widget_get_next_sibling (a))
    for (GtkWidget *b = gtk_widget_get_next_sibling (a); b != NULL && on_screen (a); b = gtk_widget_get_next_sibling (b))
      {
        graphene_rect_t first, second, common;

        if (on_screen (b) && gtk_widget_compute_bounds (a, parent, &first) && gtk_widget_compute_bounds (b, parent, &second)
            && graphene_rect_intersection (&first, &second, &common) && common.size.width > 1 && common.size.height > 1)
          layout_report_add (report, a, "lies over its sibling %s", G_OBJECT_TYPE_NAME (b));
      }
}

/* --- texts --- */

static gboolean
has_tooltip (GtkWidget *widget)
{
  for (GtkWidget *w = widget; w != NULL && !GTK_IS_LIST_BOX (w) && !GTK_IS_ROOT (w); w = gtk_widget_get_parent (w))
    if (gtk_widget_get_tooltip_text (w) != NULL)
      return TRUE;
  return FALSE;
}

static void
check_label (LayoutReport *report, GtkLabel *label)
{
  const char *text = gtk_label_get_text (label);

  if (pango_layout_is_ellipsized (gtk_label_get_layout (label)) && !report->is_name (text, report->data)
      && !has_tooltip (GTK_WIDGET (label)))
    layout_report_add (report, GTK_WIDGET (label), "is cut short, is no name and has no tooltip");
}

static void
check_icon (LayoutReport *report, GtkImage *image)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (image)));
  GIcon *icon = gtk_image_get_gicon (image);

  if (gtk_image_get_storage_type (image) == GTK_IMAGE_ICON_NAME && gtk_image_get_icon_name (image) != NULL
      && !gtk_icon_theme_has_icon (theme, gtk_image_get_icon_name (image)))
    layout_report_add (report, GTK_WIDGET (image), "the icon %s is not in the theme", gtk_image_get_icon_name (image));
  else if (gtk_image_get_storage_type (image) == GTK_IMAGE_GICON && !gtk_icon_theme_has_gicon (theme, icon))
    layout_report_add (report, GTK_WIDGET (image), "its icon is not in the theme");
}

/* --- controls --- */

static gboolean
is_pressable (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    return gtk_widget_get_ancestor (widget, GTK_TYPE_ENTRY) == NULL; /* else it is an icon inside */
  if (GTK_IS_LIST_BOX_ROW (widget))
    return gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (widget));
  if (GTK_IS_CHECK_BUTTON (widget) || GTK_IS_SWITCH (widget))
    return gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX_ROW) == NULL; /* else the row is pressed */
  return GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget);
}

static void
check_size (LayoutReport *report, GtkWidget *widget)
{
  graphene_rect_t bounds;

  if (is_pressable (widget) && !is_of_a_library (widget) && gtk_widget_compute_bounds (widget, widget, &bounds)
      && (bounds.size.width < LAYOUT_MIN_PRESSABLE || bounds.size.height < LAYOUT_MIN_PRESSABLE))
    layout_report_add (report, widget, "is only %d × %d", (int)bounds.size.width, (int)bounds.size.height);
}

static gboolean
shows_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget))[0] != '\0' && gtk_widget_get_visible (widget);
  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL; w = gtk_widget_get_next_sibling (w))
    if (gtk_widget_get_visible (w) && shows_text (w))
      return TRUE;
  return FALSE;
}

static gboolean
is_labelled (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

static void
check_name (LayoutReport *report, GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);
  /* A label inside is not enough: GTK 4.8 names a button by its own label only. */
  gboolean control = GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget);
  gboolean row = GTK_IS_CHECK_BUTTON (widget) || GTK_IS_LIST_BOX_ROW (widget);
  gboolean field = GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_SWITCH (widget)
                   || GTK_IS_PROGRESS_BAR (widget) || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_TEXT_VIEW (widget)
                   || GTK_IS_DROP_DOWN (widget) || GTK_IS_SPINNER (widget) || GTK_IS_SCALE (widget);

  /* The named one is the outer one, or they belong to the toolkit. */
  if (GTK_IS_MENU_BUTTON (parent) || GTK_IS_DROP_DOWN (parent) || GTK_IS_SPIN_BUTTON (parent) || is_of_a_library (widget))
    return;
  if (((control || field) && !is_labelled (widget)) || (row && !is_labelled (widget) && !shows_text (widget)))
    layout_report_add (report, widget, "has no name for those who don't see it");
}

static void
check_status_page (LayoutReport *report, AdwStatusPage *page)
{
  const char *title = adw_status_page_get_title (page);
  const char *text = adw_status_page_get_description (page);

  if (title == NULL || *title == '\0')
    layout_report_add (report, GTK_WIDGET (page), "has no heading");
  if (text == NULL || *text == '\0')
    layout_report_add (report, GTK_WIDGET (page), "has no sentence");
}

/* --- the tree --- */

typedef gboolean (*Match) (GtkWidget *widget);

static guint
count (GtkWidget *widget, Match match)
{
  guint n = match (widget) ? 1 : 0;

  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL; w = gtk_widget_get_next_sibling (w))
    if (on_screen (w))
      n += count (w, match);
  return n;
}

static gboolean
is_suggested (GtkWidget *widget)
{
  return gtk_widget_has_css_class (widget, "suggested-action");
}

static gboolean
is_button (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_sensitive (widget);
}

static gboolean
is_heading (GtkWidget *widget)
{
  return GTK_IS_LABEL (widget)
         && (gtk_widget_has_css_class (widget, "title") || gtk_widget_has_css_class (widget, "heading")
             || gtk_widget_has_css_class (widget, "title-1") || gtk_widget_has_css_class (widget, "title-2")
             || gtk_widget_has_css_class (widget, "title-3") || gtk_widget_has_css_class (widget, "title-4"));
}

static gboolean
is_sentence (GtkWidget *widget)
{
  return GTK_IS_LABEL (widget) && !is_heading (widget) && g_utf8_strlen (gtk_label_get_text (GTK_LABEL (widget)), -1) > 20;
}

static void
check_widget (LayoutReport *report, GtkWidget *widget)
{
  report->widgets++;
  if (GTK_IS_LABEL (widget))
    check_label (report, GTK_LABEL (widget));
  if (GTK_IS_IMAGE (widget))
    check_icon (report, GTK_IMAGE (widget));
  if (ADW_IS_STATUS_PAGE (widget))
    check_status_page (report, ADW_STATUS_PAGE (widget));
  check_size (report, widget);
  check_name (report, widget);
  check_siblings (report, widget);
  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL; w = gtk_widget_get_next_sibling (w))
    if (on_screen (w))
      {
        check_inside (report, w, widget);
        check_widget (report, w);
      }
}

static int
minimum_width (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* The innermost one that is still wide: what there is to mend. */
static GtkWidget *
find_widest (GtkWidget *widget)
{
  GtkWidget *widest = NULL;

  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL; w = gtk_widget_get_next_sibling (w))
    if (on_screen (w) && (widest == NULL || minimum_width (w) > minimum_width (widest)))
      widest = w;
  return widest != NULL && minimum_width (widest) > LAYOUT_MIN_WIDTH - 90 ? find_widest (widest) : widget;
}

void
layout_rules_check (LayoutReport *report, GtkWidget *root)
{
  if (minimum_width (root) > LAYOUT_MIN_WIDTH && !GTK_IS_SHORTCUTS_WINDOW (root))
    {
      layout_report_add (report, root, "is %d wide at least", minimum_width (root));
      layout_report_add (report, find_widest (root), "is %d wide at least, too much for a window",
                         minimum_width (find_widest (root)));
    }
  if (count (root, is_suggested) > 1)
    layout_report_add (report, root, "suggests %u actions at once", count (root, is_suggested));
  check_widget (report, root);
}

void
layout_rules_check_empty (LayoutReport *report, GtkWidget *page)
{
  if (count (page, is_heading) == 0)
    layout_report_add (report, page, "is empty and has no heading");
  if (count (page, is_sentence) == 0)
    layout_report_add (report, page, "is empty and has no sentence");
  if (count (page, is_button) == 0)
    layout_report_add (report, page, "is empty and has no button");
}

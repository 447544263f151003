/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buttons that go into the next line where they don't fit: how wide and how high, who stands where, in both directions. Needs a
 * display. */
#include "config.h"

#include "porch-ui-wrap.h"

#define SPACING 10

/* Three boxes of 100 × 40, the second hidden where @hidden. */
static GtkWidget *
make (GtkAlign align, gboolean hidden)
{
  GtkWidget *wrap = g_object_new (PORCH_UI_TYPE_WRAP, "spacing", SPACING, "align", align, NULL);

  for (int i = 0; i < 3; i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_set_size_request (box, 100, 40);
      gtk_widget_set_visible (box, !(hidden && i == 1));
      gtk_widget_set_parent (box, wrap);
    }
  return g_object_ref_sink (wrap);
}

static int
height_at (GtkWidget *wrap, int width)
{
  int height;

  gtk_widget_measure (wrap, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

static void
assert_at (GtkWidget *wrap, int n, int x, int y)
{
  GtkWidget *child = gtk_widget_get_first_child (wrap);
  graphene_rect_t bounds;

  while (n-- > 0)
    child = gtk_widget_get_next_sibling (child);
  g_assert_true (gtk_widget_compute_bounds (child, wrap, &bounds));
  g_assert_cmpfloat (bounds.origin.x, ==, x);
  g_assert_cmpfloat (bounds.origin.y, ==, y);
  g_assert_cmpfloat (bounds.size.width, ==, 100);
}

static void
allocate (GtkWidget *wrap, int width)
{
  gtk_widget_size_allocate (wrap, &(GtkAllocation){ 0, 0, width, height_at (wrap, width) }, -1);
}

static void
test_measure (void)
{
  GtkWidget *wrap = make (GTK_ALIGN_START, FALSE);
  int minimum, natural;

  gtk_widget_measure (wrap, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 100);
  g_assert_cmpint (natural, ==, 320);
  g_assert_cmpint (height_at (wrap, -1), ==, 40);
  g_assert_cmpint (height_at (wrap, 320), ==, 40);
  g_assert_cmpint (height_at (wrap, 319), ==, 90);
  g_assert_cmpint (height_at (wrap, 210), ==, 90);
  g_assert_cmpint (height_at (wrap, 209), ==, 140);
  g_object_unref (wrap);
}

static void
test_lines (void)
{
  GtkWidget *wrap = make (GTK_ALIGN_CENTER, FALSE);

  allocate (wrap, 250);
  assert_at (wrap, 0, 20, 0);
  assert_at (wrap, 1, 130, 0);
  assert_at (wrap, 2, 75, 50);
  g_object_unref (wrap);
}

static void
test_right_to_left (void)
{
  GtkWidget *wrap = make (GTK_ALIGN_END, FALSE);

  gtk_widget_set_direction (wrap, GTK_TEXT_DIR_RTL);
  allocate (wrap, 250);
  assert_at (wrap, 0, 110, 0);
  assert_at (wrap, 1, 0, 0);
  assert_at (wrap, 2, 0, 50);
  g_object_unref (wrap);
}

static void
test_hidden (void)
{
  GtkWidget *wrap = make (GTK_ALIGN_START, TRUE);

  g_assert_cmpint (height_at (wrap, 210), ==, 40);
  allocate (wrap, 210);
  assert_at (wrap, 2, 110, 0);
  g_object_unref (wrap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("skipped: no display\n");
      return 77;
    }
  g_test_add_func ("/wrap/measure", test_measure);
  g_test_add_func ("/wrap/lines", test_lines);
  g_test_add_func ("/wrap/right-to-left", test_right_to_left);
  g_test_add_func ("/wrap/hidden", test_hidden);
  return g_test_run ();
}

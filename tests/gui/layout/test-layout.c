/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-layout FOLDER LANGUAGE: the real window, in its own process, shows every page and dialog at three sizes and two sizes of
 * text, in one of the made-up languages of pseudo.py (FOLDER holds them) or in none; what breaks a rule of layout-rules.c is
 * told. With $PORCH_PICTURES set to a folder, pictures of all of it are kept there. Needs a display of 2100 × 1300 and a
 * session bus. */
#include "config.h"

#include "layout-rules.h"
#include "layout-street.h"
#include "porch-ui-application.h"
#include "porch-ui-join-dialog.h"
#include "porch-ui-welcome-page.h"
#include "porch-ui-window.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>

typedef struct
{
  const char *name;
  const char *action;
  const char *kind;   /* of the target: "" none, "s" the path of what @target names, "t" @target itself, "u", "f", "a": see
                         make_target() */
  const char *target; /* (nullable) */
} Scene;

/* The second one is what it says when Start fails: the made-up service knows no such call. */
static const Scene WELCOME[] = {
  { "welcome", NULL, "", NULL },
  { "welcome with a problem", "win.begin", "b", "visible" },
};

/* A dialog that an answer of the service makes. */
#define FOUND "who hands out under a number"

static const Scene EMPTY[] = {
  { "empty nearby", "win.show-page", "t", "nearby" },
  { "empty sharing", "win.show-page", "t", "sharing" },
  { "empty transfers", "win.show-page", "t", "transfers" },
};

static const Scene PAGES[] = {
  { "nearby", "win.show-page", "t", "nearby" },
  { "sharing", "win.show-page", "t", "sharing" },
  { "transfers", "win.show-page", "t", "transfers" },
  { "somebody unknown", "win.open-peer", "s", "unknown" },
  { "somebody blocked", "win.open-peer", "s", "blocked" },
  { "not the one you trust", "win.open-peer", "s", "false" },
  { "somebody away", "win.open-peer", "s", "away" },
  { "a long name", "win.open-peer", "s", "long" },
  { "a name of pictures", "win.open-peer", "s", "emoji" },
  { "a name in Arabic", "win.open-peer", "s", "arabic" },
  { "somebody trusted", "win.open-peer", "s", "trusted" },
  { "a folder", "win.open-share", "f", "Films" },
  { "a class of 25", "win.open-handout", "s", "class" },
  { "nobody has joined yet", "win.open-handout", "s", "nobody yet" },
  { "everything is in the room", "win.open-handout", "s", "in the room" },
  { "a hand-out that has ended", "win.open-handout", "s", "ended" },
};

static const Scene REQUESTS[] = {
  { "requests over nearby", "win.show-page", "t", "nearby" },
  { "requests over transfers", "win.show-page", "t", "transfers" },
};

static const Scene DIALOGS[] = {
  { "own name", "win.rename", "", NULL },
  { "someone missing", "win.missing", "", NULL },
  { "preferences", "win.preferences", "", NULL },
  { "add by address", "win.add-address", "", NULL },
  { "about", "win.about", "", NULL },
  { "shortcuts", "win.show-help-overlay", "", NULL },
  { "text to somebody", "win.send-text-to", "s", "long" },
  { "send to whom", "win.send-uris", "u", NULL },
  { "trust by code", "win.trust-by-code", "s", "waiting send" },
  { "who may open a new folder", "win.add-folder-path", "a", NULL },
  { "people you choose", "win.share-audience", "c", NULL },
  { "name of a shared folder", "win.share-rename", "s", "share" },
  { "title of a hand-out", "win.hand-out-uris", "l", NULL },
  { "end of a hand-out", "win.handout-end", "s", "class" },
  { "join", "win.join", "", NULL },
  { FOUND, "win.join", "", NULL },
};

static const struct
{
  int width, height;
} SIZES[] = { { 360, 640 }, { 860, 620 }, { 1920, 1080 } };
static const double SCALES[] = { 1.0, 1.5 };

typedef struct
{
  LayoutStreet *street;
  GtkWindow *window;
  LayoutReport *report;
  const char *language;
  const char *pictures; /* (nullable) a folder */
  guint scenes;
} Layout;

/* --- waiting --- */

static gboolean
on_over (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  int *left = data;

  if (*left > 0)
    --*left;
  return *left > 0;
}

/* Until @widget was laid out and drawn, and what it asked over the bus was answered. */
static void
settle (GtkWidget *widget)
{
  int frames = 3;
  gboolean over = FALSE;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  g_timeout_add (60, on_over, &over);
  g_object_ref (widget);
  gtk_widget_queue_draw (widget);
  gtk_widget_add_tick_callback (widget, on_tick, &frames, NULL);
  while (!over || (frames > 0 && gtk_widget_get_mapped (widget)) || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (widget);
}

static void
resize (Layout *layout, int width, int height)
{
  gint64 end = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;

  gtk_window_set_default_size (layout->window, width, height);
  do
    settle (GTK_WIDGET (layout->window));
  while (g_get_monotonic_time () < end && gtk_widget_get_width (GTK_WIDGET (layout->window)) != width);
  if (gtk_widget_get_width (GTK_WIDGET (layout->window)) != width)
    layout_report_add (layout->report, GTK_WIDGET (layout->window), "does not become %d wide but %d", width,
                       gtk_widget_get_width (GTK_WIDGET (layout->window)));
}

/* --- looking --- */

static void
take_picture (Layout *layout, GtkWidget *root, const char *name)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *file = NULL;

  if (layout->pictures == NULL)
    return;
  file = g_strdup_printf ("%s/%s.png", layout->pictures, name);
  g_strdelimit (file + strlen (layout->pictures), " ×", '-');
  paintable = gtk_widget_paintable_new (root);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (root), gtk_widget_get_height (root));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (root)), node, NULL);
  gdk_texture_save_to_png (texture, file);
}

static void
check (Layout *layout, GtkWidget *root, const char *scene, int width, int height, double scale)
{
  g_autofree char *name = g_strdup_printf ("%s %s %dx%d %.1f", layout->language, scene, width, height, scale);
  int minimum;

  g_free (layout->report->where);
  layout->report->where = g_strdup (name);
  take_picture (layout, root, name);
  layout_rules_check (layout->report, root);
  gtk_widget_measure (root, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (root), &minimum, NULL, NULL, NULL);
  if (minimum > SIZES[0].height)
    layout_report_add (layout->report, root, "%s: is %d high at least", scene, minimum);
  layout->scenes++;
}

static GVariant *
make_target (Layout *layout, const Scene *scene)
{
  const char *path = scene->target != NULL ? layout_street_path (layout->street, scene->target) : NULL;
  g_autofree char *uri = g_filename_to_uri (g_get_tmp_dir (), NULL, NULL);

  switch (scene->kind[0])
    {
    case 's': /* its path */
      g_assert_nonnull (path);
      return g_variant_new_string (path);
    case 't':
      return g_variant_new_string (scene->target);
    case 'f': /* a folder of the device that is shown */
      return g_variant_new ("(ss)", "1", scene->target);
    case 'u': /* something to send, nobody chosen */
      return g_variant_new_parsed ("('', [%s])", uri);
    case 'l': /* files to hand out */
      return g_variant_new_parsed ("[%s]", uri);
    case 'a':
      return g_variant_new_bytestring (g_get_tmp_dir ());
    case 'b':
      return g_variant_new ("(ss)", "Mia’s Laptop", scene->target);
    case 'c':
      return g_variant_new ("(ss)", layout_street_path (layout->street, "share"), "selected");
    default:
      return NULL;
    }
}

static void
activate (Layout *layout, const Scene *scene)
{
  if (scene->action != NULL && !gtk_widget_activate_action_variant (GTK_WIDGET (layout->window), scene->action, make_target (layout, scene)))
    layout_report_add (layout->report, GTK_WIDGET (layout->window), "%s: there is no action %s", scene->name, scene->action);
  settle (GTK_WIDGET (layout->window));
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL && found == NULL; w = gtk_widget_get_next_sibling (w))
    found = find_type (w, type);
  return found;
}

static void
look_at_pages (Layout *layout, const Scene *scenes, guint n, int width, int height, double scale)
{
  for (guint i = 0; i < n; i++)
    {
      activate (layout, &scenes[i]);
      settle (GTK_WIDGET (layout->window));
      check (layout, GTK_WIDGET (layout->window), scenes[i].name, width, height, scale);
      if (scenes == EMPTY)
        layout_rules_check_empty (layout->report, find_type (GTK_WIDGET (layout->window), ADW_TYPE_VIEW_STACK));
    }
}

/* What came up: a window over ours, or, of newer libadwaitas, in it. */
static GtkWidget *
find_dialog (Layout *layout)
{
  GListModel *toplevels = gtk_window_get_toplevels ();
  GType in_window = g_type_from_name ("AdwDialog");
  GtkWidget *dialog = in_window != 0 ? find_type (GTK_WIDGET (layout->window), in_window) : NULL;

  if (dialog != NULL)
    return dialog;

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) widget = g_list_model_get_item (toplevels, i);

      if (widget != GTK_WIDGET (layout->window) && gtk_widget_get_mapped (widget))
        return widget;
    }
  return NULL;
}

/* Over a narrow window a dialog of our own is narrow as well, and not only could be. */
static void
check_fits (Layout *layout, GtkWidget *dialog, const char *name)
{
  int width = gtk_widget_get_width (dialog), parent = gtk_widget_get_width (GTK_WIDGET (layout->window));

  if (ADW_IS_WINDOW (dialog) && width > parent)
    layout_report_add (layout->report, dialog, "%s is %d wide over a window of %d", name, width, parent);
}

static void
close_dialog (GtkWidget *dialog)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  if (ADW_IS_DIALOG (dialog))
    {
      adw_dialog_force_close (ADW_DIALOG (dialog));
      return;
    }
  G_GNUC_END_IGNORE_DEPRECATIONS
#endif
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
look_at_dialogs (Layout *layout, int width, int height, double scale)
{
  for (guint i = 0; i < G_N_ELEMENTS (DIALOGS); i++)
    {
      GtkWidget *dialog;

      activate (layout, &DIALOGS[i]);
      dialog = find_dialog (layout);
      if (dialog == NULL)
        {
          layout_report_add (layout->report, GTK_WIDGET (layout->window), "%s brought no dialog", DIALOGS[i].action);
          continue;
        }
      if (g_str_equal (DIALOGS[i].name, FOUND))
        {
          g_autoptr (GVariant) found = layout_street_found (layout->street);

          porch_ui_join_dialog_show_found (PORCH_UI_JOIN_DIALOG (dialog), found);
        }
      settle (dialog);
      check (layout, dialog, DIALOGS[i].name, width, height, scale);
      check_fits (layout, dialog, DIALOGS[i].name);
      close_dialog (dialog);
      settle (GTK_WIDGET (layout->window));
    }
}

/* --- everything --- */

typedef void (*Look) (Layout *layout, int width, int height, double scale);

static void
at_every_size (Layout *layout, Look look)
{
  for (guint s = 0; s < G_N_ELEMENTS (SCALES); s++)
    {
      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int)(96 * 1024 * SCALES[s]), NULL);
      for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
        {
          resize (layout, SIZES[i].width, SIZES[i].height);
          look (layout, SIZES[i].width, SIZES[i].height, SCALES[s]);
        }
    }
}

static void
look_at_welcome (Layout *layout, int width, int height, double scale)
{
  look_at_pages (layout, WELCOME, G_N_ELEMENTS (WELCOME), width, height, scale);
}

static void
look_at_empty (Layout *layout, int width, int height, double scale)
{
  look_at_pages (layout, EMPTY, G_N_ELEMENTS (EMPTY), width, height, scale);
}

static void
look_at_full (Layout *layout, int width, int height, double scale)
{
  look_at_pages (layout, PAGES, G_N_ELEMENTS (PAGES), width, height, scale);
}

static void
look_at_requests (Layout *layout, int width, int height, double scale)
{
  look_at_pages (layout, REQUESTS, G_N_ELEMENTS (REQUESTS), width, height, scale);
}

static void
look_at_away (Layout *layout, int width, int height, double scale)
{
  check (layout, GTK_WIDGET (layout->window), "away", width, height, scale);
  layout_rules_check_empty (layout->report, GTK_WIDGET (layout->window));
}

static gboolean
is_name (const char *text, gpointer data)
{
  return layout_street_is_name (data, text);
}

static void
speak (const char *folder, const char *language)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  if (g_str_equal (language, "plain"))
    return;
  /* The test must see the made-up words. */
  g_assert_cmpstr (dgettext (GETTEXT_PACKAGE, "_Nearby"), !=, "_Nearby");
}

static GtkWindow *
open_window (PorchUiApplication *application, gboolean rtl)
{
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  /* Not before: GTK's start takes the direction of the locale. */
  if (rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_application_activate (G_APPLICATION (application));
  return gtk_application_get_active_window (GTK_APPLICATION (application));
}

int
main (int argc, char **argv)
{
  Layout layout = { .pictures = g_getenv ("PORCH_PICTURES") };
  g_autoptr (PorchUiApplication) application = NULL;
  guint problems;

  g_assert_cmpint (argc, ==, 3);
  layout.language = argv[2];
  speak (argv[1], argv[2]);
  layout.street = layout_street_new ();
  application = porch_ui_application_new ();
  layout.window = open_window (application, g_str_equal (argv[2], "rtl"));
  g_assert_cmpint (gtk_widget_get_direction (GTK_WIDGET (layout.window)), ==,
                   g_str_equal (argv[2], "rtl") ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  layout.report = layout_report_new (is_name, layout.street);
  settle (GTK_WIDGET (layout.window));
  layout_street_hold (layout.street, TRUE);
  settle (GTK_WIDGET (layout.window));
  g_assert_nonnull (find_type (GTK_WIDGET (layout.window), PORCH_UI_TYPE_WELCOME_PAGE));
  at_every_size (&layout, look_at_welcome);
  layout_street_hold (layout.street, FALSE);
  settle (GTK_WIDGET (layout.window));
  at_every_size (&layout, look_at_empty);
  layout_street_fill (layout.street);
  at_every_size (&layout, look_at_full);
  at_every_size (&layout, look_at_dialogs);
  layout_street_ask (layout.street);
  at_every_size (&layout, look_at_requests);
  layout_street_leave (layout.street);
  settle (GTK_WIDGET (layout.window));
  at_every_size (&layout, look_at_away);
  problems = layout_report_tell (layout.report);
  g_print ("%s: %u scenes, %u widgets, %u problems\n", argv[2], layout.scenes, layout.report->widgets, problems);
  g_assert_cmpuint (layout.report->widgets, >, 10000);
  gtk_window_destroy (layout.window);
  layout_report_free (layout.report);
  g_clear_object (&application);
  layout_street_free (layout.street);
  return problems > 0 ? 1 : 0;
}

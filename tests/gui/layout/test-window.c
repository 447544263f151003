/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people met who saw the window for the first time, and was mended (docs/design/first-use.md): the real window, in its own
 * process, over a made-up service. */
#include "config.h"

#include "layout-street.h"
#include "porch-ui-application.h"
#include "porch-ui-peer-card.h"

#include <locale.h>

#define SETTLE_MS 80
#define PATIENCE_US (8 * G_USEC_PER_SEC)

typedef struct
{
  LayoutStreet *street;
  PorchUiApplication *application;
  GtkWidget *window;
  char **looked_at; /* what the service was told last */
  guint cancelled;
} Fixture;

static gboolean
on_over (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (SETTLE_MS, on_over, &over);
  while (!over || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
}

/* --- finding --- */

typedef gboolean (*Match) (GtkWidget *widget, gconstpointer what);

static GtkWidget *
find (GtkWidget *widget, Match match, gconstpointer what)
{
  GtkWidget *found = gtk_widget_get_mapped (widget) && match (widget, what) ? widget : NULL;

  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL && found == NULL; w = gtk_widget_get_next_sibling (w))
    found = find (w, match, what);
  return found;
}

static gboolean
is_type (GtkWidget *widget, gconstpointer what)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (widget), what);
}

static gboolean
says (GtkWidget *widget, gconstpointer what)
{
  return GTK_IS_LABEL (widget) && g_pattern_match_simple (what, gtk_label_get_text (GTK_LABEL (widget)))
         && gtk_widget_get_child_visible (widget);
}

static gboolean
has_id (GtkWidget *widget, gconstpointer what)
{
  return g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), what) == 0;
}

static gboolean
is_card_of (GtkWidget *widget, gconstpointer what)
{
  return PORCH_UI_IS_PEER_CARD (widget)
         && g_str_equal (
             g_dbus_proxy_get_object_path (G_DBUS_PROXY (porch_ui_peer_card_get_peer (PORCH_UI_PEER_CARD (widget)))), what);
}

#define find_text(root, pattern) find ((root), says, (pattern))

/* Waits until it is there, or (@there FALSE) no longer. */
static GtkWidget *
wait_for (GtkWidget *root, Match match, gconstpointer what, gboolean there)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_US;
  GtkWidget *found;

  while (((found = find (root, match, what)) != NULL) != there)
    {
      if (g_get_monotonic_time () > end)
        g_error ("“%s” %s", (const char *)what, there ? "does not come" : "does not go");
      settle ();
    }
  return found;
}

static GtkWidget *
card_of (Fixture *f, const char *which)
{
  return wait_for (f->window, is_card_of, layout_street_path (f->street, which), TRUE);
}

static void
show_page (Fixture *f, const char *page)
{
  gtk_widget_activate_action (f->window, "win.show-page", "s", page);
  settle ();
}

static void
resize (Fixture *f, int width, int height)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_US;

  gtk_window_set_default_size (GTK_WINDOW (f->window), width, height);
  do
    settle ();
  while (gtk_widget_get_width (f->window) != width && g_get_monotonic_time () < end);
  g_assert_cmpint (gtk_widget_get_width (f->window), ==, width);
  settle ();
}

/* --- set-up --- */

static gboolean
on_look_at (PorchBusDaemon *daemon, GDBusMethodInvocation *invocation, const char *const *peers, Fixture *f)
{
  g_strfreev (f->looked_at);
  f->looked_at = g_strdupv ((char **)peers);
  porch_bus_daemon_complete_look_at (daemon, invocation);
  return TRUE;
}

static gboolean
on_cancel (PorchBusTransfer *transfer, GDBusMethodInvocation *invocation, Fixture *f)
{
  f->cancelled++;
  porch_bus_transfer_set_state (transfer, "cancelled");
  porch_bus_transfer_complete_cancel (transfer, invocation);
  return TRUE;
}

static void
open_window (Fixture *f)
{
  f->street = layout_street_new ();
  g_signal_connect (layout_street_get_daemon (f->street), "handle-look-at", G_CALLBACK (on_look_at), f);
  f->application = porch_ui_application_new ();
  g_assert_true (g_application_register (G_APPLICATION (f->application), NULL, NULL));
  /* As a click on a notification starts it: the service does not answer yet. */
  g_action_group_activate_action (G_ACTION_GROUP (f->application), "show-page", g_variant_new_string ("transfers"));
  f->window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (f->application)));
  wait_for (f->window, says, "Nothing Sent or Received Yet", TRUE);
  layout_street_fill (f->street);
  show_page (f, "nearby");
  wait_for (f->window, is_card_of, layout_street_path (f->street, "trusted"), TRUE);
  settle ();
}

/* --- the header and the switcher --- */

/* The words of “Send…” are there as a whole or not at all, whatever the width. */
static void
check_send_words (Fixture *f)
{
  gboolean with = FALSE, without = FALSE;

  show_page (f, "nearby");
  for (int width = 900; width >= 360; width -= 30)
    {
      GtkWidget *send, *words;
      int natural;

      resize (f, width, 620);
      send = find (f->window, has_id, "send");
      words = find_text (send, "Send…");
      with = with || words != NULL;
      without = without || words == NULL;
      if (words == NULL)
        {
          graphene_rect_t icon;

          g_assert_true (gtk_widget_compute_bounds (wait_for (send, is_type, "GtkImage", TRUE), send, &icon));
          g_assert_cmpint ((int)icon.origin.x, <, 20); /* where it is beside the words too */
          continue;
        }
      gtk_widget_measure (words, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      g_assert_cmpint (gtk_widget_get_width (words), >=, natural);
      g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (words))));
    }
  g_assert_true (with);
  g_assert_true (without);
  /* And they come back, with the switcher. */
  resize (f, 860, 620);
  wait_for (f->window, says, "Send…", TRUE);
  g_assert_nonnull (wait_for (find (f->window, is_type, "PorchUiTitle"), is_type, "AdwViewSwitcher", TRUE));
}

static void
check_switcher_bar (Fixture *f)
{
  GtkWidget *bar, *switcher;

  resize (f, 360, 640);
  bar = wait_for (f->window, is_type, "AdwViewSwitcherBar", TRUE);
  switcher = wait_for (bar, is_type, "AdwViewSwitcher", TRUE);
  g_assert_cmpint (gtk_widget_get_width (switcher), >=, 360 - 2 * 12);
}

/* --- toasts --- */

static void
assert_apart (Fixture *f, GtkWidget *one, GtkWidget *two)
{
  graphene_rect_t first, second, common;
  gint64 end = g_get_monotonic_time () + PATIENCE_US;

  while (gtk_widget_get_height (two) <= 20 && g_get_monotonic_time () < end) /* it slides in */
    settle ();
  settle ();
  g_assert_true (gtk_widget_compute_bounds (one, f->window, &first));
  g_assert_true (gtk_widget_compute_bounds (two, f->window, &second));
  g_assert_cmpint ((int)second.size.height, >, 20);
  if (graphene_rect_intersection (&first, &second, &common))
    g_assert_cmpint ((int)MIN (common.size.width, common.size.height), <=, 0);
}

static GtkWidget *
make_toast (Fixture *f, const char *text)
{
  gtk_widget_activate_action (f->window, "win.toast", "s", text);
  wait_for (f->window, says, text, TRUE);
  settle ();
  return gtk_widget_get_ancestor (find_text (f->window, text), g_type_from_name ("AdwToastWidget"));
}

static void
check_toasts (Fixture *f)
{
  GtkWidget *toast;

  resize (f, 360, 640);
  show_page (f, "nearby");
  toast = make_toast (f, "Over the pages");
  assert_apart (f, toast, wait_for (f->window, is_type, "AdwViewSwitcherBar", TRUE));
  gtk_widget_activate_action (card_of (f, "trusted"), "nearby.toggle", "s", layout_street_path (f->street, "trusted"));
  assert_apart (f, toast, gtk_widget_get_parent (gtk_widget_get_parent (wait_for (f->window, says, "1 selected", TRUE))));
  gtk_widget_activate_action (card_of (f, "trusted"), "nearby.clear", NULL);
  gtk_widget_activate_action (f->window, "win.open-peer", "s", layout_street_path (f->street, "trusted"));
  settle ();
  gtk_widget_activate_action (f->window, "win.open-share", "(ss)", "1", "Films");
  wait_for (f->window, says, "*Crete*", TRUE);
  gtk_widget_activate_action (wait_for (f->window, is_type, "GtkColumnListView", TRUE), "list.select-all", NULL);
  wait_for (f->window, says, "?? selected", TRUE);
  toast = make_toast (f, "Downloading now");
  assert_apart (f, toast, wait_for (f->window, says, "Download To…", TRUE));
  gtk_widget_activate_action (f->window, "win.back", NULL);
  settle ();
  g_assert_null (find_text (f->window, "Download To…"));
}

/* --- what waits for somebody --- */

static void
check_waiting (Fixture *f)
{
  static const char *const running[] = { "running download", "running receive", "running send" };
  PorchBusTransfer *waiting = layout_street_find (f->street, "waiting send");
  GtkWidget *card;

  resize (f, 860, 620);
  show_page (f, "nearby");
  g_signal_connect (waiting, "handle-cancel", G_CALLBACK (on_cancel), f);
  card = card_of (f, "trusted");
  for (guint i = 0; i < G_N_ELEMENTS (running); i++)
    porch_bus_transfer_set_state (layout_street_find (f->street, running[i]), "paused");
  /* Two of the three that wait are the other's to answer; the words are those of the first. */
  porch_bus_transfer_set_state (layout_street_find (f->street, "waiting download"), "paused");
  porch_bus_transfer_set_state (layout_street_find (f->street, "waiting receive"), "paused");
  wait_for (card, says, "Waiting for * to accept…", TRUE);
  gtk_widget_activate_action (f->window, "win.open-peer", "s", layout_street_path (f->street, "trusted"));
  wait_for (f->window, says, "*waiting for * to accept · code 471*902", TRUE);
  show_page (f, "nearby");
  g_assert_cmpuint (f->cancelled, ==, 0);
  g_signal_emit_by_name (wait_for (card, has_id, "cancel", TRUE), "clicked");
  wait_for (card, says, "Waiting for * to accept…", FALSE);
  g_assert_cmpuint (f->cancelled, ==, 1);
  g_assert_null (find (card, has_id, "cancel"));
}

/* --- no network of our own --- */

static GtkWidget *
find_dialog (Fixture *f)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) widget = g_list_model_get_item (toplevels, i);

      if (widget != f->window && gtk_widget_get_mapped (widget))
        return widget;
    }
  return NULL;
}

static void
check_offline (Fixture *f)
{
  PorchBusDaemon *daemon = layout_street_get_daemon (f->street);
  g_autoptr (GVariant) networks = g_variant_ref (porch_bus_daemon_get_networks (daemon));
  GtkWidget *dialog, *own;

  show_page (f, "nearby");
  wait_for (card_of (f, "away"), says, "Left at *", TRUE);
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("@a(sssb) []"));
  porch_bus_daemon_set_visibility (daemon, "hidden");
  wait_for (card_of (f, "away"), says, "Left at *", FALSE);
  own = wait_for (f->window, says, "Not Connected", TRUE);
  g_assert_false (gtk_widget_is_sensitive (own));
  g_assert_null (find_text (f->window, "Hidden"));
  gtk_widget_activate_action (f->window, "win.open-peer", "s", layout_street_path (f->street, "away"));
  wait_for (f->window, says, "Trusted · you are not connected", TRUE);
  wait_for (f->window, says, "You are not connected to a network.", TRUE);
  gtk_widget_activate_action (f->window, "win.missing", NULL);
  settle ();
  dialog = find_dialog (f);
  g_assert_nonnull (dialog);
  wait_for (dialog, says, "Looking for people needs a network", TRUE);
  wait_for (dialog, says, "Nobody can reach you while you are not connected", TRUE);
  g_assert_null (find_text (dialog, "Looking for people works"));
  porch_bus_daemon_set_networks (daemon, networks);
  porch_bus_daemon_set_visibility (daemon, "visible");
  wait_for (dialog, says, "Looking for people works", TRUE);
  gtk_window_destroy (GTK_WINDOW (dialog));
  show_page (f, "nearby");
  wait_for (card_of (f, "away"), says, "Left at *", TRUE);
}

/* --- who is kept fresh --- */

static gboolean
is_looked_at (Fixture *f, const char *which)
{
  return f->looked_at != NULL && g_strv_contains ((const char *const *)f->looked_at, layout_street_path (f->street, which));
}

static void
wait_until_looked_at (Fixture *f, const char *which, gboolean looked_at)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_US;

  while (is_looked_at (f, which) != looked_at)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      settle ();
    }
}

static void
check_looks (Fixture *f)
{
  GtkWidget *scroller;
  GtkAdjustment *adjustment;

  resize (f, 360, 640);
  show_page (f, "nearby");
  scroller = wait_for (f->window, has_id, "scroller", TRUE);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_adjustment_set_value (adjustment, 0);
  wait_until_looked_at (f, "trusted", TRUE);
  /* Trusted ones come first, and who is blocked is last of all: below the edge. */
  wait_until_looked_at (f, "blocked", FALSE);
  g_assert_cmpuint (g_strv_length (f->looked_at), <, 20);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  wait_until_looked_at (f, "blocked", TRUE);
  wait_until_looked_at (f, "trusted", FALSE);
  gtk_widget_activate_action (f->window, "win.open-peer", "s", layout_street_path (f->street, "trusted"));
  wait_until_looked_at (f, "trusted", TRUE);
  wait_until_looked_at (f, "blocked", FALSE);
  g_assert_cmpuint (g_strv_length (f->looked_at), ==, 1);
  show_page (f, "sharing");
  wait_until_looked_at (f, "trusted", FALSE);
}

/* --- names, texts, tooltips --- */

static void
check_namesake (Fixture *f)
{
  PorchBusDaemon *daemon = layout_street_get_daemon (f->street);

  layout_street_mend_shares (f->street);
  porch_bus_daemon_set_name (daemon, "emre’s tablet");
  wait_for (f->window, says, "Another device nearby is called “emre’s tablet” too", TRUE);
  porch_bus_daemon_set_name (daemon, "Nobody Else");
  wait_for (f->window, says, "Another device nearby is called*", FALSE);
}

static gboolean
on_clear (PorchBusOffer *offer, GDBusMethodInvocation *invocation, gpointer data)
{
  *(guint *)data += 1;
  porch_bus_offer_set_state (offer, "expired");
  porch_bus_offer_complete_clear (offer, invocation);
  return TRUE;
}

/* The strip is as high as its rows, however fast they come and go. */
static void
check_requests (Fixture *f)
{
  static const char *const offers[] = { "offer of unknown", "offer of long", "offer of false", "offer of emoji" };
  GtkWidget *requests, *box;
  int height;

  resize (f, 720, 620);
  layout_street_ask (f->street);
  requests = wait_for (f->window, is_type, "PorchUiRequests", TRUE);
  for (int i = 0; i < 10; i++)
    settle ();
  box = gtk_widget_get_first_child (find (requests, is_type, "GtkViewport"));
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 720, &height, NULL, NULL, NULL);
  g_assert_cmpint (height, >, 210);
  g_assert_cmpint (gtk_widget_get_height (requests), >=, 210);
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    porch_bus_offer_set_state (layout_street_find (f->street, offers[i]), "declined");
  porch_bus_offer_set_state (layout_street_find (f->street, "offer of trusted"), "withdrawn");
  for (int i = 0; i < 10; i++)
    settle ();
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 720, &height, NULL, NULL, NULL);
  g_assert_cmpint (height, <, 210);
  g_assert_cmpint (gtk_widget_get_height (requests), ==, height);
}

/* A text that was read stands among what is done, until it is taken off the list. */
static void
check_texts (Fixture *f)
{
  PorchBusOffer *offer;
  GtkWidget *row;
  guint cleared = 0;

  resize (f, 860, 620);
  offer = layout_street_find (f->street, "offer of trusted");
  show_page (f, "transfers");
  g_assert_null (find (f->window, is_type, "PorchUiTextRow"));
  porch_bus_offer_set_text (offer, "Dinner’s ready\nCome down!");
  porch_bus_offer_set_state (offer, "done");
  row = wait_for (f->window, is_type, "PorchUiTextRow", TRUE);
  wait_for (row, says, "Dinner’s ready", TRUE);
  wait_for (row, says, "From Ben’s Laptop · 4 words · *", TRUE);
  g_signal_connect (offer, "handle-clear", G_CALLBACK (on_clear), &cleared);
  g_signal_emit_by_name (wait_for (row, has_id, "clear", TRUE), "clicked");
  wait_for (f->window, is_type, "PorchUiTextRow", FALSE);
  g_assert_cmpuint (cleared, ==, 1);
}

/* The tooltip of a menu button does not lie over its open menu; what a button says it does not say twice. */
static void
check_tooltips (Fixture *f)
{
  GtkWidget *menu = wait_for (f->window, has_id, "menu", TRUE);

  g_assert_true (gtk_widget_get_has_tooltip (menu));
  gtk_menu_button_popup (GTK_MENU_BUTTON (menu));
  settle ();
  g_assert_false (gtk_widget_get_has_tooltip (menu));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (menu));
  settle ();
  g_assert_true (gtk_widget_get_has_tooltip (menu));
  resize (f, 900, 620);
  g_assert_null (gtk_widget_get_tooltip_text (wait_for (f->window, has_id, "send", TRUE)));
  resize (f, 360, 640);
  g_assert_nonnull (gtk_widget_get_tooltip_text (wait_for (f->window, has_id, "send", TRUE)));
}

int
main (int argc, char **argv)
{
  Fixture f = { 0 };
  const struct
  {
    const char *name;
    void (*check) (Fixture *f);
  } checks[] = { { "send words", check_send_words }, { "switcher bar", check_switcher_bar },
                 { "toasts", check_toasts },         { "waiting", check_waiting },
                 { "offline", check_offline },       { "looks", check_looks },
                 { "namesake", check_namesake },     { "tooltips", check_tooltips },
                 { "requests", check_requests },     { "texts", check_texts } };

  setlocale (LC_ALL, "C.UTF-8");
  open_window (&f);
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      checks[i].check (&f);
      g_print ("%s: ok\n", checks[i].name);
    }
  gtk_window_destroy (GTK_WINDOW (f.window));
  g_clear_object (&f.application);
  layout_street_free (f.street);
  g_strfreev (f.looked_at);
  return 0;
}

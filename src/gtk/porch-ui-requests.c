/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-requests.h"
#include "porch-display.h"
#include "porch-ui-trust-row.h"
#include "porch-ui-request-row.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define ACCEPTS "porch-accepts" /* of a peer: how often it was accepted from when we last looked */
#define MAX_HEIGHT 210          /* two requests; the rest is scrolled to */

struct _PorchUiRequests
{
  GtkWidget parent_instance;
  /* owned */
  PorchUiBackend *backend;
  /* borrowed from the template */
  GtkWidget *scroller;
  GtkWidget *box;
  GtkWidget *warnings;
  GtkWidget *pairings;
  GtkWidget *offers;
};

G_DEFINE_FINAL_TYPE (PorchUiRequests, porch_ui_requests, GTK_TYPE_WIDGET)

static gboolean
has_visible_child (GtkWidget *box)
{
  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child))
      return TRUE;
  return FALSE;
}

/* Of all that ask, the first one leads. */
static void
lead (PorchUiRequests *self)
{
  GtkWidget *boxes[] = { self->warnings, self->pairings, self->offers };
  gboolean leading = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    for (GtkWidget *row = gtk_widget_get_first_child (boxes[i]); row != NULL; row = gtk_widget_get_next_sibling (row))
      {
        if (PORCH_UI_IS_REQUEST_ROW (row))
          porch_ui_request_row_set_leading (PORCH_UI_REQUEST_ROW (row), leading && gtk_widget_get_visible (row));
        else if (PORCH_UI_IS_TRUST_ROW (row))
          porch_ui_trust_row_set_leading (PORCH_UI_TRUST_ROW (row), leading && gtk_widget_get_visible (row));
        leading = leading && !gtk_widget_get_visible (row);
      }
}

static void
update_visible (PorchUiRequests *self)
{
  lead (self);
  gtk_widget_set_visible (GTK_WIDGET (self), has_visible_child (self->warnings) || has_visible_child (self->pairings)
                                                 || has_visible_child (self->offers));
}

static GtkWidget *
make_row (PorchUiRequests *self, gpointer proxy)
{
  if (PORCH_BUS_IS_OFFER (proxy))
    return porch_ui_request_row_new (
        proxy, porch_ui_backend_find_peer (self->backend, porch_bus_offer_get_peer (PORCH_BUS_OFFER (proxy))));
  return porch_ui_trust_row_new (
      proxy, porch_ui_backend_find_peer (self->backend, porch_bus_pairing_get_peer (PORCH_BUS_PAIRING (proxy))));
}

static void
on_pairing_notify_state (PorchUiRequests *self, GParamSpec *pspec, PorchBusPairing *pairing)
{
  const char *state = porch_bus_pairing_get_state (pairing);
  const char *message = porch_bus_pairing_get_error_message (pairing);
  g_autofree char *name = porch_ui_words_name (porch_bus_pairing_get_peer_name (pairing));
  g_autofree char *text = NULL;

  if (g_strcmp0 (state, "done") == 0)
    text = g_strdup_printf (_ ("You and %s trust each other now"), name);
  else if (g_strcmp0 (state, "failed") == 0)
    text = message != NULL && *message != '\0' ? porch_display_name (message, 200)
                                               : g_strdup_printf (_ ("%s did not answer: nothing is trusted"), name);
  if (text != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
}

/* Keeps the children of @box in step with @model. */
static void
splice (PorchUiRequests *self, GtkWidget *box, GListModel *model, guint position, guint removed, guint added)
{
  GtkWidget *before = NULL;
  GtkWidget *child = gtk_widget_get_first_child (box);

  for (guint i = 0; i < position; i++, child = gtk_widget_get_next_sibling (child))
    before = child;
  for (guint i = 0; i < removed; i++)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      gtk_box_remove (GTK_BOX (box), child);
      child = next;
    }
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) proxy = g_list_model_get_item (model, position + i);
      GtkWidget *row = make_row (self, proxy);

      gtk_box_insert_child_after (GTK_BOX (box), row, before);
      g_signal_connect_object (row, "notify::visible", G_CALLBACK (update_visible), self, G_CONNECT_SWAPPED);
      if (PORCH_BUS_IS_PAIRING (proxy))
        g_signal_connect_object (proxy, "notify::state", G_CALLBACK (on_pairing_notify_state), self, G_CONNECT_SWAPPED);
      before = row;
    }
  update_visible (self);
}

static void
on_offers_items_changed (PorchUiRequests *self, guint position, guint removed, guint added, GListModel *model)
{
  splice (self, self->offers, model, position, removed, added);
}

static void
on_pairings_items_changed (PorchUiRequests *self, guint position, guint removed, guint added, GListModel *model)
{
  splice (self, self->pairings, model, position, removed, added);
}

/* The newest one is enough. Takes @row. */
static void
add_note (PorchUiRequests *self, GtkWidget *row)
{
  GtkWidget *old = gtk_widget_get_first_child (self->warnings);

  if (old != NULL)
    gtk_box_remove (GTK_BOX (self->warnings), old);
  gtk_box_append (GTK_BOX (self->warnings), row);
  g_signal_connect_object (row, "notify::visible", G_CALLBACK (update_visible), self, G_CONNECT_SWAPPED);
  update_visible (self);
}

/* A code that had come with something sent was compared: both screens say what came of it. */
static void
on_daemon_code_compared (PorchUiRequests *self, const char *path, const char *result, PorchBusDaemon *daemon)
{
  PorchBusPeer *peer = porch_ui_backend_find_peer (self->backend, path);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (peer == NULL || g_str_equal (result, "failed"))
    return;
  if (g_str_equal (result, "done"))
    {
      name = porch_ui_words_name (porch_bus_peer_get_name (peer));
      text = g_strdup_printf (_ ("You and %s trust each other now"), name);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
      return;
    }
  add_note (self, porch_ui_trust_row_new_warning (peer));
}

/* The second yes to the same trusted device brings a question. */
static void
on_backend_peer_changed (PorchUiRequests *self, PorchBusPeer *peer)
{
  /* One more than it was, so that "not seen yet" differs from none. */
  guint before = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (peer), ACCEPTS));
  guint now = porch_bus_peer_get_accepts (peer);

  g_object_set_data (G_OBJECT (peer), ACCEPTS, GUINT_TO_POINTER (now + 1));
  if ((before == 2 || before == 0) && now == 2 && !porch_bus_peer_get_auto_accept (peer))
    add_note (self, porch_ui_trust_row_new_question (peer));
}

static void
on_backend_notify_daemon (PorchUiRequests *self)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);

  if (daemon == NULL)
    return;
  g_signal_handlers_disconnect_by_func (daemon, on_daemon_code_compared, self);
  g_signal_connect_object (daemon, "code-compared", G_CALLBACK (on_daemon_code_compared), self, G_CONNECT_SWAPPED);
}

void
porch_ui_requests_set_backend (PorchUiRequests *self, PorchUiBackend *backend)
{
  GListModel *offers = porch_ui_backend_get_offers (backend);
  GListModel *pairings = porch_ui_backend_get_pairings (backend);

  g_return_if_fail (self->backend == NULL);
  self->backend = g_object_ref (backend);
  g_signal_connect_object (offers, "items-changed", G_CALLBACK (on_offers_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pairings, "items-changed", G_CALLBACK (on_pairings_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "peer-changed", G_CALLBACK (on_backend_peer_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::daemon", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::state", G_CALLBACK (on_backend_notify_daemon), self, G_CONNECT_SWAPPED);
  on_backend_notify_daemon (self);
  on_offers_items_changed (self, 0, 0, g_list_model_get_n_items (offers), offers);
  on_pairings_items_changed (self, 0, 0, g_list_model_get_n_items (pairings), pairings);
}

static GtkSizeRequestMode
porch_ui_requests_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int
first_row_height (GtkWidget *box, int width)
{
  for (GtkWidget *row = gtk_widget_get_first_child (box); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (gtk_widget_get_visible (row))
      {
        int height;

        gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
        return height;
      }
  return 0;
}

/* A scrolled window asks for the height at its natural width, which hides the buttons that moved below the text when it is
 * narrow. */
static void
porch_ui_requests_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  PorchUiRequests *self = PORCH_UI_REQUESTS (widget);
  int first, height;

  /* What lies between is asked as well, though its answer is of no use: until it was, a row that comes now is told no further
   * up than there, and the strip would keep the height that it has. */
  gtk_widget_measure (self->scroller, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      /* As wide as they are, however high: what there is no room for is scrolled to. */
      gtk_widget_measure (self->box, orientation, -1, minimum, natural, NULL, NULL);
      return;
    }
  /* Asked without a width it says the height at its natural one: where texts are long, labels alone say less than fits. */
  if (for_size < 0)
    gtk_widget_measure (self->box, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &for_size, NULL, NULL);
  gtk_widget_measure (self->box, orientation, for_size, &height, natural, NULL, NULL);
  first = MAX (first_row_height (self->warnings, for_size), first_row_height (self->pairings, for_size));
  first = MAX (first, first_row_height (self->offers, for_size));
  *minimum = *natural = MIN (height, MAX (first, MAX_HEIGHT));
}

static void
porch_ui_requests_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (PORCH_UI_REQUESTS (widget)->scroller, &(GtkAllocation){ 0, 0, width, height }, -1);
}

static void
porch_ui_requests_dispose (GObject *object)
{
  PorchUiRequests *self = PORCH_UI_REQUESTS (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->backend);
  G_OBJECT_CLASS (porch_ui_requests_parent_class)->dispose (object);
}

static void
porch_ui_requests_class_init (PorchUiRequestsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_requests_dispose;
  widget_class->get_request_mode = porch_ui_requests_get_request_mode;
  widget_class->measure = porch_ui_requests_measure;
  widget_class->size_allocate = porch_ui_requests_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-requests.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequests, scroller);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequests, box);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequests, warnings);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequests, pairings);
  gtk_widget_class_bind_template_child (widget_class, PorchUiRequests, offers);
}

static void
porch_ui_requests_init (PorchUiRequests *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

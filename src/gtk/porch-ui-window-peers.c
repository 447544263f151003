/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions on other devices: their pages, what they want from us, whom we trust. */
#include "config.h"

#include "porch-ui-compat.h"
#include "porch-ui-window-private.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

static void
on_open_peer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), parameter);

  if (peer != NULL)
    porch_ui_window_open_peer (PORCH_UI_WINDOW (widget), peer);
}

/* --- what somebody wants to send --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *offer;           /* object path */
} Answering;

static Answering *
answering_new (gpointer window, const char *offer)
{
  Answering *answering = g_new0 (Answering, 1);

  answering->window = g_object_ref (window);
  answering->offer = g_strdup (offer);
  return answering;
}

static void
answering_free (gpointer data)
{
  Answering *answering = data;

  g_object_unref (answering->window);
  g_free (answering->offer);
  g_free (answering);
}

static PorchBusOffer *
find_offer (PorchUiWindow *self, const char *path)
{
  return porch_ui_backend_find (porch_ui_backend_get_offers (porch_ui_window_get_backend (self)), path);
}

static void
on_accept_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (porch_bus_offer_call_accept_finish (PORCH_BUS_OFFER (source), NULL, result, &error))
    porch_ui_window_toast_button (self, _ ("Accepted"), _ ("_Transfers"), "win.show-page", "transfers");
  else
    porch_ui_window_toast_error (self, error);
}

static void
accept_offer (PorchUiWindow *self, const char *path, const char *folder, gboolean trust)
{
  PorchBusOffer *offer = find_offer (self, path);
  GVariantBuilder options;

  if (offer == NULL)
    {
      porch_ui_window_toast (self, _ ("That is no longer there: it was taken back or answered already"));
      return;
    }
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (folder != NULL)
    g_variant_builder_add (&options, "{sv}", "to", g_variant_new_bytestring (folder));
  if (trust)
    g_variant_builder_add (&options, "{sv}", "trust", g_variant_new_boolean (TRUE));
  porch_bus_offer_call_accept (offer, g_variant_builder_end (&options), NULL, on_accept_ready, g_object_ref (self));
}

static void
on_accept (GtkWidget *widget, const char *name, GVariant *parameter)
{
  accept_offer (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL), NULL, FALSE);
}

static void
on_target_chosen (GPtrArray *files, gpointer data)
{
  Answering *answering = data;
  g_autofree char *path = g_file_get_path (files->pdata[0]);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    porch_ui_window_toast (answering->window, _ ("That folder is not on this computer"));
  else
    accept_offer (answering->window, answering->offer, path, FALSE);
}

static void
on_accept_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  porch_ui_compat_choose (GTK_WINDOW (widget), PORCH_UI_CHOOSE_FOLDER, _ ("Choose Where to Put It"), _ ("_Accept"),
                          on_target_chosen, answering_new (widget, g_variant_get_string (parameter, NULL)), answering_free);
}

static void
on_trust_answer (const char *response, gpointer data)
{
  Answering *answering = data;

  if (g_str_equal (response, "match"))
    accept_offer (answering->window, answering->offer, NULL, TRUE);
}

static void
on_accept_and_trust (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path = g_variant_get_string (parameter, NULL);
  PorchBusOffer *offer = find_offer (PORCH_UI_WINDOW (widget), path);
  const char *responses[] = { "cancel", _ ("_Cancel"), "match", _ ("It _Matches: Accept and Trust"), NULL };
  g_autofree char *person = NULL;
  g_autofree char *code = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;

  if (offer == NULL)
    return;
  code = porch_ui_words_code (porch_bus_offer_get_code (offer));
  person = porch_ui_words_person (porch_bus_offer_get_peer_name (offer));
  /* Translators: %s is six digits */
  heading = g_strdup_printf (_ ("Is the code on the other screen %s?"), code);
  /* Translators: %s is a person or device */
  body
      = g_strdup_printf (_ ("Ask %s. If the code there is another one, somebody else is pretending to be %s."), person, person);
  porch_ui_compat_ask (GTK_WINDOW (widget), heading, body, NULL, responses, NULL, NULL, on_trust_answer,
                       answering_new (widget, path), answering_free);
}

static void
on_decline (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusOffer *offer = find_offer (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL));

  if (offer != NULL)
    porch_ui_window_call (PORCH_UI_WINDOW (widget), offer, "Decline", NULL, NULL);
}

/* --- trust --- */

static void
on_trust (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);

  /* The code comes in the strip on top of every page. */
  if (daemon != NULL)
    porch_ui_window_call (self, daemon, "Pair", g_variant_new ("(o)", g_variant_get_string (parameter, NULL)), NULL);
}

static void
confirm_pairing (GtkWidget *widget, GVariant *parameter, gboolean match)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  gpointer pairing = porch_ui_backend_find (porch_ui_backend_get_pairings (porch_ui_window_get_backend (self)),
                                            g_variant_get_string (parameter, NULL));

  if (pairing != NULL)
    porch_ui_window_call (self, pairing, "Confirm", g_variant_new ("(b)", match), NULL);
}

static void
on_pairing_match (GtkWidget *widget, const char *name, GVariant *parameter)
{
  confirm_pairing (widget, parameter, TRUE);
}

static void
on_pairing_mismatch (GtkWidget *widget, const char *name, GVariant *parameter)
{
  confirm_pairing (widget, parameter, FALSE);
}

static void
on_cancel_pairing (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  gpointer pairing = porch_ui_backend_find (porch_ui_backend_get_pairings (porch_ui_window_get_backend (self)),
                                            g_variant_get_string (parameter, NULL));

  if (pairing != NULL)
    porch_ui_window_call (self, pairing, "Cancel", NULL, NULL);
}

/* The peer's method that bears this name, with the words for when it is done (%s: the device). */
static void
call_peer (GtkWidget *widget, GVariant *parameter, const char *method, const char *done_format)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusPeer *peer = porch_ui_window_find_peer (self, parameter);
  g_autofree char *name = NULL;
  g_autoptr (GString) done = NULL;

  if (peer == NULL)
    return;
  name = porch_ui_words_name (porch_bus_peer_get_name (peer));
  done = g_string_new (done_format);
  g_string_replace (done, "%s", name, 1);
  porch_ui_window_call (self, peer, method, NULL, done->str);
}

static void
on_untrust (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_peer (widget, parameter, "Untrust", _ ("You no longer trust %s"));
}

static void
on_block (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_peer (widget, parameter, "Block", _ ("%s is blocked"));
}

static void
on_unblock (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_peer (widget, parameter, "Unblock", _ ("%s is no longer blocked"));
}

void
porch_ui_window_install_peer_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.open-peer", "s", on_open_peer);
  gtk_widget_class_install_action (klass, "win.accept", "s", on_accept);
  gtk_widget_class_install_action (klass, "win.accept-to", "s", on_accept_to);
  gtk_widget_class_install_action (klass, "win.accept-and-trust", "s", on_accept_and_trust);
  gtk_widget_class_install_action (klass, "win.decline", "s", on_decline);
  gtk_widget_class_install_action (klass, "win.trust", "s", on_trust);
  gtk_widget_class_install_action (klass, "win.pairing-match", "s", on_pairing_match);
  gtk_widget_class_install_action (klass, "win.pairing-mismatch", "s", on_pairing_mismatch);
  gtk_widget_class_install_action (klass, "win.cancel-pairing", "s", on_cancel_pairing);
  gtk_widget_class_install_action (klass, "win.untrust", "s", on_untrust);
  gtk_widget_class_install_action (klass, "win.block", "s", on_block);
  gtk_widget_class_install_action (klass, "win.unblock", "s", on_unblock);
}

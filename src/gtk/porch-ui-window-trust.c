/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions on trust: comparing codes, trusting no more, blocking, a name of one's own, always accepting. */
#include "config.h"

#include "porch-ui-compat.h"
#include "porch-ui-window-private.h"

#include "porch-bus-error.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

/* --- the code that both screens show for something sent --- */

typedef struct
{
  PorchUiWindow *window;      /* reference */
  PorchBusOffer *offer;       /* reference; one of the two */
  PorchBusTransfer *transfer; /* reference */
} Comparing;

static void
comparing_free (gpointer data)
{
  Comparing *comparing = data;

  g_object_unref (comparing->window);
  g_clear_object (&comparing->offer);
  g_clear_object (&comparing->transfer);
  g_free (comparing);
}

static void
on_code_answer (const char *response, gpointer data)
{
  Comparing *comparing = data;
  GDBusProxy *proxy = comparing->offer != NULL ? G_DBUS_PROXY (comparing->offer) : G_DBUS_PROXY (comparing->transfer);
  g_autofree char *person = NULL;
  g_autofree char *done = NULL;

  if (g_str_equal (response, "differs"))
    {
      porch_ui_window_call (comparing->window, proxy, "ConfirmCode", g_variant_new ("(b)", FALSE), NULL);
    }
  else if (g_str_equal (response, "match") && comparing->offer != NULL)
    {
      porch_ui_window_accept_offer (comparing->window, g_dbus_proxy_get_object_path (proxy), NULL, TRUE);
    }
  else if (g_str_equal (response, "match"))
    {
      person = porch_ui_words_person (porch_bus_transfer_get_peer_name (comparing->transfer));
      /* Translators: %s is a person or device */
      done = g_strdup_printf (_ ("You trust each other as soon as %s says so too"), person);
      porch_ui_window_call (comparing->window, proxy, "ConfirmCode", g_variant_new ("(b)", TRUE), done);
    }
}

static GtkWidget *
make_code (const char *code)
{
  g_autofree char *shown = porch_ui_words_code (code);
  GtkWidget *label = gtk_label_new (shown);

  gtk_widget_add_css_class (label, "title-1");
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "porch-code");
  return label;
}

/* Takes @comparing. */
static void
ask_code (Comparing *comparing, const char *code, const char *device, const char *match)
{
  const char *responses[] = { "cancel", _ ("_Cancel"), "differs", _ ("_Doesn’t Match"), "match", match, NULL };
  gboolean is_false = porch_ui_words_name_is_false (device);
  g_autofree char *person = porch_ui_words_person (device);
  g_autofree char *name = porch_ui_words_name (device);
  /* Translators: %s is a device */
  g_autofree char *heading = is_false ? porch_ui_words_false_title (device) : g_strdup_printf (_ ("Trust %s?"), name);
  /* Translators: %s is a person or device */
  g_autofree char *body = g_strdup_printf (_ ("Ask %s which code the other screen shows. If it is another one, somebody else is "
                                              "pretending to be %s."),
                                           person, person);

  porch_ui_compat_ask (GTK_WINDOW (comparing->window), heading, body, make_code (code), responses, NULL, NULL, on_code_answer,
                       comparing, comparing_free);
}

static void
on_accept_and_trust (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusOffer *offer = porch_ui_backend_find (porch_ui_backend_get_offers (porch_ui_window_get_backend (self)),
                                                g_variant_get_string (parameter, NULL));
  Comparing *comparing;

  if (offer == NULL)
    return;
  comparing = g_new0 (Comparing, 1);
  comparing->window = g_object_ref (self);
  comparing->offer = g_object_ref (offer);
  ask_code (comparing, porch_bus_offer_get_code (offer), porch_bus_offer_get_peer_name (offer),
            _ ("It _Matches: Accept and Trust"));
}

static void
on_trust_by_code (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusTransfer *transfer = porch_ui_backend_find (porch_ui_backend_get_transfers (porch_ui_window_get_backend (self)),
                                                      g_variant_get_string (parameter, NULL));
  Comparing *comparing;

  if (transfer == NULL)
    return;
  comparing = g_new0 (Comparing, 1);
  comparing->window = g_object_ref (self);
  comparing->transfer = g_object_ref (transfer);
  ask_code (comparing, porch_bus_transfer_get_code (transfer), porch_bus_transfer_get_peer_name (transfer),
            _ ("It _Matches: Trust"));
}

/* --- a comparison for its own sake: it goes on in the strip above every page --- */

static void
on_trust (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusDaemon *daemon = porch_ui_window_require_daemon (self);

  if (daemon != NULL)
    porch_ui_window_call (self, daemon, "Pair", g_variant_new ("(o)", g_variant_get_string (parameter, NULL)), NULL);
}

static void
call_pairing (GtkWidget *widget, GVariant *path, const char *method, GVariant *arguments)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  gpointer pairing = porch_ui_backend_find (porch_ui_backend_get_pairings (porch_ui_window_get_backend (self)),
                                            g_variant_get_string (path, NULL));
  g_autoptr (GVariant) taken = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;

  if (pairing != NULL)
    porch_ui_window_call (self, pairing, method, taken, NULL);
}

static void
on_pairing_match (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_pairing (widget, parameter, "Confirm", g_variant_new ("(b)", TRUE));
}

static void
on_pairing_mismatch (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_pairing (widget, parameter, "Confirm", g_variant_new ("(b)", FALSE));
}

static void
on_cancel_pairing (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_pairing (widget, parameter, "Cancel", NULL);
}

/* --- what is said of a device --- */

/* @format with the device's name for %s. */
static char *
name_in (const char *format, PorchBusPeer *peer)
{
  g_autofree char *name = porch_ui_words_name (porch_bus_peer_get_name (peer));
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "%s", name, 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
call_peer (GtkWidget *widget, GVariant *path, const char *method, const char *done_format)
{
  PorchUiWindow *self = PORCH_UI_WINDOW (widget);
  PorchBusPeer *peer = porch_ui_window_find_peer (self, path);
  g_autofree char *done = peer != NULL ? name_in (done_format, peer) : NULL;

  if (peer != NULL)
    porch_ui_window_call (self, peer, method, NULL, done);
}

static void
on_untrust (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_peer (widget, parameter, "Untrust", _ ("You no longer trust %s"));
}

static void on_verified (GObject *source, GAsyncResult *result, gpointer data);

static void
on_block_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *done = NULL;

  if (!porch_bus_peer_call_block_finish (PORCH_BUS_PEER (source), result, &error))
    {
      /* Of one that was only announced the whole id is asked for first. Nobody needs to compare it for a no. */
      if (g_error_matches (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_UNVERIFIED))
        porch_bus_peer_call_verify (PORCH_BUS_PEER (source), NULL, on_verified, g_steal_pointer (&self));
      else
        porch_ui_window_toast_error (self, error);
      return;
    }
  done = name_in (_ ("%s is blocked"), PORCH_BUS_PEER (source));
  porch_ui_window_toast_button (self, done, _ ("_Unblock"), "win.unblock", g_dbus_proxy_get_object_path (G_DBUS_PROXY (source)));
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (porch_bus_peer_call_verify_finish (PORCH_BUS_PEER (source), NULL, result, &error))
    porch_bus_peer_call_block (PORCH_BUS_PEER (source), NULL, on_block_ready, g_steal_pointer (&self));
  else
    porch_ui_window_toast_error (self, error);
}

static void
on_block (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), parameter);

  if (peer != NULL)
    porch_bus_peer_call_block (peer, NULL, on_block_ready, g_object_ref (widget));
}

static void
on_unblock (GtkWidget *widget, const char *name, GVariant *parameter)
{
  call_peer (widget, parameter, "Unblock", _ ("%s is no longer blocked"));
}

/* --- forgetting --- */

typedef struct
{
  PorchUiWindow *window; /* reference */
  char *peer;            /* object path */
} Forgetting;

static void
forgetting_free (gpointer data)
{
  Forgetting *forgetting = data;

  g_object_unref (forgetting->window);
  g_free (forgetting->peer);
  g_free (forgetting);
}

static void
on_forget_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchUiWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (!porch_bus_peer_call_forget_finish (PORCH_BUS_PEER (source), result, &error))
    porch_ui_window_toast_error (self, error);
  else if (porch_ui_window_get_shown_peer (self) == PORCH_BUS_PEER (source))
    porch_ui_window_show_page (self, "nearby");
}

static void
on_forget_answer (const char *response, gpointer data)
{
  Forgetting *forgetting = data;
  PorchBusPeer *peer = porch_ui_backend_find_peer (porch_ui_window_get_backend (forgetting->window), forgetting->peer);

  if (peer != NULL && g_str_equal (response, "forget"))
    porch_bus_peer_call_forget (peer, NULL, on_forget_ready, g_object_ref (forgetting->window));
}

static void
on_forget_peer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), parameter);
  const char *responses[] = { "cancel", _ ("_Cancel"), "forget", _ ("_Forget"), NULL };
  g_autofree char *heading = NULL;
  Forgetting *forgetting;

  if (peer == NULL)
    return;
  /* Translators: %s is a device */
  heading = name_in (_ ("Forget %s?"), peer);
  forgetting = g_new0 (Forgetting, 1);
  forgetting->window = g_object_ref (PORCH_UI_WINDOW (widget));
  forgetting->peer = g_variant_dup_string (parameter, NULL);
  porch_ui_compat_ask (GTK_WINDOW (widget), heading,
                       _ ("You no longer trust it, and it leaves the list. While it is nearby it is shown like any device that "
                          "you don’t know."),
                       NULL, responses, NULL, "forget", on_forget_answer, forgetting, forgetting_free);
}

/* --- a name of one's own --- */

static void
set_label (PorchUiWindow *self, const char *path, const char *label)
{
  PorchBusPeer *peer = porch_ui_backend_find_peer (porch_ui_window_get_backend (self), path);

  if (peer != NULL)
    porch_ui_window_call (self, peer, "Rename", g_variant_new ("(s)", label), NULL);
}

static void
on_label_line (PorchUiWindow *self, const char *text, gpointer data)
{
  set_label (self, data, text);
}

static void
on_rename_peer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), parameter);
  g_autofree char *shown = NULL;

  if (peer == NULL)
    return;
  shown = porch_ui_words_name (porch_bus_peer_get_name (peer));
  porch_ui_window_ask_line (PORCH_UI_WINDOW (widget), _ ("Rename Device"),
                            _ ("Only you see this name. The device keeps its own for everybody else."), _ ("Name"), shown,
                            _ ("_Rename"), on_label_line, g_variant_dup_string (parameter, NULL), g_free);
}

/* The name that the device itself states. */
static void
on_unname_peer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_label (PORCH_UI_WINDOW (widget), g_variant_get_string (parameter, NULL), "");
}

/* --- always accepting --- */

static void
set_always (GtkWidget *widget, GVariant *path, gboolean always, const char *done_format)
{
  PorchBusPeer *peer = porch_ui_window_find_peer (PORCH_UI_WINDOW (widget), path);
  g_autofree char *person = NULL;
  g_autoptr (GString) done = NULL;

  if (peer == NULL)
    return;
  person = porch_ui_words_person (porch_bus_peer_get_name (peer));
  done = g_string_new (done_format);
  g_string_replace (done, "%s", person, 1);
  porch_ui_window_call (PORCH_UI_WINDOW (widget), peer, "SetAutoAccept", g_variant_new ("(b)", always), done->str);
}

static void
on_accept_always (GtkWidget *widget, const char *name, GVariant *parameter)
{
  /* Translators: %s is a person or device. The bounds are fixed. */
  set_always (widget, parameter, TRUE, _ ("From now on what %s sends is accepted, up to 4 GB at a time"));
}

static void
on_accept_ask (GtkWidget *widget, const char *name, GVariant *parameter)
{
  /* Translators: %s is a person or device */
  set_always (widget, parameter, FALSE, _ ("You are asked again before something from %s is accepted"));
}

void
porch_ui_window_install_trust_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.accept-and-trust", "s", on_accept_and_trust);
  gtk_widget_class_install_action (klass, "win.trust-by-code", "s", on_trust_by_code);
  gtk_widget_class_install_action (klass, "win.trust", "s", on_trust);
  gtk_widget_class_install_action (klass, "win.pairing-match", "s", on_pairing_match);
  gtk_widget_class_install_action (klass, "win.pairing-mismatch", "s", on_pairing_mismatch);
  gtk_widget_class_install_action (klass, "win.cancel-pairing", "s", on_cancel_pairing);
  gtk_widget_class_install_action (klass, "win.untrust", "s", on_untrust);
  gtk_widget_class_install_action (klass, "win.block", "s", on_block);
  gtk_widget_class_install_action (klass, "win.unblock", "s", on_unblock);
  gtk_widget_class_install_action (klass, "win.forget-peer", "s", on_forget_peer);
  gtk_widget_class_install_action (klass, "win.rename-peer", "s", on_rename_peer);
  gtk_widget_class_install_action (klass, "win.unname-peer", "s", on_unname_peer);
  gtk_widget_class_install_action (klass, "win.accept-always", "s", on_accept_always);
  gtk_widget_class_install_action (klass, "win.accept-ask", "s", on_accept_ask);
}

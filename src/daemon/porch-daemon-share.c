/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-share.h"

#include "porch-daemon-dict.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reply.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "share/porch-sandbox.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PorchDaemonShare
{
  PorchBusShareSkeleton parent;

  PorchEngine *engine; /* owned */
  PorchShare *share;   /* owned */
};

static void porch_daemon_share_iface_init (PorchBusShareIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonShare, porch_daemon_share, PORCH_BUS_TYPE_SHARE_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_SHARE, porch_daemon_share_iface_init))

static const PorchDaemonDictMember set_members[] = {
  { "name", "s" }, { "note", "s" }, { "audience", "s" }, { "selected", "as" }, { "until", "x" }, { "active", "b" }, { NULL },
};

/* What a person chose for a sandbox is there while the portal says so, whatever becomes of the folder: gone, it may no longer be seen. */
static const char *
state_to_string (PorchShare *share)
{
  PorchShareState state = porch_share_get_state (share);

  if (state == PORCH_SHARE_MISSING)
    return porch_sandbox_is_portal_path (porch_share_get_path (share)) ? "lost" : "missing";
  return state == PORCH_SHARE_UNREADABLE ? "unreadable" : "ok";
}

static void
sync_takers (PorchBusShare *bus, PorchShare *share)
{
  g_autoptr (GArray) takers = porch_share_dup_takers (share);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_auto (GStrv) shown = NULL;

  for (guint i = 0; i < takers->len; i++)
    {
      g_autofree char *path = porch_daemon_path_of_device (&g_array_index (takers, PorchDeviceId, i));

      g_strv_builder_add (paths, path);
    }
  shown = g_strv_builder_end (paths);
  porch_bus_share_set_takers (bus, (const char *const *)shown);
}

static void
on_share_notify (PorchShare *share, GParamSpec *pspec, PorchDaemonShare *self)
{
  PorchBusShare *bus = PORCH_BUS_SHARE (self);
  const char *const none[] = { NULL };
  const char *const *selected = porch_share_get_selected (share);
  const char *note = porch_share_get_note (share);

  porch_bus_share_set_id (bus, porch_share_get_id (share));
  porch_bus_share_set_name (bus, porch_share_get_name (share));
  porch_bus_share_set_note (bus, note ? note : "");
  porch_bus_share_set_path (bus, porch_share_get_path (share));
  porch_bus_share_set_audience (bus, porch_daemon_audience_to_string (porch_share_get_audience (share)));
  porch_bus_share_set_selected (bus, selected ? selected : none);
  porch_bus_share_set_access (bus, porch_share_get_access (share) == PORCH_ACCESS_ADD ? "add" : "read");
  porch_bus_share_set_until (bus, porch_share_get_until (share));
  porch_bus_share_set_active (bus, porch_share_get_active (share));
  porch_bus_share_set_state (bus, state_to_string (share));
  porch_bus_share_set_uploads (bus, porch_share_get_uploads (share));
  sync_takers (bus, share);
}

static gboolean
check_until (gint64 until, GError **error)
{
  if (until == 0 || until > g_get_real_time () / G_USEC_PER_SEC)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The time until which the folder is shared has passed already."));
  return FALSE;
}

static gboolean
check_note (const char *note, GError **error)
{
  if (strlen (note) <= PORCH_MAX_JSON_STRING)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The note is longer than %d bytes."), PORCH_MAX_JSON_STRING);
  return FALSE;
}

gboolean
porch_daemon_share_check_values (GVariant *changes, GError **error)
{
  const char *text;
  g_autofree const char **selected = NULL;
  PorchAudience audience;
  gint64 until;

  if (g_variant_lookup (changes, "name", "&s", &text) && !porch_label_check (text, error))
    return FALSE;
  if (g_variant_lookup (changes, "note", "&s", &text) && !check_note (text, error))
    return FALSE;
  if (g_variant_lookup (changes, "audience", "&s", &text) && !porch_daemon_audience_parse (text, &audience, error))
    return FALSE;
  if (g_variant_lookup (changes, "selected", "^a&s", &selected) && !porch_daemon_selected_check (selected, error))
    return FALSE;
  return !g_variant_lookup (changes, "until", "x", &until) || check_until (until, error);
}

/* Who was selected stays remembered while the audience is another one; naming people alone makes them the audience. */
static gboolean
apply_audience (PorchShareList *shares, PorchShare *share, GVariant *changes, GError **error)
{
  g_autofree const char **selected = NULL;
  const char *word = NULL;
  gboolean people = g_variant_lookup (changes, "selected", "^a&s", &selected);
  PorchAudience audience = people ? PORCH_AUDIENCE_SELECTED : porch_share_get_audience (share);

  if (!g_variant_lookup (changes, "audience", "&s", &word) && !people)
    return TRUE;
  if (word != NULL && !porch_daemon_audience_parse (word, &audience, error))
    return FALSE;
  return porch_share_list_set_audience (shares, share, audience,
                                        people ? (const char *const *)selected : porch_share_get_selected (share), error);
}

gboolean
porch_daemon_share_apply (PorchShareList *shares, PorchShare *share, GVariant *changes, GError **error)
{
  const char *text;
  gboolean active = TRUE;
  gboolean has_active = g_variant_lookup (changes, "active", "b", &active);
  gint64 until;

  /* Pausing first and resuming last: whatever fails between leaves the folder closed rather than open. */
  if (has_active && !active && !porch_share_list_set_active (shares, share, FALSE, error))
    return FALSE;
  if (g_variant_lookup (changes, "name", "&s", &text) && !porch_share_list_rename (shares, share, text, error))
    return FALSE;
  if (g_variant_lookup (changes, "note", "&s", &text) && !porch_share_list_set_note (shares, share, *text ? text : NULL, error))
    return FALSE;
  if (g_variant_lookup (changes, "until", "x", &until) && !porch_share_list_set_until (shares, share, until, error))
    return FALSE;
  if (!apply_audience (shares, share, changes, error))
    return FALSE;
  return !has_active || !active || porch_share_list_set_active (shares, share, TRUE, error);
}

static gboolean
handle_set (PorchBusShare *bus, GDBusMethodInvocation *invocation, GVariant *changes)
{
  PorchDaemonShare *self = PORCH_DAEMON_SHARE (bus);
  GError *error = NULL;

  if (!porch_daemon_dict_check (changes, set_members, &error) || !porch_daemon_share_check_values (changes, &error)
      || !porch_daemon_share_apply (porch_engine_get_shares (self->engine), self->share, changes, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_share_complete_set (bus, invocation);
  return TRUE;
}

static gboolean
handle_remove (PorchBusShare *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonShare *self = PORCH_DAEMON_SHARE (bus);
  g_autoptr (PorchDaemonShare) keep = g_object_ref (self); /* the object goes with the share */
  GError *error = NULL;

  if (!porch_share_list_remove (porch_engine_get_shares (self->engine), self->share, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_share_complete_remove (bus, invocation);
  return TRUE;
}

static void
porch_daemon_share_dispose (GObject *object)
{
  PorchDaemonShare *self = PORCH_DAEMON_SHARE (object);

  g_clear_object (&self->share);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_share_parent_class)->dispose (object);
}

static void
porch_daemon_share_class_init (PorchDaemonShareClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_share_dispose;
}

static void
porch_daemon_share_iface_init (PorchBusShareIface *iface)
{
  iface->handle_set = handle_set;
  iface->handle_remove = handle_remove;
}

static void
porch_daemon_share_init (PorchDaemonShare *self)
{
}

GDBusInterfaceSkeleton *
porch_daemon_share_new (PorchEngine *engine, PorchShare *share)
{
  PorchDaemonShare *self = g_object_new (PORCH_TYPE_DAEMON_SHARE, NULL);
  g_autofree char *shown = NULL;

  self->engine = g_object_ref (engine);
  self->share = g_object_ref (share);
  shown = porch_sandbox_shown_path (porch_share_get_path (share));
  porch_bus_share_set_shown_path (PORCH_BUS_SHARE (self), shown);
  g_signal_connect_object (share, "notify", G_CALLBACK (on_share_notify), self, 0);
  on_share_notify (share, NULL, self);
  return G_DBUS_INTERFACE_SKELETON (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-news.h"
#include "porch-display.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define MAX_WARNING_CHARS 400

static PorchUiNews *
news_new (const char *icon, char *text, const char *button, const char *action, const char *target)
{
  PorchUiNews *news = g_new0 (PorchUiNews, 1);

  news->icon = icon;
  news->text = text;
  news->button = button;
  news->action = action;
  news->target = g_strdup (target);
  return news;
}

void
porch_ui_news_free (PorchUiNews *news)
{
  g_free (news->text);
  g_free (news->key);
  g_free (news->target);
  g_free (news);
}

static PorchUiNews *
find_no_network (PorchBusDaemon *daemon)
{
  GVariant *networks = porch_bus_daemon_get_networks (daemon);

  if (networks == NULL || g_variant_n_children (networks) > 0)
    return NULL;
  return news_new ("network-offline-symbolic", g_strdup (_ ("You are not connected to a network")), _ ("_Network Settings"),
                   "win.network-settings", NULL);
}

static PorchUiNews *
find_new_network (PorchBusDaemon *daemon)
{
  GVariant *networks = porch_bus_daemon_get_new_networks (daemon);
  g_autofree char *shown = NULL;
  const char *id, *name;

  if (networks == NULL || g_variant_n_children (networks) == 0)
    return NULL;
  g_variant_get_child (networks, 0, "(&s&s)", &id, &name);
  if (*name == '\0')
    return news_new ("porch-hidden-symbolic", g_strdup (_ ("You are hidden on this new network")), _ ("_Become Visible…"),
                     "win.become-visible", id);
  shown = porch_ui_words_name (name);
  return news_new ("porch-hidden-symbolic",
                   /* Translators: %s is the name of a network */
                   g_strdup_printf (_ ("You are hidden on “%s”"), shown), _ ("_Become Visible…"), "win.become-visible", id);
}

/* Shared folders that nobody can open now, though they are not paused. */
static PorchUiNews *
find_lost_folder (GListModel *shares)
{
  g_autofree char *name = NULL;
  gboolean unreadable = FALSE;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (shares); i++)
    {
      g_autoptr (PorchBusShare) share = g_list_model_get_item (shares, i);
      const char *state = porch_bus_share_get_state (share);

      if (!porch_bus_share_get_active (share) || state == NULL || g_str_equal (state, "ok"))
        continue;
      unreadable = g_str_equal (state, "unreadable");
      if (n++ == 0)
        name = porch_ui_words_name (porch_bus_share_get_name (share));
    }
  if (n == 0)
    return NULL;
  return news_new (
      "folder-symbolic",
      n > 1 ? g_strdup_printf (
          ngettext ("%u folder that you share can’t be opened now", "%u folders that you share can’t be opened now", n), n)
      : unreadable
          /* Translators: %s is a folder */
          ? g_strdup_printf (_ ("Porch can’t read “%s” any more, so nobody can open it"), name)
          /* Translators: %s is a folder, on a disk that was unplugged or moved away */
          : g_strdup_printf (_ ("“%s” is not there now, so nobody can open it"), name),
      _ ("Show _Sharing"), "win.show-page", "sharing");
}

static PorchUiNews *
find_warning (PorchBusDaemon *daemon, GHashTable *dismissed)
{
  const char *const *warnings = porch_bus_daemon_get_warnings (daemon);

  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    if (dismissed == NULL || !g_hash_table_contains (dismissed, warnings[i]))
      {
        PorchUiNews *news = news_new ("dialog-warning-symbolic", porch_display_name (warnings[i], MAX_WARNING_CHARS),
                                      /* Translators: takes a warning away */
                                      _ ("_Dismiss"), "", NULL);

        news->key = g_strdup (warnings[i]);
        return news;
      }
  return NULL;
}

/* As people tell names apart: not by case, nor by how a letter is made up. */
static char *
fold_name (const char *name)
{
  g_autofree char *stripped = g_strstrip (g_strdup (name != NULL ? name : ""));
  g_autofree char *folded = g_utf8_casefold (stripped, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
}

/* Others can't tell the two apart, and may send to the wrong one. */
static PorchUiNews *
find_namesake (PorchBusDaemon *daemon, GListModel *peers, GHashTable *dismissed)
{
  const char *name = porch_bus_daemon_get_name (daemon);
  g_autofree char *own = fold_name (name);

  for (guint i = 0; *own != '\0' && i < g_list_model_get_n_items (peers); i++)
    {
      g_autoptr (PorchBusPeer) peer = g_list_model_get_item (peers, i);
      g_autofree char *other = fold_name (porch_bus_peer_get_name (peer));
      g_autofree char *key = g_strdup_printf ("namesake %s", porch_bus_peer_get_id (peer));
      g_autofree char *shown = NULL;
      PorchUiNews *news;

      if (!porch_bus_peer_get_online (peer) || g_strcmp0 (porch_bus_peer_get_trust (peer), "blocked") == 0
          || g_strcmp0 (own, other) != 0 || (dismissed != NULL && g_hash_table_contains (dismissed, key)))
        continue;
      shown = porch_ui_words_name (name);
      news = news_new ("dialog-warning-symbolic",
                       /* Translators: %s is the name of this computer, which somebody else nearby bears */
                       g_strdup_printf (_ ("Another device nearby is called “%s” too"), shown), _ ("Change _Name…"),
                       "win.rename", NULL);
      news->key = g_steal_pointer (&key);
      return news;
    }
  return NULL;
}

PorchUiNews *
porch_ui_news_find (PorchBusDaemon *daemon, GListModel *shares, GListModel *peers, GHashTable *dismissed)
{
  PorchUiNews *news;

  if (porch_bus_daemon_get_held (daemon))
    return NULL;
  news = find_no_network (daemon);
  if (news == NULL)
    news = find_new_network (daemon);
  if (news == NULL)
    news = find_lost_folder (shares);
  if (news == NULL)
    news = find_warning (daemon, dismissed);
  return news != NULL ? news : find_namesake (daemon, peers, dismissed);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which peer a person means by a name or the start of an id. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "discovery/porch-peer-list-private.h"
#include "porch-error.h"

#define MIN_PREFIX_KNOWN 4   /* among a person's own devices */
#define MIN_PREFIX_UNKNOWN 8 /* shorter ones are ground in seconds by whoever wants to be met */

char *
porch_name_fold (const char *name)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = normal ? g_utf8_casefold (normal, -1) : g_strdup ("");
  GString *out = g_string_new (NULL);

  for (const char *p = folded; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        }
      else if (!g_unichar_iszerowidth (c) || g_unichar_ismark (c))
        {
          if (g_unichar_type (c) != G_UNICODE_FORMAT && g_unichar_type (c) != G_UNICODE_CONTROL)
            g_string_append_unichar (out, c);
        }
    }
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static gboolean
bears (const char *name, const char *folded)
{
  g_autofree char *own = name ? porch_name_fold (name) : NULL;

  return own && g_str_equal (own, folded);
}

static gboolean
is_known (PorchPeer *peer)
{
  return porch_peer_get_state (peer)->known && porch_peer_get_trust (peer) != PORCH_TRUST_BLOCKED;
}

typedef enum { TIER_TRUSTED, TIER_REMEMBERED, TIER_OTHER, N_TIERS } Tier;

static Tier
get_tier (PorchPeer *peer)
{
  if (porch_peer_get_trust (peer) == PORCH_TRUST_TRUSTED)
    return TIER_TRUSTED;
  return is_known (peer) ? TIER_REMEMBERED : TIER_OTHER;
}

static GPtrArray *
match_names (PorchPeerList *self, const char *folded, Tier tier)
{
  GPtrArray *peers = porch_peer_list_get_peers (self), *found = g_ptr_array_new ();

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];

      if (get_tier (peer) != tier || porch_peer_get_name_clash (peer))
        continue;
      if (bears (porch_peer_get_plain_name (peer), folded) || bears (porch_peer_get_stated_name (peer), folded))
        g_ptr_array_add (found, peer);
    }
  return found;
}

/* The label that the user gave decides between two devices that call themselves the same. */
static void
prefer_labels (GPtrArray *found, const char *folded)
{
  guint labelled = 0;

  for (guint i = 0; i < found->len; i++)
    labelled += bears (porch_peer_get_plain_name (found->pdata[i]), folded);
  if (labelled == 0 || labelled == found->len)
    return;
  for (guint i = found->len; i > 0; i--)
    {
      if (!bears (porch_peer_get_plain_name (found->pdata[i - 1]), folded))
        g_ptr_array_remove_index (found, i - 1);
    }
}

static char *
dup_id_prefix (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  gsize length = strlen (lower);

  if (length < MIN_PREFIX_KNOWN || length > PORCH_DEVICE_ID_HEX || strspn (lower, "0123456789abcdef") != length)
    return NULL;
  return g_steal_pointer (&lower);
}

static GPtrArray *
match_ids (PorchPeerList *self, const char *prefix, Tier tier)
{
  GPtrArray *peers = porch_peer_list_get_peers (self), *found = g_ptr_array_new ();

  if (tier == TIER_OTHER && strlen (prefix) < MIN_PREFIX_UNKNOWN)
    return found;
  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];
      g_autofree char *id = porch_peer_dup_id_string (peer);

      /* A whole id that is not proved yet matches by the half that was announced. */
      if (get_tier (peer) == tier && (g_str_has_prefix (id, prefix) || (!porch_peer_get_id (peer) && g_str_has_prefix (prefix, id))))
        g_ptr_array_add (found, peer);
    }
  return found;
}

static PorchPeer *
pick (GPtrArray *found, const char *text, GError **error)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  if (found->len == 1)
    return found->pdata[0];
  for (guint i = 0; i < MIN (found->len, 5); i++)
    g_string_append_printf (ids, "%s%.16s", i ? ", " : "", porch_peer_get_key (found->pdata[i]));
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_AMBIGUOUS,
               _ ("“%s” can be %u devices: %s. Use the start of the id that you mean"), text, found->len, ids->str);
  return NULL;
}

/* The unverified device that @text would have meant, for the error's words. */
static PorchPeer *
find_clashing (PorchPeerList *self, const char *folded)
{
  GPtrArray *peers = porch_peer_list_get_peers (self);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];

      if (porch_peer_get_name_clash (peer)
          && (bears (porch_peer_get_name (peer), folded) || bears (porch_peer_get_plain_name (peer), folded)))
        return peer;
    }
  return NULL;
}

/**
 * porch_peer_list_find:
 * @text: a name, or the start of an id: 4 hex digits for a known device, 8 for another
 *
 * Names of trusted devices first, then of remembered ones, then of others; after all names the ids in the same order. A device
 * that bears a known one's name without its key never matches by that name.
 */
PorchPeer *
porch_peer_list_find (PorchPeerList *self, const char *text, GError **error)
{
  g_autofree char *folded = g_utf8_validate (text, -1, NULL) ? porch_name_fold (text) : g_strdup ("");
  g_autofree char *prefix = dup_id_prefix (text);
  PorchPeer *clashing;

  for (Tier tier = 0; *folded && tier < N_TIERS; tier++)
    {
      g_autoptr (GPtrArray) found = match_names (self, folded, tier);

      prefer_labels (found, folded);
      if (found->len > 0)
        return pick (found, text, error);
    }
  for (Tier tier = 0; prefix && tier < N_TIERS; tier++)
    {
      g_autoptr (GPtrArray) found = match_ids (self, prefix, tier);

      if (found->len > 0)
        return pick (found, text, error);
    }
  clashing = *folded ? find_clashing (self, folded) : NULL;
  if (clashing)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_UNVERIFIED,
                 _ ("Only a device that is not verified bears the name “%s”. If it is the one you mean, use its id: %.16s"), text,
                 porch_peer_get_key (clashing));
  else
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND,
                 _ ("No device “%s” is here. “porch peers” lists those that are; “porch connect ADDRESS” adds one by its address"),
                 text);
  return NULL;
}

static gboolean
name_is_taken (PorchPeerList *self, const char *name)
{
  GPtrArray *peers = porch_peer_list_get_peers (self);
  g_autofree char *folded = porch_name_fold (name);

  for (guint i = 0; i < peers->len; i++)
    {
      if (bears (porch_peer_get_plain_name (peers->pdata[i]), folded))
        return TRUE;
    }
  return FALSE;
}

char *
porch_peer_list_dup_free_name (PorchPeerList *self, const char *name)
{
  char *candidate = g_strdup (name);

  for (guint number = 2; name_is_taken (self, candidate) && number < 1000; number++)
    {
      g_free (candidate);
      candidate = g_strdup_printf ("%s %u", name, number);
    }
  return candidate;
}

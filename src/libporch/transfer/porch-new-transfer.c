/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-new-transfer.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "transfer/porch-offer-tree.h"
#include "transfer/porch-plan.h"
#include "transfer/porch-transfer-private.h"
#include "wire/porch-json.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <unistd.h>

#define MAX_TITLE 80 /* characters of a text */

/* An offer's id must not be guessed: it is all that its files are asked for by. */
static char *
random_hex (gsize length)
{
  guint8 bytes[16];

  g_return_val_if_fail (length <= sizeof bytes, NULL);
  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, length) != 0)
    g_error ("No random numbers");
  return porch_hex_encode (bytes, length);
}

static PorchTransferRecord *
new_record (PorchTransferKind kind, const PorchDeviceId *peer, const char *title, const char *target, const PorchPlan *plan)
{
  PorchTransferRecord *record = g_new0 (PorchTransferRecord, 1);

  record->id = random_hex (8);
  record->kind = kind;
  record->state = PORCH_TRANSFER_QUEUED;
  record->peer = *peer;
  record->title = g_strdup (title);
  record->target = g_strdup (target);
  record->source = porch_plan_source_to_json (plan);
  record->spec = porch_plan_spec_to_json (plan);
  record->created = g_get_real_time () / G_USEC_PER_SEC;
  record->bytes_total = -1;
  record->files_total = -1;
  return record;
}

static gboolean
check_target (const char *target, GError **error)
{
  g_autofree char *shown = porch_path_to_display (target ? target : "");

  if (target == NULL || !g_path_is_absolute (target))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” is not the full path of a folder"), shown);
  else if (!g_file_test (target, G_FILE_TEST_IS_DIR))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("The folder “%s” is not there. Choose another one or make it."), shown);
  else if (access (target, W_OK | X_OK) != 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY, _ ("Nothing can be saved into “%s”: %s. Choose another folder."), shown,
                 g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

/* Says of all of them what kind their names end like? Nothing is opened for it. */
static gboolean
all_are (const char *const *names, const char *kind)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *type = g_content_type_guess (names[i], NULL, 0, NULL);
      g_autofree char *mime = g_content_type_get_mime_type (type);

      if (mime == NULL || !g_str_has_prefix (mime, kind))
        return FALSE;
    }
  return names[0] != NULL;
}

/* @names: all of the @count things, or (what they are is not said then) some. */
static char *
count_title (const char *const *names, gint64 count)
{
  gboolean all = (gint64)g_strv_length ((char **)names) == count;

  if (all && all_are (names, "image/"))
    return g_strdup_printf (ngettext ("%lld photo", "%lld photos", (gulong)count), (long long)count);
  if (all && all_are (names, "video/"))
    return g_strdup_printf (ngettext ("%lld video", "%lld videos", (gulong)count), (long long)count);
  return g_strdup_printf (ngettext ("%lld item", "%lld items", (gulong) count), (long long) count);
}

/* The share's name is a label; should it be no file name, this one is. */
static char *
folder_name (const char *name)
{
  if (name != NULL && porch_path_check_name (name, -1, NULL))
    return g_strdup (name);
  return g_strdup (_ ("Shared Folder"));
}

static gboolean
add_paths (PorchPlan *plan, const char *const *paths, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; paths[i]; i++)
    {
      const char *slash = strrchr (paths[i], '/');
      g_autofree char *name = *paths[i] ? g_strdup (slash ? slash + 1 : paths[i]) : folder_name (plan->share_name);

      if (*paths[i] != 0 && !porch_path_check (paths[i], -1, error))
        return FALSE;
      if (g_hash_table_add (seen, (gpointer) paths[i]))
        porch_plan_add_root (plan, paths[i], name, TRUE);
    }
  if (plan->roots->len > 0 && plan->roots->len <= PORCH_MAX_WANT)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Choose between 1 and %d files or folders at a time"), PORCH_MAX_WANT);
  return FALSE;
}

static char *
download_title (const PorchPlan *plan)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < plan->roots->len; i++)
    g_ptr_array_add (names, ((PorchRoot *)g_ptr_array_index (plan->roots, i))->name);
  if (names->len == 1)
    return g_strdup (names->pdata[0]);
  g_ptr_array_add (names, NULL);
  return count_title ((const char *const *)names->pdata, plan->roots->len);
}

PorchTransferRecord *
porch_new_download (const PorchDeviceId *peer, const char *share, const char *share_name, const char *const *paths,
                    const char *target, GError **error)
{
  g_autoptr (PorchPlan) plan = porch_plan_new ();
  g_autofree char *title = NULL;

  plan->share = g_strdup (share);
  plan->share_name = g_strdup (share_name);
  if (!check_target (target, error) || !add_paths (plan, paths, error))
    return NULL;
  title = download_title (plan);
  return new_record (PORCH_TRANSFER_DOWNLOAD, peer, title, target, plan);
}

static char *
wrap_name (const char *peer_name)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* Translators: day and month, as for g_date_time_format(): "22 November" */
  g_autofree char *day = g_date_time_format (now, _ ("%-d %B"));
  /* Translators: name of a folder: a person's or device's name, and the day */
  g_autofree char *name = g_strdup_printf (_ ("From %s, %s"), peer_name ? peer_name : _ ("Someone"), day ? day : "");

  return porch_path_check_name (name, -1, NULL) ? g_steal_pointer (&name) : g_strdup (_ ("Received Files"));
}

static char *
offer_title (PorchOffer *offer)
{
  const char *const *names = porch_offer_get_names (offer);
  guint n = g_strv_length ((char **) names);

  if (n == 1)
    return g_strdup (names[0]);
  return count_title (names, n < PORCH_MAX_OFFER_NAMES ? n : porch_offer_get_files (offer));
}

/* Takes @wrap. */
static PorchTransferRecord *
new_receive (PorchOffer *offer, const char *title, const char *handout, char *wrap, const char *target, const char *downloads,
             GError **error)
{
  g_autoptr (PorchPlan) plan = porch_plan_new ();

  plan->wrap = wrap;
  plan->handout = g_strdup (handout);
  if (target == NULL)
    {
      target = downloads;
      if (downloads != NULL)
        g_mkdir_with_parents (downloads, 0755);
    }
  if (!check_target (target, error))
    return NULL;
  plan->offer = g_strdup (porch_offer_get_id (offer));
  plan->digest = g_strdup (porch_offer_get_digest (offer));
  plan->files = porch_offer_get_files (offer);
  plan->bytes = porch_offer_get_bytes (offer);
  return new_record (PORCH_TRANSFER_RECEIVE, porch_offer_get_peer (offer), title, target, plan);
}

PorchTransferRecord *
porch_new_receive (PorchOffer *offer, const char *peer_name, const char *target, const char *downloads, GError **error)
{
  g_autofree char *title = offer_title (offer);

  return new_receive (offer, title, NULL, target == NULL ? wrap_name (peer_name) : NULL, target, downloads, error);
}

PorchTransferRecord *
porch_new_joined (PorchOffer *offer, const char *title, const char *target, const char *downloads, GError **error)
{
  char *wrap = target == NULL ? folder_name (title) : NULL;

  return new_receive (offer, title, title, wrap, target, downloads, error);
}

static char *
text_title (const char *text)
{
  g_autofree char *line = g_strndup (text, strcspn (text, "\r\n"));
  g_autofree char *cut = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), MAX_TITLE));

  return porch_path_to_display (cut);
}

static gboolean
check_text (const char *text, GError **error)
{
  if (*text != 0 && strlen (text) <= PORCH_MAX_TEXT && g_utf8_validate (text, -1, NULL))
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
               _ ("A text must have between 1 and %d bytes. Send a longer one as a file."), PORCH_MAX_TEXT);
  return FALSE;
}

PorchTransferRecord *
porch_new_send (const PorchDeviceId *peer, const char *const *paths, const char *text, const char *batch, char **offer, GError **error)
{
  g_autoptr (PorchPlan) plan = porch_plan_new ();
  g_autofree char *title = NULL;

  if ((paths == NULL || paths[0] == NULL) && text == NULL)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("There is nothing to send"));
      return NULL;
    }
  if (paths != NULL && paths[0] != NULL)
    {
      if (!porch_offer_tree_name (paths, &plan->names, &plan->locals, error))
        return NULL;
      title = plan->names[1] == NULL ? g_strdup (plan->names[0])
                                     : count_title ((const char *const *)plan->names, g_strv_length (plan->names));
    }
  else
    {
      if (!check_text (text, error))
        return NULL;
      plan->text = g_strdup (text);
      title = text_title (text);
    }
  plan->batch = g_strdup (batch);
  plan->offer = random_hex (16);
  *offer = g_strdup (plan->offer);
  return new_record (PORCH_TRANSFER_SEND, peer, title, NULL, plan);
}

PorchTransferRecord *
porch_new_check (PorchTransfer *done, GError **error)
{
  g_autofree char *spec = porch_transfer_dup_spec (done);
  g_autoptr (PorchPlan) plan = NULL;

  if (porch_transfer_get_kind (done) == PORCH_TRANSFER_SEND || porch_transfer_get_target (done) == NULL)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” was sent; only what was received can be checked."),
                   porch_transfer_get_title (done));
      return NULL;
    }
  if (porch_transfer_get_state (done) != PORCH_TRANSFER_DONE)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("“%s” is not here as a whole, so it can’t be checked."),
                   porch_transfer_get_title (done));
      return NULL;
    }
  plan = porch_plan_parse (porch_transfer_get_source (done), spec, error);
  if (plan == NULL)
    return NULL;
  plan->check = TRUE;
  plan->checked = FALSE;
  return new_record (PORCH_TRANSFER_DOWNLOAD, porch_transfer_get_peer (done), porch_transfer_get_title (done),
                     porch_transfer_get_target (done), plan);
}

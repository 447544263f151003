/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares: who may open one, which folders are refused, what is stored, and a folder that is not there. */
#include "config.h"

#include "share/porch-share-list.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-share-private.h"
#include "test-tree.h"

#define NOW 1000000

typedef struct {
  char            *root;
  char            *home;
  char            *path;
  PorchStore      *store;
  PorchTrustTable *trust;
  PorchShareList  *list;
  PorchDeviceId    ada, ben;
  char            *ada_hex, *ben_hex;
} Fixture;

static void
open_list (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->store = porch_store_new (f->path, NULL, &error);
  g_assert_no_error (error);
  f->trust = porch_trust_table_new (f->store, &error);
  g_assert_no_error (error);
  f->list = porch_share_list_new (f->store, f->trust, &error);
  g_assert_no_error (error);
}

static void
close_list (Fixture *f)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&f->list);
  g_clear_object (&f->trust);
  g_clear_object (&f->store);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const char *const entries[] = { "Films/a.mkv=film", "Pictures/b.jpg=picture", NULL };

  f->root = test_tree_new ();
  f->home = g_build_filename (f->root, "home", "ada", NULL);
  g_assert_cmpint (g_mkdir_with_parents (f->home, 0755), ==, 0);
  test_tree_fill (f->home, entries);
  f->path = g_build_filename (f->root, "porch.db", NULL);
  memset (f->ada.bytes, 0xa1, 32);
  memset (f->ben.bytes, 0xb1, 32);
  f->ada_hex = porch_device_id_to_string (&f->ada);
  f->ben_hex = porch_device_id_to_string (&f->ben);
  open_list (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_list (f);
  g_free (f->path);
  g_free (f->home);
  g_free (f->ada_hex);
  g_free (f->ben_hex);
  test_tree_remove (f->root);
}

static PorchShare *
add (Fixture *f, const char *folder, const char *name, PorchAudience audience, const char *const *selected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (f->home, folder, NULL);
  PorchShare *share = porch_share_list_add (f->list, path, name, audience, selected, FALSE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (share);
  return share;
}

static PorchShare *
make_share (PorchAudience audience, gboolean chosen, gboolean active, gint64 until, const char *hex)
{
  PorchShareTerms *terms = g_new0 (PorchShareTerms, 1);
  const char      *selected[] = { "00", chosen ? hex : "11", NULL };

  terms->id = g_strdup ("0123456789abcdef");
  terms->name = g_strdup ("Films");
  terms->path = g_strdup ("/nowhere");
  terms->selected = g_strdupv ((char **) selected);
  terms->audience = audience;
  terms->active = active;
  terms->until = until;
  return porch_share_new (terms);
}

/* The rule, written down a second time as plainly as it can be said. */
static gboolean
expected (PorchAudience audience, PorchTrust trust, gboolean chosen, gboolean active, gint64 until)
{
  if (trust == PORCH_TRUST_BLOCKED || !active || (until != 0 && until <= NOW))
    return FALSE;
  return audience == PORCH_AUDIENCE_EVERYONE || (audience == PORCH_AUDIENCE_TRUSTED && trust == PORCH_TRUST_TRUSTED) ||
         (audience == PORCH_AUDIENCE_SELECTED && chosen);
}

/* S20: audience × trust × chosen × active × until, with values that no audience and no trust have. */
static void
test_rule (void)
{
  static const gint64 untils[] = { 0, 1, NOW - 1, NOW, NOW + 1, G_MAXINT64 };
  PorchDeviceId       peer;
  g_autofree char    *hex = NULL;
  guint               allowed = 0, asked = 0;

  memset (peer.bytes, 0xcd, 32);
  hex = porch_device_id_to_string (&peer);
  for (int audience = PORCH_AUDIENCE_NOBODY; audience <= PORCH_AUDIENCE_EVERYONE; audience++)
    for (int trust = PORCH_TRUST_UNKNOWN; trust <= PORCH_TRUST_BLOCKED; trust++)
      for (int bits = 0; bits < 4; bits++)
        for (guint u = 0; u < G_N_ELEMENTS (untils); u++)
          {
            g_autoptr (PorchShare) share = make_share ((PorchAudience) audience, bits & 1, (bits & 2) != 0, untils[u], hex);
            gboolean may = porch_share_may_open (share, &peer, (PorchTrust) trust, NOW);

            g_assert_cmpint (may, ==, expected ((PorchAudience) audience, (PorchTrust) trust, bits & 1, (bits & 2) != 0, untils[u]));
            g_assert_false (porch_share_may_open (share, NULL, (PorchTrust) trust, NOW));
            allowed += may;
            asked++;
          }
  g_assert_cmpuint (asked, ==, 4 * 3 * 4 * 6);
  g_assert_cmpuint (allowed, ==, 3 * (4 + 2 + 2)); /* three times; everyone 2 × 2, trusted 2, selected 2 */
}

static void
test_rule_unknown_values (void)
{
  PorchDeviceId    peer = { { 1 } };
  g_autofree char *hex = porch_device_id_to_string (&peer);
  static const int audiences[] = { -1, 4, 99 };
  static const int trusts[] = { -1, 3, 99 };
  g_autoptr (PorchShare) open = make_share (PORCH_AUDIENCE_EVERYONE, TRUE, TRUE, 0, hex);
  g_autoptr (PorchShare) over = make_share (PORCH_AUDIENCE_EVERYONE, TRUE, TRUE, -1, hex);

  for (guint i = 0; i < G_N_ELEMENTS (audiences); i++)
    {
      g_autoptr (PorchShare) share = make_share ((PorchAudience) audiences[i], TRUE, TRUE, 0, hex);

      g_assert_false (porch_share_may_open (share, &peer, PORCH_TRUST_TRUSTED, NOW));
    }
  for (guint i = 0; i < G_N_ELEMENTS (trusts); i++)
    g_assert_false (porch_share_may_open (open, &peer, (PorchTrust) trusts[i], NOW));
  g_assert_false (porch_share_may_open (over, &peer, PORCH_TRUST_TRUSTED, NOW));
  g_assert_true (porch_share_may_open (open, &peer, PORCH_TRUST_UNKNOWN, NOW));
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  g_string_append_printf (data, "%s ", pspec->name);
}

static void
test_stored (Fixture *f, gconstpointer data)
{
  const char *selected[] = { f->ben_hex, f->ada_hex, f->ben_hex, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autofree char *id = NULL;
  g_autofree char *real = NULL;
  PorchShare *share = add (f, "Films", NULL, PORCH_AUDIENCE_SELECTED, selected);

  g_assert_cmpstr (porch_share_get_name (share), ==, "Films");
  g_assert_cmpuint (strlen (porch_share_get_id (share)), ==, 16);
  g_assert_cmpuint (g_strv_length ((char **) porch_share_get_selected (share)), ==, 2);
  g_signal_connect (share, "notify", G_CALLBACK (on_notify), seen);
  g_assert_true (porch_share_list_rename (f->list, share, "Movies", &error));
  g_assert_true (porch_share_list_set_note (f->list, share, "old ones", &error));
  g_assert_true (porch_share_list_set_active (f->list, share, FALSE, &error));
  g_assert_true (porch_share_list_set_until (f->list, share, 123, &error));
  g_assert_true (porch_share_list_set_active (f->list, share, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (seen->str, ==, "name note active until ");
  id = g_strdup (porch_share_get_id (share));
  real = g_strdup (porch_share_get_path (share));
  close_list (f);
  open_list (f);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 1);
  share = porch_share_list_lookup (f->list, id);
  g_assert_cmpstr (porch_share_get_name (share), ==, "Movies");
  g_assert_cmpstr (porch_share_get_note (share), ==, "old ones");
  g_assert_cmpstr (porch_share_get_path (share), ==, real);
  g_assert_cmpint (porch_share_get_audience (share), ==, PORCH_AUDIENCE_SELECTED);
  g_assert_cmpuint (g_strv_length ((char **) porch_share_get_selected (share)), ==, 2);
  g_assert_true (g_strv_contains (porch_share_get_selected (share), f->ada_hex));
  g_assert_cmpint (porch_share_get_until (share), ==, 123);
  g_assert_false (porch_share_get_active (share));
  g_assert_true (porch_share_list_remove (f->list, share, &error));
  g_assert_no_error (error);
  g_assert_null (porch_share_list_lookup (f->list, id));
  close_list (f);
  open_list (f);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 0);
}

static void
assert_add_fails (Fixture *f, const char *path, const char *name, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_share_list_add (f->list, path, name, PORCH_AUDIENCE_EVERYONE, NULL, FALSE, &error));
  g_assert_error (error, PORCH_ERROR, code);
  g_assert_cmpuint (strlen (error->message), >, 10);
}

static void
test_bad_input (Fixture *f, gconstpointer data)
{
  g_autofree char *films = g_build_filename (f->home, "Films", NULL);
  g_autofree char *twice = g_build_filename (f->home, "Pictures", "..", "Films", NULL);
  g_autofree char *file = g_build_filename (films, "a.mkv", NULL);
  g_autofree char *absent = g_build_filename (f->home, "absent", NULL);
  g_autofree char *link = g_build_filename (f->root, "link", NULL);
  g_autofree char *pictures = g_build_filename (f->home, "Pictures", NULL);
  g_autoptr (GError) error = NULL;
  const char *no_ids[] = { "abc", NULL };
  PorchShare *share = add (f, "Films", "Films", PORCH_AUDIENCE_EVERYONE, NULL);

  g_assert_cmpint (symlink (films, link), ==, 0);
  assert_add_fails (f, films, NULL, PORCH_ERROR_EXISTS);
  assert_add_fails (f, twice, NULL, PORCH_ERROR_EXISTS);
  assert_add_fails (f, link, NULL, PORCH_ERROR_EXISTS);
  assert_add_fails (f, pictures, "films", PORCH_ERROR_EXISTS);
  assert_add_fails (f, pictures, "a/b", PORCH_ERROR_PATH_REFUSED);
  assert_add_fails (f, pictures, "a:b", PORCH_ERROR_PATH_REFUSED);
  assert_add_fails (f, file, NULL, PORCH_ERROR_INVALID);
  assert_add_fails (f, absent, NULL, PORCH_ERROR_NOT_FOUND);
  assert_add_fails (f, "home/ada", NULL, PORCH_ERROR_INVALID);
  assert_add_fails (f, "", NULL, PORCH_ERROR_INVALID);
  g_assert_null (porch_share_list_add (f->list, pictures, NULL, PORCH_AUDIENCE_SELECTED, no_ids, FALSE, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (porch_share_list_add (f->list, pictures, NULL, (PorchAudience) 9, NULL, FALSE, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (porch_share_list_set_until (f->list, share, -5, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (porch_share_list_set_note (f->list, share, "\xff", &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (porch_share_list_rename (f->list, share, "", &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 1);
  g_assert_cmpstr (porch_share_get_name (share), ==, "Films");
}

static void
test_numbered_names (Fixture *f, gconstpointer data)
{
  static const char *const entries[] = { "x/Films/", "y/Films/", "z/a:b/", NULL };
  g_autofree char *longest = g_strnfill (62, 'x');
  g_autofree char *one = g_strconcat ("1/", longest, "éé", NULL);
  g_autofree char *two = g_strconcat ("2/", longest, "éé", NULL);
  g_autofree char *path_one = g_build_filename (f->home, one, NULL);
  g_autofree char *path_two = g_build_filename (f->home, two, NULL);

  test_tree_fill (f->home, entries);
  g_assert_cmpint (g_mkdir_with_parents (path_one, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (path_two, 0755), ==, 0);
  g_assert_cmpstr (porch_share_get_name (add (f, "Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL)), ==, "Films");
  g_assert_cmpstr (porch_share_get_name (add (f, "x/Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL)), ==, "Films (2)");
  g_assert_cmpstr (porch_share_get_name (add (f, "y/Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL)), ==, "Films (3)");
  g_assert_null (strchr (porch_share_get_name (add (f, "z/a:b", NULL, PORCH_AUDIENCE_EVERYONE, NULL)), ':'));
  g_assert_cmpuint (strlen (porch_share_get_name (add (f, one, NULL, PORCH_AUDIENCE_EVERYONE, NULL))), <=, PORCH_MAX_LABEL);
  g_assert_cmpuint (strlen (porch_share_get_name (add (f, two, NULL, PORCH_AUDIENCE_EVERYONE, NULL))), <=, PORCH_MAX_LABEL);
}

static void
assert_refused (const char *home, const char *path, gboolean refused)
{
  g_autofree char *full = *path == '/' ? g_strdup (path) : g_build_filename (home, path, NULL);
  g_autofree char *reason = porch_share_refusal (full, home);

  if ((reason != NULL) != refused)
    g_error ("%s: %s", full, reason != NULL ? reason : "not refused");
  if (reason != NULL && *path != '/')
    g_assert_cmpuint (strlen (reason), >, 20);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const char *const entries[] = {
    ".ssh/id=key", ".gnupg/private-keys-v1.d/k=key", ".local/share/keyrings/login.keyring=x", ".local/share/porch/key.pem=x",
    ".local/share/games/save=x", ".mozilla/firefox/p/logins.json=x", ".config/chromium/Default/Cookies=x", ".password-store/a=x",
    ".thunderbird/p=x", "Documents/a=x", "Backup/.ssh/id=x", "Backup/Documents/a=x", ".ssh-notes/a=x", NULL,
  };
  static const char *const refused[] = {
    "/", ".", "..", ".ssh", ".gnupg", ".gnupg/private-keys-v1.d", ".local", ".local/share", ".local/share/keyrings",
    ".local/share/porch", ".mozilla", ".mozilla/firefox/p", ".config", ".config/chromium/Default", ".password-store", ".thunderbird",
    "Backup", "/etc", "/etc/ssl", "/proc", "/proc/self", "/sys", "/dev", "/dev/../etc", "/usr", "/var", "Documents/../.ssh", "absent",
    "to-ssh", "to-home", "to-share", "to-root", "moved", "moved/sub",
  };
  static const char *const fine[] = { "Films", "Documents", ".local/share/games", ".ssh-notes", "Backup/Documents", "/usr/share", "/srv", "to-films" };
  g_autofree char *outside = g_build_filename (f->root, "elsewhere", NULL);
  static const char *const moved[] = { "keys/sub/k=x", NULL };
  static const struct { const char *target, *name; } links[] = {
    { ".ssh", "to-ssh" }, { ".", "to-home" }, { ".local/share", "to-share" }, { "/", "to-root" }, { "Films", "to-films" },
    { "../../elsewhere/keys", ".docker" }, { "../../elsewhere/keys", "moved" },
  };

  test_tree_fill (f->home, entries);
  g_assert_cmpint (g_mkdir (outside, 0755), ==, 0);
  test_tree_fill (outside, moved);
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *name = g_build_filename (f->home, links[i].name, NULL);

      g_assert_cmpint (symlink (links[i].target, name), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_refused (f->home, refused[i], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (fine); i++)
    assert_refused (f->home, fine[i], FALSE);
  assert_refused (f->home, outside, TRUE); /* ~/.docker is a link into it */
}

static void
test_override (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_add_fails (f, "/etc", NULL, PORCH_ERROR_PATH_REFUSED);
  g_assert_nonnull (porch_share_list_add (f->list, "/etc", NULL, PORCH_AUDIENCE_TRUSTED, NULL, TRUE, &error));
  g_assert_no_error (error);
}

static void
wait_for_state (PorchShare *share, PorchShareState state)
{
  gint64 end = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (porch_share_get_state (share) != state && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpint (porch_share_get_state (share), ==, state);
}

/* An unplugged disk: the share stays, says so, opens nothing, and is back when its folder is. */
static void
test_missing (Fixture *f, gconstpointer data)
{
  g_autofree char *films = g_build_filename (f->home, "Films", NULL);
  g_autofree char *away = g_build_filename (f->home, "away", NULL);
  static const guint8 secret[32] = { 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchTree) none = NULL;
  g_autoptr (PorchTree) tree = NULL;
  PorchShare *share = add (f, "Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL);

  g_assert_cmpint (g_rename (films, away), ==, 0);
  none = porch_share_open_tree (share, secret, &error);
  g_assert_null (none);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  g_assert_cmpint (porch_share_get_state (share), ==, PORCH_SHARE_MISSING);
  close_list (f);
  open_list (f);
  share = g_list_model_get_item (G_LIST_MODEL (f->list), 0);
  g_object_unref (share);
  wait_for_state (share, PORCH_SHARE_MISSING);
  g_assert_cmpint (g_rename (away, films), ==, 0);
  porch_share_list_check (f->list);
  wait_for_state (share, PORCH_SHARE_OK);
  tree = porch_share_open_tree (share, secret, NULL);
  g_assert_nonnull (tree);
}

static void
test_unreadable (Fixture *f, gconstpointer data)
{
  g_autofree char *films = g_build_filename (f->home, "Films", NULL);
  PorchShare *share;

  if (geteuid () == 0)
    {
      g_test_skip ("to root no permission is closed");
      return;
    }
  share = add (f, "Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL);
  g_assert_cmpint (g_chmod (films, 0), ==, 0);
  porch_share_list_check (f->list);
  wait_for_state (share, PORCH_SHARE_UNREADABLE);
  assert_add_fails (f, films, NULL, PORCH_ERROR_NOT_ALLOWED);
  g_assert_cmpint (g_chmod (films, 0755), ==, 0);
}

/* A disk was mounted exactly at the shared folder; the bare folder below is not what was shared. */
static void
test_bare_mount_point (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (porch_share_look (f->home, FALSE), ==, PORCH_SHARE_OK);
  g_assert_cmpint (porch_share_look (f->home, TRUE), ==, PORCH_SHARE_MISSING);
  g_assert_cmpint (porch_share_look ("/proc", TRUE), ==, PORCH_SHARE_OK);
  g_assert_cmpint (porch_share_look ("/", TRUE), ==, PORCH_SHARE_OK);
}

static void
test_unpaired (Fixture *f, gconstpointer data)
{
  const char *both[] = { f->ada_hex, f->ben_hex, NULL };
  PorchShare *share;

  g_assert_true (porch_trust_table_set (f->trust, &f->ada, PORCH_TRUST_TRUSTED, NULL));
  share = add (f, "Films", NULL, PORCH_AUDIENCE_SELECTED, both);
  g_assert_true (porch_trust_table_set_label (f->trust, &f->ben, "Ben", NULL));
  g_assert_cmpuint (g_strv_length ((char **) porch_share_get_selected (share)), ==, 2); /* never trusted, yet chosen */
  g_assert_true (porch_trust_table_set (f->trust, &f->ada, PORCH_TRUST_UNKNOWN, NULL));
  g_assert_false (g_strv_contains (porch_share_get_selected (share), f->ada_hex));
  g_assert_true (g_strv_contains (porch_share_get_selected (share), f->ben_hex));
  g_assert_true (porch_trust_table_set (f->trust, &f->ben, PORCH_TRUST_BLOCKED, NULL));
  g_assert_true (porch_trust_table_set (f->trust, &f->ben, PORCH_TRUST_UNKNOWN, NULL));
  close_list (f);
  open_list (f);
  share = g_list_model_get_item (G_LIST_MODEL (f->list), 0);
  g_assert_cmpuint (g_strv_length ((char **) porch_share_get_selected (share)), ==, 0);
  g_object_unref (share);
}

static gboolean
write_nonsense (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, data, NULL);
}

/* S20: a row that something else wrote opens nothing. */
static void
test_nonsense (Fixture *f, gconstpointer data)
{
  static const char *const changes[] = {
    "UPDATE share SET audience = 77", "UPDATE share SET audience = -1", "UPDATE share SET audience = 3, active = 9",
    "UPDATE share SET active = 1, until_s = -7", "UPDATE share SET until_s = 0, audience = 'everyone'",
  };
  PorchShare *share = add (f, "Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL);

  g_assert_true (porch_share_may_open (share, &f->ada, PORCH_TRUST_UNKNOWN, NOW));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_assert_true (porch_store_run (f->store, write_nonsense, (gpointer) changes[i], NULL));
      close_list (f);
      open_list (f);
      share = g_list_model_get_item (G_LIST_MODEL (f->list), 0);
      g_assert_false (porch_share_may_open (share, &f->ada, PORCH_TRUST_TRUSTED, NOW));
      g_object_unref (share);
    }
}

static void
test_uploads (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  PorchShare *share = add (f, "Films", NULL, PORCH_AUDIENCE_EVERYONE, NULL);
  PorchDeviceId one = { { 1 } }, two = { { 2 } };
  g_autoptr (GArray) takers = NULL;

  g_signal_connect (share, "notify::uploads", G_CALLBACK (on_notify), seen);
  porch_share_begin_upload (share, &one);
  porch_share_begin_upload (share, &one);
  porch_share_begin_upload (share, &two);
  takers = porch_share_dup_takers (share);
  g_assert_cmpuint (takers->len, ==, 2);
  porch_share_end_upload (share, &one);
  porch_share_end_upload (share, &one);
  g_assert_cmpuint (porch_share_get_uploads (share), ==, 1);
  g_clear_pointer (&takers, g_array_unref);
  takers = porch_share_dup_takers (share);
  g_assert_cmpuint (takers->len, ==, 1);
  g_assert_true (porch_device_id_equal (&g_array_index (takers, PorchDeviceId, 0), &two));
  g_assert_cmpstr (seen->str, ==, "uploads uploads uploads uploads uploads ");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/share/s20-rule", test_rule);
  g_test_add_func ("/share/s20-unknown-values", test_rule_unknown_values);
  ADD ("/share/stored", test_stored);
  ADD ("/share/bad-input", test_bad_input);
  ADD ("/share/numbered-names", test_numbered_names);
  ADD ("/share/refusals", test_refusals);
  ADD ("/share/override", test_override);
  ADD ("/share/missing", test_missing);
  ADD ("/share/unreadable", test_unreadable);
  ADD ("/share/bare-mount-point", test_bare_mount_point);
  ADD ("/share/unpaired", test_unpaired);
  ADD ("/share/s20-nonsense", test_nonsense);
  ADD ("/share/uploads", test_uploads);
  return g_test_run ();
}

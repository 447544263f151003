/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is trusted: what is remembered, that it is on disk, and that a contact stores nothing of a stranger. */
#include "config.h"

#include "identity/porch-trust-table.h"

#include <string.h>

#include "porch-error.h"
#include "test-tree.h"

typedef struct {
  char            *root;
  char            *path;
  PorchStore      *store;
  PorchTrustTable *table;
  PorchDeviceId    ada, ben;
  guint            changes;
  PorchDeviceId    changed;
} Fixture;

static void
on_changed (PorchTrustTable *table, const PorchDeviceId *id, gpointer data)
{
  Fixture *f = data;

  f->changes++;
  f->changed = *id;
}

static void
open_table (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->store = porch_store_new (f->path, NULL, &error);
  g_assert_no_error (error);
  f->table = porch_trust_table_new (f->store, &error);
  g_assert_no_error (error);
  g_signal_connect (f->table, "changed", G_CALLBACK (on_changed), f);
}

static void
close_table (Fixture *f)
{
  g_clear_object (&f->table);
  g_assert_finalize_object (g_steal_pointer (&f->store));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->root = test_tree_new ();
  f->path = g_build_filename (f->root, "porch.db", NULL);
  memset (f->ada.bytes, 0xa1, 32);
  memset (f->ben.bytes, 0xb1, 32);
  open_table (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_table (f);
  g_free (f->path);
  test_tree_remove (f->root);
}

static void
set (Fixture *f, const PorchDeviceId *id, PorchTrust trust)
{
  g_autoptr (GError) error = NULL;

  porch_trust_table_set (f->table, id, trust, &error);
  g_assert_no_error (error);
}

static void
test_trust (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (porch_trust_table_get (f->table, &f->ada), ==, PORCH_TRUST_UNKNOWN);
  set (f, &f->ada, PORCH_TRUST_TRUSTED);
  set (f, &f->ben, PORCH_TRUST_BLOCKED);
  g_assert_cmpuint (f->changes, ==, 2);
  g_assert_true (porch_device_id_equal (&f->changed, &f->ben));
  set (f, &f->ben, PORCH_TRUST_BLOCKED);
  g_assert_cmpuint (f->changes, ==, 2);
  close_table (f);
  open_table (f);
  g_assert_cmpint (porch_trust_table_get (f->table, &f->ada), ==, PORCH_TRUST_TRUSTED);
  g_assert_cmpint (porch_trust_table_get (f->table, &f->ben), ==, PORCH_TRUST_BLOCKED);
}

/* Nothing is left to remember: the row goes, too. */
static void
test_forgotten (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  set (f, &f->ada, PORCH_TRUST_TRUSTED);
  g_assert_true (porch_trust_table_set_label (f->table, &f->ada, "Ada", &error));
  set (f, &f->ada, PORCH_TRUST_UNKNOWN);
  all = porch_trust_table_dup_all (f->table);
  g_assert_cmpuint (all->len, ==, 1);
  g_assert_true (porch_trust_table_set_label (f->table, &f->ada, "", &error));
  after = porch_trust_table_dup_all (f->table);
  g_assert_cmpuint (after->len, ==, 0);
  g_assert_null (porch_trust_table_lookup (f->table, &f->ada));
}

static void
test_labels (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDeviceRecord) record = NULL;

  g_assert_false (porch_trust_table_set_label (f->table, &f->ada, "a/b", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (porch_trust_table_lookup (f->table, &f->ada));
  g_assert_cmpuint (f->changes, ==, 0);
  g_assert_true (porch_trust_table_set_label (f->table, &f->ada, "Ada’s", &error));
  g_assert_cmpuint (f->changes, ==, 1);
  close_table (f);
  open_table (f);
  record = porch_trust_table_lookup (f->table, &f->ada);
  g_assert_cmpstr (record->label, ==, "Ada’s");
  g_assert_cmpint (record->trust, ==, PORCH_TRUST_UNKNOWN);
}

static void
contact (Fixture *f, const PorchDeviceId *id, const char *name, const char *address, guint port)
{
  g_autoptr (GSocketAddress) at = g_inet_socket_address_new_from_string (address, port);

  porch_trust_table_note_contact (f->table, id, name, "laptop", G_INET_SOCKET_ADDRESS (at));
}

/* S11: what a stranger says is stored nowhere; what a known device says changes neither trust nor the user's label. */
static void
test_contact (Fixture *f, gconstpointer data)
{
  g_autoptr (PorchDeviceRecord) record = NULL;
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;

  contact (f, &f->ben, "Ben", "192.168.1.9", 47317);
  g_assert_null (porch_trust_table_lookup (f->table, &f->ben));
  set (f, &f->ada, PORCH_TRUST_TRUSTED);
  g_assert_true (porch_trust_table_set_label (f->table, &f->ada, "My Ada", NULL));
  contact (f, &f->ada, "Ada\nEve", "fe80::1%1", 47317);
  close_table (f);
  open_table (f);
  g_assert_null (porch_trust_table_lookup (f->table, &f->ben));
  record = porch_trust_table_lookup (f->table, &f->ada);
  g_assert_cmpstr (record->label, ==, "My Ada");
  g_assert_nonnull (record->name);
  g_assert_null (strchr (record->name, '\n'));
  g_assert_cmpstr (record->chassis, ==, "laptop");
  g_assert_cmpstr (record->address, ==, "[fe80::1%1]:47317");
  g_assert_cmpint (record->trust, ==, PORCH_TRUST_TRUSTED);
  g_assert_cmpint (record->last_seen, >=, before);
}

static gboolean
is_familiar (Fixture *f, const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  return porch_trust_table_is_familiar_address (f->table, address);
}

static void
test_familiar (Fixture *f, gconstpointer data)
{
  set (f, &f->ada, PORCH_TRUST_TRUSTED);
  set (f, &f->ben, PORCH_TRUST_BLOCKED);
  contact (f, &f->ada, "Ada", "192.168.1.7", 47317);
  contact (f, &f->ada, "Ada", "fe80::7%1", 0);
  contact (f, &f->ben, "Ben", "192.168.1.8", 47317);
  g_assert_true (is_familiar (f, "192.168.1.7"));
  g_assert_true (is_familiar (f, "fe80::7"));
  g_assert_false (is_familiar (f, "192.168.1.8"));
  g_assert_false (is_familiar (f, "192.168.1.70"));
  g_assert_true (porch_trust_table_set_label (f->table, &f->ada, "A", NULL));
  g_assert_true (is_familiar (f, "192.168.1.7"));
  close_table (f);
  open_table (f);
  g_assert_true (is_familiar (f, "192.168.1.7"));
  set (f, &f->ada, PORCH_TRUST_UNKNOWN);
  g_assert_false (is_familiar (f, "192.168.1.7"));
}

static gboolean
forget_address (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "UPDATE device SET last_seen_s = last_seen_s - 90000", NULL);
}

static void
test_familiar_for_a_day (Fixture *f, gconstpointer data)
{
  set (f, &f->ada, PORCH_TRUST_TRUSTED);
  contact (f, &f->ada, "Ada", "192.168.1.7", 47317);
  g_assert_true (porch_store_run (f->store, forget_address, NULL, NULL));
  close_table (f);
  open_table (f);
  g_assert_false (is_familiar (f, "192.168.1.7"));
}

static gboolean
write_nonsense (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "INSERT INTO device (id, trust) VALUES ('zz', 1)", NULL) &&
         porch_sql_exec (db, error, "INSERT INTO device (id, trust) VALUES (?, 7)", "s", data);
}

/* S20: a row that makes no sense gives no right and stops nothing. */
static void
test_nonsense (Fixture *f, gconstpointer data)
{
  g_autofree char *ada = porch_device_id_to_string (&f->ada);

  set (f, &f->ben, PORCH_TRUST_TRUSTED);
  g_assert_true (porch_store_run (f->store, write_nonsense, ada, NULL));
  close_table (f);
  open_table (f);
  g_assert_cmpint (porch_trust_table_get (f->table, &f->ada), ==, PORCH_TRUST_UNKNOWN);
  g_assert_cmpint (porch_trust_table_get (f->table, &f->ben), ==, PORCH_TRUST_TRUSTED);
}

/* What could not be written is not so in memory either. */
static gboolean
break_table (sqlite3 *db, gpointer data, GError **error)
{
  return porch_sql_exec (db, error, "ALTER TABLE device RENAME TO elsewhere", NULL);
}

static void
test_not_stored (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_store_run (f->store, break_table, NULL, NULL));
  g_assert_false (porch_trust_table_set (f->table, &f->ada, PORCH_TRUST_TRUSTED, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_STORE);
  g_assert_cmpint (porch_trust_table_get (f->table, &f->ada), ==, PORCH_TRUST_UNKNOWN);
  g_assert_cmpuint (f->changes, ==, 0);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/trust/trust", test_trust);
  ADD ("/trust/forgotten", test_forgotten);
  ADD ("/trust/labels", test_labels);
  ADD ("/trust/s11-contact", test_contact);
  ADD ("/trust/familiar", test_familiar);
  ADD ("/trust/familiar-for-a-day", test_familiar_for_a_day);
  ADD ("/trust/s20-nonsense", test_nonsense);
  ADD ("/trust/not-stored", test_not_stored);
  return g_test_run ();
}

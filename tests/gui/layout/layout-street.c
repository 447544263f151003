/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "layout-street.h"
#include "porch-bus-names.h"
#include "porch-display.h"
#include "porch-ui-words.h"

#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Names of 63 bytes, the longest that a device can have. */
#define LONG_WORD "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbe"
#define EMOJI "👩‍👩‍👧‍👦🏳️‍🌈👾👾👾👾👾👾👾"
#define ARABIC "حاسوب محمد المحمول في غرفة المعيشة"
#define LONG_NAME "Grandmother Wilhelmina’s very old laptop in the kitchen upstair"
#define LONG_FILE                                                                                                              \
  "2026-05-17 Minutes of the extraordinary general meeting of the allotment association "                                      \
  "Am_Alten_Wasserturm_with_all_attachments_signed_scanned_and_corrected_by_the_treasurer_FINAL_final_v7_really_final (copy "  \
  "3).pdf"

struct _LayoutStreet
{
  GDBusConnection *connection;
  GDBusObjectManagerServer *manager;
  PorchBusDaemon *daemon;
  GHashTable *names;   /* as they are shown */
  GHashTable *special; /* what for → object path */
  guint owned;
  guint n;
};

static const struct
{
  const char *name, *chassis, *trust;
  gboolean online, clash;
  const char *special;
} PEERS[] = {
  { "Ben’s Laptop", "laptop", "trusted", TRUE, FALSE, "trusted" },
  { "Living Room PC", "desktop", "trusted", TRUE, FALSE, NULL },
  { "Attic Server", "server", "trusted", TRUE, FALSE, NULL },
  { "Emre’s Tablet", "tablet", "unknown", TRUE, FALSE, "unknown" },
  { "Mia’s Phone", "handset", "trusted", FALSE, FALSE, "away" },
  { "Ben’s Laptop", "laptop", "unknown", TRUE, TRUE, "false" },
  { LONG_WORD, "laptop", "trusted", TRUE, FALSE, "long" },
  { LONG_NAME, "desktop", "unknown", TRUE, FALSE, NULL },
  { EMOJI, "tablet", "unknown", TRUE, FALSE, "emoji" },
  { ARABIC, "laptop", "trusted", TRUE, FALSE, "arabic" },
  { "Ada\u202es’ Laptop\u2066 \n\t", "laptop", "unknown", TRUE, FALSE, NULL },
  { "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "", "unknown", TRUE, FALSE, NULL },
  { "", "", "unknown", TRUE, FALSE, NULL },
  { "Z͑̈́ͫa̷l͂̓g̴o̷ ̶M̸a̸c̸h̸i̸n̸e", "laptop", "unknown", TRUE, FALSE, NULL },
  { "Noisy Stranger", "laptop", "blocked", TRUE, FALSE, "blocked" },
};

/* What is shown of a name: alone, or cut to what fits into a sentence. */
static const char *
learn (LayoutStreet *street, const char *name)
{
  g_hash_table_add (street->names, porch_display_name (name, 0));
  g_hash_table_add (street->names, porch_ui_words_name (name));
  g_hash_table_add (street->names, porch_ui_words_person (name));
  g_hash_table_add (street->names, porch_display_basename (name));
  g_hash_table_add (street->names, porch_display_path (name));
  return name;
}

gboolean
layout_street_is_name (LayoutStreet *street, const char *text)
{
  return g_hash_table_contains (street->names, text);
}

static char *export(LayoutStreet *street, const char *folder, GDBusInterfaceSkeleton *skeleton)
{
  char *path = g_strdup_printf ("%s%s%u", PORCH_BUS_ROOT_PATH, folder, street->n++);
  g_autoptr (GDBusObjectSkeleton) object = g_dbus_object_skeleton_new (path);

  g_dbus_object_skeleton_add_interface (object, skeleton);
  g_dbus_object_manager_server_export (street->manager, object);
  g_object_unref (skeleton);
  return path;
}

/* --- people --- */

/* An hour ago, but not yesterday: that is said in other words. */
static gint64
earlier_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 day = (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now)) * 60;

  return g_date_time_to_unix (now) - MIN (day, 3600);
}

static void
add_peer (LayoutStreet *street, const char *name, const char *chassis, const char *trust, gboolean online, gboolean clash,
          const char *special)
{
  PorchBusPeer *peer = porch_bus_peer_skeleton_new ();
  const char *addresses[] = { "192.168.178.42:47317", "[fe80::1ff:fe23:4567:890a%wlp0s20f3]:47317", NULL };
  g_autofree char *id = g_strdup_printf ("%064x", 0x7c0de + street->n);
  char *path;

  porch_bus_peer_set_id (peer, id);
  porch_bus_peer_set_name (peer, learn (street, name));
  porch_bus_peer_set_chassis (peer, chassis);
  porch_bus_peer_set_trust (peer, trust);
  porch_bus_peer_set_online (peer, online);
  porch_bus_peer_set_last_seen (peer, earlier_today ());
  porch_bus_peer_set_name_clash (peer, clash);
  porch_bus_peer_set_addresses (peer, addresses);
  path = export(street, "/peers/", G_DBUS_INTERFACE_SKELETON (peer));
  if (special != NULL)
    g_hash_table_insert (street->special, g_strdup (special), path);
  else
    g_free (path);
}

const char *
layout_street_path (LayoutStreet *street, const char *which)
{
  return g_hash_table_lookup (street->special, which);
}

gpointer
layout_street_find (LayoutStreet *street, const char *which)
{
  g_autoptr (GDBusObject) object
      = g_dbus_object_manager_get_object (G_DBUS_OBJECT_MANAGER (street->manager), layout_street_path (street, which));
  GList *interfaces = g_dbus_object_get_interfaces (object);
  gpointer skeleton = interfaces->data; /* the manager keeps it */

  g_list_free_full (interfaces, g_object_unref);
  return skeleton;
}

PorchBusDaemon *
layout_street_get_daemon (LayoutStreet *street)
{
  return street->daemon;
}

static void
add_peers (LayoutStreet *street)
{
  for (guint i = 0; i < G_N_ELEMENTS (PEERS); i++)
    add_peer (street, PEERS[i].name, PEERS[i].chassis, PEERS[i].trust, PEERS[i].online, PEERS[i].clash, PEERS[i].special);
  for (guint i = G_N_ELEMENTS (PEERS); i < 25; i++)
    {
      g_autofree char *name = g_strdup_printf ("Reading Room %u", i);

      add_peer (street, name, "desktop", "unknown", TRUE, FALSE, NULL);
    }
}

/* --- what they ask --- */

static void
add_offer (LayoutStreet *street, const char *from, const char *name, const char *trust, const char *const *names, gint64 files,
           const char *text)
{
  PorchBusOffer *offer = porch_bus_offer_skeleton_new ();

  porch_bus_offer_set_id (offer, "a1b2c3");
  porch_bus_offer_set_peer (offer, layout_street_path (street, from));
  porch_bus_offer_set_peer_name (offer, name);
  porch_bus_offer_set_peer_trust (offer, trust);
  porch_bus_offer_set_kind (offer, text != NULL ? "text" : "files");
  porch_bus_offer_set_names (offer, names);
  porch_bus_offer_set_files (offer, files);
  porch_bus_offer_set_bytes (offer, G_GINT64_CONSTANT (123456789012));
  porch_bus_offer_set_text (offer, text);
  porch_bus_offer_set_state (offer, "pending");
  porch_bus_offer_set_code (offer, g_str_equal (trust, "trusted") ? "" : "471 902");
  porch_bus_offer_set_received (offer, g_get_real_time () / G_USEC_PER_SEC);
  for (guint i = 0; names[i] != NULL; i++)
    learn (street, names[i]);
  g_hash_table_insert (street->special, g_strdup_printf ("offer of %s", from),
                       export(street, "/offers/", G_DBUS_INTERFACE_SKELETON (offer)));
}

static void
add_offers (LayoutStreet *street)
{
  const char *photos[] = { "IMG_2041.jpg", "IMG_2042.jpg", "IMG_2043.jpg", NULL };
  const char *odd[] = { LONG_FILE, EMOJI ".png", "invoice\u202efdp.exe", LONG_WORD LONG_WORD LONG_WORD, ARABIC, NULL };
  const char *none[] = { NULL };
  g_autofree char *line = g_strnfill (1500, 'x');
  g_autofree char *text = g_strdup_printf ("https://example.org/%s\nSee you at eight\n%s", line, line);

  add_offer (street, "unknown", "Emre’s Tablet", "unknown", photos, 3, NULL);
  add_offer (street, "long", LONG_WORD, "trusted", odd, 4711, NULL);
  add_offer (street, "false", "Ben’s Laptop", "unknown", odd, 5, NULL);
  add_offer (street, "trusted", "Ben’s Laptop", "trusted", none, 0, text);
  add_offer (street, "emoji", EMOJI, "unknown", none, 0, text);
}

/* --- transfers --- */

static void
add_transfer (LayoutStreet *street, const char *kind, const char *state, const char *title, const char *peer)
{
  PorchBusTransfer *transfer = porch_bus_transfer_skeleton_new ();
  gboolean failed = g_str_equal (state, "failed") || g_str_equal (state, "stalled");
  gboolean waits = g_str_equal (state, "waiting");
  const char *results[] = { "/home/mia/Downloads/Films", NULL };

  porch_bus_transfer_set_id (transfer, "7");
  porch_bus_transfer_set_kind (transfer, kind);
  porch_bus_transfer_set_title (transfer, learn (street, title));
  porch_bus_transfer_set_peer (transfer, layout_street_path (street, "trusted"));
  porch_bus_transfer_set_peer_name (transfer, peer);
  porch_bus_transfer_set_state (transfer, state);
  porch_bus_transfer_set_bytes_done (transfer, g_str_equal (state, "done") ? 4400000000 : 1200000000);
  porch_bus_transfer_set_bytes_total (transfer, 4400000000);
  porch_bus_transfer_set_files_done (transfer, 411);
  porch_bus_transfer_set_files_total (transfer, 1377);
  porch_bus_transfer_set_rate (transfer, g_str_equal (state, "running") ? 48000000 : 0);
  porch_bus_transfer_set_time_left (transfer, g_str_equal (state, "running") ? 67 : -1);
  porch_bus_transfer_set_queue_position (transfer, g_str_equal (state, "queued") ? 3 : 0);
  porch_bus_transfer_set_code (transfer, waits ? "471 902" : "");
  porch_bus_transfer_set_error_name (transfer, failed ? "io.github.porchshare.Porch.Error.NoSpace" : "");
  porch_bus_transfer_set_error_message (transfer,
                                        failed ? "There is no room for " LONG_FILE
                                                 " in /home/mia/Downloads: 4.4 GB are needed, 1.2 GB are free. Make room."
                                               : "");
  porch_bus_transfer_set_problem_count (transfer, g_str_equal (state, "done") ? 2 : 0);
  porch_bus_transfer_set_problems (transfer,
                                   g_str_equal (state, "done") ? g_variant_new_parsed (
                                       "[(%s, 'It was changed while it was read'), ('b', 'It is no longer there')]", LONG_FILE)
                                                               : g_variant_new_parsed ("@a(ss) []"));
  porch_bus_transfer_set_target (transfer, learn (street, "/home/mia/Downloads"));
  porch_bus_transfer_set_results (transfer, g_str_equal (state, "done") ? results : results + 1);
  porch_bus_transfer_set_created (transfer, g_get_real_time () / G_USEC_PER_SEC - 600);
  porch_bus_transfer_set_finished (transfer, failed || g_str_equal (state, "done") ? g_get_real_time () / G_USEC_PER_SEC : 0);
  g_hash_table_insert (street->special, g_strdup_printf ("%s %s", state, kind),
                       export(street, "/transfers/", G_DBUS_INTERFACE_SKELETON (transfer)));
}

static void
add_transfers (LayoutStreet *street)
{
  const char *states[] = { "queued", "preparing", "waiting", "connecting", "running",   "stalled",
                           "paused", "settling",  "done",    "declined",   "cancelled", "failed" };
  const char *titles[] = { "Films", LONG_FILE, EMOJI ".png", ARABIC, LONG_WORD LONG_WORD LONG_WORD, "3 files" };
  const char *kinds[] = { "download", "receive", "send" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      add_transfer (street, kinds[k], states[i], titles[(i + k) % G_N_ELEMENTS (titles)],
                    (i + k) % 3 ? "Ben’s Laptop" : LONG_WORD);
}

/* --- what is handed out --- */

/* @n of a class, in every state, among them names that nobody would choose. */
static GVariant *
make_receivers (LayoutStreet *street, guint n, gint64 bytes)
{
  const char *names[] = { "Ben’s Laptop", LONG_WORD, "Emre’s Tablet", EMOJI, ARABIC, LONG_NAME };
  const char *states[] = { "running", "done", "waiting", "no-space", "left", "running", "done" };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sssxx)"));
  for (guint i = 0; i < n; i++)
    {
      const char *state = states[i % G_N_ELEMENTS (states)];
      g_autofree char *id = g_strdup_printf ("%064x", 0x51c0de * (i + 1));
      g_autofree char *name = i % 3 == 0 ? g_strdup (names[i / 3 % G_N_ELEMENTS (names)]) : g_strdup_printf ("Reading Room %u", i + 1);

      g_variant_builder_add (&builder, "(sssxx)", id, learn (street, name), state,
                             g_str_equal (state, "done") ? bytes : bytes / (gint64)n * (gint64)i,
                             g_str_equal (state, "no-space") ? G_GINT64_CONSTANT (1234567890) : G_GINT64_CONSTANT (0));
    }
  return g_variant_builder_end (&builder);
}

static void
add_handout (LayoutStreet *street, const char *which, const char *title, const char *state, guint n, gboolean in_room)
{
  const gint64 bytes = G_GINT64_CONSTANT (4400000000);
  PorchBusHandOut *handout = porch_bus_hand_out_skeleton_new ();

  porch_bus_hand_out_set_id (handout, "00112233445566778899aabbccddeeff");
  porch_bus_hand_out_set_title (handout, learn (street, title));
  porch_bus_hand_out_set_number (handout, "482913");
  porch_bus_hand_out_set_state (handout, state);
  porch_bus_hand_out_set_files (handout, 137);
  porch_bus_hand_out_set_bytes (handout, bytes);
  porch_bus_hand_out_set_receivers (handout, make_receivers (street, n, bytes));
  porch_bus_hand_out_set_bytes_done (handout, bytes * n * 6 / 10);
  porch_bus_hand_out_set_bytes_total (handout, bytes * n);
  porch_bus_hand_out_set_rate (handout, 11500000);
  porch_bus_hand_out_set_time_left (handout, in_room ? 0 : 754);
  porch_bus_hand_out_set_in_room (handout, in_room);
  porch_bus_hand_out_set_error_message (handout, g_str_equal (state, "open") ? "" : "12 items can't be read, or their names can't be sent. They are left out.");
  porch_bus_hand_out_set_created (handout, g_get_real_time () / G_USEC_PER_SEC - 600);
  g_hash_table_insert (street->special, g_strdup (which), export(street, "/handouts/", G_DBUS_INTERFACE_SKELETON (handout)));
}

static void
add_handouts (LayoutStreet *street)
{
  add_handout (street, "class", "Lesson 5", "open", 25, FALSE);
  add_handout (street, "nobody yet", LONG_WORD, "open", 0, FALSE);
  add_handout (street, "in the room", ARABIC, "open", 7, TRUE);
  add_handout (street, "ended", "Films", "ended", 3, FALSE);
}

GVariant *
layout_street_found (LayoutStreet *street)
{
  const char *names[] = { "Ben’s Laptop", LONG_WORD };
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (GVariantDict) one = G_VARIANT_DICT_INIT (NULL);
      g_autofree char *id = g_strdup_printf ("%064x", 0x7c0de + i);

      g_variant_dict_insert (&one, "peer", "o", layout_street_path (street, "trusted"));
      g_variant_dict_insert (&one, "peer-name", "s", learn (street, names[i]));
      g_variant_dict_insert (&one, "peer-id", "s", id);
      g_variant_dict_insert (&one, "peer-trust", "s", i == 0 ? "trusted" : "unknown");
      g_variant_dict_insert (&one, "id", "s", "00112233445566778899aabbccddeeff");
      g_variant_dict_insert (&one, "title", "s", learn (street, i == 0 ? "Lesson 5" : LONG_WORD));
      g_variant_dict_insert (&one, "files", "x", G_GINT64_CONSTANT (137));
      g_variant_dict_insert (&one, "bytes", "x", G_GINT64_CONSTANT (4400000000));
      g_variant_dict_insert (&one, "missing", "x", i == 0 ? G_GINT64_CONSTANT (1234567890) : G_GINT64_CONSTANT (0));
      g_variant_builder_add_value (&all, g_variant_dict_end (&one));
    }
  return g_variant_ref_sink (g_variant_builder_end (&all));
}

/* --- folders --- */

static void
add_share (LayoutStreet *street, const char *path, const char *audience, gboolean active, const char *state, guint uploads)
{
  PorchBusShare *share = porch_bus_share_skeleton_new ();
  g_autofree char *name = g_path_get_basename (path);
  char *path_on_bus;
  const char *people[] = { "00", "01", "02", NULL };

  porch_bus_share_set_id (share, "5");
  porch_bus_share_set_name (share, learn (street, name));
  porch_bus_share_set_note (share, "");
  porch_bus_share_set_path (share, learn (street, path));
  porch_bus_share_set_audience (share, audience);
  porch_bus_share_set_selected (share, g_str_equal (audience, "selected") ? people : people + 3);
  porch_bus_share_set_access (share, "read");
  porch_bus_share_set_active (share, active);
  porch_bus_share_set_state (share, state);
  porch_bus_share_set_uploads (share, uploads);
  path_on_bus = export(street, "/shares/", G_DBUS_INTERFACE_SKELETON (share));
  g_hash_table_insert (street->special, g_strdup ("share"), path_on_bus);
}

static void
add_shares (LayoutStreet *street)
{
  add_share (street, "/home/mia/Films", "trusted", TRUE, "ok", 2);
  add_share (street, "/home/mia/" LONG_FILE, "selected", TRUE, "ok", 0);
  add_share (street, "/media/mia/" LONG_WORD "/" LONG_WORD "/" LONG_WORD, "everyone", TRUE, "ok", 17);
  add_share (street, "/home/mia/" EMOJI, "everyone", FALSE, "ok", 0);
  add_share (street, "/media/mia/USB STICK/Music", "trusted", TRUE, "missing", 0);
  add_share (street, "/srv/" ARABIC, "selected", TRUE, "unreadable", 0);
}

void
layout_street_mend_shares (LayoutStreet *street)
{
  GList *objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (street->manager));

  for (GList *l = objects; l != NULL; l = l->next)
    {
      GList *interfaces = g_dbus_object_get_interfaces (l->data);

      if (PORCH_BUS_IS_SHARE (interfaces->data))
        porch_bus_share_set_state (interfaces->data, "ok");
      g_list_free_full (interfaces, g_object_unref);
    }
  g_list_free_full (objects, g_object_unref);
}

static GVariant *
shared_with_us (LayoutStreet *street)
{
  const char *names[] = { "Films", LONG_WORD, EMOJI, ARABIC, "Holiday Photos" };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_variant_builder_add_parsed (
        &builder, "{'id': <'1'>, 'name': <%s>, 'note': <%s>, 'access': <'read'>}", learn (street, names[i]),
        i % 2 ? "" : "Everything that we filmed since the children can walk; the sound of some is missing");
  return g_variant_builder_end (&builder);
}

static gboolean
on_list_shares (PorchBusDaemon *daemon, GDBusMethodInvocation *invocation, const char *peer, LayoutStreet *street)
{
  gboolean trusted = g_strcmp0 (peer, layout_street_path (street, "trusted")) == 0
                     || g_strcmp0 (peer, layout_street_path (street, "long")) == 0;

  porch_bus_daemon_complete_list_shares (daemon, invocation,
                                         trusted ? shared_with_us (street) : g_variant_new ("aa{sv}", NULL));
  return TRUE;
}

static void
write_rows (LayoutStreet *street, int fd)
{
  const char *names[] = { "Crete",
                          "Harz",
                          LONG_FILE,
                          LONG_WORD LONG_WORD LONG_WORD,
                          EMOJI ".jpg",
                          ARABIC ".mkv",
                          "IMG_2041.jpg",
                          "Read me.txt",
                          "no ending",
                          "  blank  .txt",
                          "-rf",
                          "a\\u202eb.jpg",
                          "'; DROP TABLE files;--.sql" };
  g_autoptr (GString) rows = g_string_new (NULL);

  for (guint i = 0; i < 60; i++)
    {
      const char *name = names[i % G_N_ELEMENTS (names)];
      g_autofree char *meant = g_strdup_printf ("%u %s", i, strchr (name, '\\') != NULL ? "a\u202eb.jpg" : name);

      learn (street, meant);
      g_string_append_printf (rows, "{\"n\":\"%u %s\",\"t\":\"%s\",\"s\":%u,\"m\":1790000000000000000,\"v\":\"00\"}\n", i, name,
                              i % 13 < 2 ? "d" : "f", i * i * i * 9973);
    }
  g_string_append (rows, "{\"n\":\"secret\",\"t\":\"!\",\"e\":\"io\"}\n{\"end\":true,\"rows\":61}\n");
  g_assert_cmpint (write (fd, rows->str, rows->len), ==, (gssize)rows->len);
}

#define MANY 100000

/* A pipe holds some hundred of them; the rest goes as they are read. */
static gpointer
write_many (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  FILE *out = fdopen (fd, "w");

  for (guint i = 0; i < MANY; i++)
    fprintf (out, "{\"n\":\"IMG_%06u.jpg\",\"t\":\"f\",\"s\":%u,\"m\":1790000000000000000,\"v\":\"00\"}\n", (i * 7919) % MANY,
             i);
  fprintf (out, "{\"end\":true,\"rows\":%u}\n", MANY);
  fclose (out);
  return NULL;
}

static gboolean
on_list (PorchBusDaemon *daemon, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *peer, const char *share,
         const char *path, GVariant *options, LayoutStreet *street)
{
  g_autoptr (GUnixFDList) out = g_unix_fd_list_new ();
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  if (g_str_has_suffix (path, "Empty"))
    g_assert_cmpint (write (ends[1], "{\"end\":true,\"rows\":0}\n", 22), ==, 22);
  else if (g_str_equal (share, "many"))
    g_thread_unref (g_thread_new ("many", write_many, GINT_TO_POINTER (dup (ends[1]))));
  else
    write_rows (street, ends[1]);
  close (ends[1]);
  porch_bus_daemon_complete_list (daemon, invocation, out, g_variant_new_handle (g_unix_fd_list_append (out, ends[0], NULL)));
  close (ends[0]);
  return TRUE;
}

/* --- the street --- */

static void
add_daemon (LayoutStreet *street)
{
  PorchBusDaemon *daemon = porch_bus_daemon_skeleton_new ();
  g_autoptr (GDBusObjectSkeleton) object = g_dbus_object_skeleton_new (PORCH_BUS_DAEMON_PATH);

  porch_bus_daemon_set_version (daemon, PORCH_VERSION);
  porch_bus_daemon_set_id (daemon, "00");
  porch_bus_daemon_set_name (daemon, learn (street, "Mia’s Laptop"));
  porch_bus_daemon_set_chassis (daemon, "laptop");
  porch_bus_daemon_set_port (daemon, 47317);
  porch_bus_daemon_set_discovery (daemon, "avahi");
  porch_bus_daemon_set_confinement (daemon, "landlock 2");
  porch_bus_daemon_set_visibility (daemon, "visible");
  porch_bus_daemon_set_networks (daemon, g_variant_new_parsed ("[('wlan0', '10.0.0.5', 'School Wi-Fi', true)]"));
  porch_bus_daemon_set_download_folder (daemon, "/home/mia/Downloads");
  porch_bus_daemon_set_max_running (daemon, 3);
  porch_bus_daemon_set_state_folder (daemon, "/home/mia/.local/share/porch");
  g_signal_connect (daemon, "handle-list-shares", G_CALLBACK (on_list_shares), street);
  g_signal_connect (daemon, "handle-list", G_CALLBACK (on_list), street);
  g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (daemon));
  g_dbus_object_manager_server_export (street->manager, object);
  street->daemon = daemon;
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  *(gboolean *)data = TRUE;
}

LayoutStreet *
layout_street_new (void)
{
  LayoutStreet *street = g_new0 (LayoutStreet, 1);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  gboolean acquired = FALSE;

  g_assert_nonnull (address);
  /* A connection of its own: what the window asks goes through the bus. */
  street->connection = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL,
      NULL);
  g_assert_nonnull (street->connection);
  street->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  street->special = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  street->manager = g_dbus_object_manager_server_new (PORCH_BUS_ROOT_PATH);
  learn (street, "Porch");
  add_daemon (street);
  g_dbus_object_manager_server_set_connection (street->manager, street->connection);
  street->owned = g_bus_own_name_on_connection (street->connection, PORCH_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                                on_name_acquired, NULL, &acquired, NULL);
  while (!acquired)
    g_main_context_iteration (NULL, TRUE);
  return street;
}

void
layout_street_hold (LayoutStreet *street, gboolean held)
{
  porch_bus_daemon_set_held (street->daemon, held);
}

void
layout_street_fill (LayoutStreet *street)
{
  porch_bus_daemon_set_name (street->daemon, learn (street, LONG_NAME));
  porch_bus_daemon_set_networks (
      street->daemon, g_variant_new_parsed ("[('wlan0', '10.0.0.5', 'The free Wi-Fi of the Café zum alten Zollhaus', true), "
                                            "('enp3s0', '192.168.178.42', 'Wired', true)]"));
  add_peers (street);
  add_transfers (street);
  add_handouts (street);
  add_shares (street);
}

void
layout_street_ask (LayoutStreet *street)
{
  const char *warnings[]
      = { "The database was damaged and has been set aside as /home/mia/.local/share/porch/porch.db.damaged-20261122; "
          "your friends are still trusted, shared folders must be added again.",
          NULL };
  PorchBusPairing *pairing = porch_bus_pairing_skeleton_new ();

  porch_bus_daemon_set_warnings (street->daemon, warnings);
  add_offers (street);
  porch_bus_pairing_set_peer (pairing, layout_street_path (street, "unknown"));
  porch_bus_pairing_set_peer_name (pairing, LONG_WORD);
  porch_bus_pairing_set_code (pairing, "471 902");
  porch_bus_pairing_set_state (pairing, "comparing");
  g_free (export(street, "/pairings/", G_DBUS_INTERFACE_SKELETON (pairing)));
}

void
layout_street_leave (LayoutStreet *street)
{
  g_clear_handle_id (&street->owned, g_bus_unown_name);
}

void
layout_street_free (LayoutStreet *street)
{
  layout_street_leave (street);
  g_clear_object (&street->daemon);
  g_clear_object (&street->manager);
  g_clear_object (&street->connection);
  g_hash_table_unref (street->names);
  g_hash_table_unref (street->special);
  g_free (street);
}

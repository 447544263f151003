/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-embedded-responder.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "discovery/porch-peer-list-private.h"

#define PROGRAM "porch-mdns"
#define CONTROL_FD 3           /* in the child */
#define MAX_LINE 4096          /* of the child's, which parses strangers' packets: not believed either */
#define MAX_FIELDS 40
#define FIRST_RESTART 1        /* s */
#define LAST_RESTART 60        /* s */
#define HEALTHY 60             /* s after which a crash starts the series anew */
#define DOUBT_TIME 8           /* s that a new child gets to find again what the last one saw */
#define STOP_TIMEOUT 2000      /* ms for its goodbyes */
#define UNRESERVED ":=,~"

struct _PorchEmbeddedResponder {
  PorchResponder parent_instance;

  /* owned */
  PorchPeerList     *peers;
  GSubprocess       *child; /* NULL: waiting to be started again */
  GHashTable        *published; /* ifindex → the line that was sent */
  GHashTable        *browsed;   /* set of ifindex */
  GHashTable        *preferred; /* set of instances that were sent */
  GHashTable        *items;     /* "ifindex protocol instance" → key of the sighting */
  GPtrArray         *doubtful;  /* keys of what a child saw that died; a new one sees again what is still there */
  PorchAnnouncement *announcement;
  GPtrArray         *addresses;
  GArray            *publish_on;
  GArray            *browse_on;
  GString           *input;

  int      fd; /* -1: no child */
  guint    reader;  /* source ids */
  guint    restart;
  guint    stop_timeout;
  guint    doubt;
  guint    delay;   /* s before the next start */
  gint64   started; /* monotonic µs */
  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (PorchEmbeddedResponder, porch_embedded_responder, PORCH_TYPE_RESPONDER)

static void start_child (PorchEmbeddedResponder *self);

/* --- the child --- */

static gboolean
on_doubt (gpointer data)
{
  PorchEmbeddedResponder *self = data;

  self->doubt = 0;
  for (guint i = 0; i < self->doubtful->len; i++)
    porch_responder_unsight (PORCH_RESPONDER (self), self->doubtful->pdata[i]);
  g_ptr_array_set_size (self->doubtful, 0);
  return G_SOURCE_REMOVE;
}

static char *
try_folder (const char *folder)
{
  g_autofree char *beside = g_build_filename (folder, PROGRAM, NULL);
  g_autofree char *built = g_build_filename (folder, "..", "mdns", PROGRAM, NULL); /* in the build tree */

  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_file_test (built, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&built) : NULL;
}

char *
porch_embedded_responder_find_program (void)
{
  const char *folder = g_getenv ("PORCH_LIBEXECDIR");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *own = self ? g_path_get_dirname (self) : NULL;
  char *found = folder ? try_folder (folder) : NULL;

  if (!found && own)
    found = try_folder (own);
  return found ? found : try_folder (PORCH_LIBEXECDIR);
}

static void
forget_child (PorchEmbeddedResponder *self)
{
  GHashTableIter iter;
  gpointer key, value;

  g_clear_handle_id (&self->reader, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_object (&self->child);
  g_hash_table_remove_all (self->published);
  g_hash_table_remove_all (self->browsed);
  g_hash_table_remove_all (self->preferred);
  g_string_truncate (self->input, 0);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_hash_table_iter_steal (&iter);
      g_free (key);
      g_ptr_array_add (self->doubtful, value);
    }
}

static gboolean
on_restart (gpointer data)
{
  PorchEmbeddedResponder *self = data;

  self->restart = 0;
  start_child (self);
  return G_SOURCE_REMOVE;
}

static void
restart_later (PorchEmbeddedResponder *self)
{
  if (self->restart || self->stopping)
    return;
  if (g_get_monotonic_time () - self->started > HEALTHY * G_TIME_SPAN_SECOND)
    self->delay = FIRST_RESTART;
  self->restart = g_timeout_add_seconds (self->delay, on_restart, self);
  self->delay = MIN (self->delay * 2, LAST_RESTART);
}

typedef enum { READ_SOME, READ_NOTHING, READ_END } ReadResult;
static ReadResult read_some (PorchEmbeddedResponder *self);

static void
on_child_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchEmbeddedResponder) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (self->child != G_SUBPROCESS (source))
    return;
  /* Its last words say why. */
  while (self->reader && read_some (self) == READ_SOME)
    ;
  if (!self->stopping)
    g_warning ("porch-mdns ended; discovery starts it again in %u s", self->delay);
  forget_child (self);
  if (self->stopping)
    {
      g_clear_handle_id (&self->stop_timeout, g_source_remove);
      porch_responder_stopped (PORCH_RESPONDER (self));
    }
  else
    restart_later (self);
}

static void
send_line (PorchEmbeddedResponder *self, const char *line)
{
  g_autofree char *with_end = g_strconcat (line, "\n", NULL);
  gsize length = strlen (with_end);

  if (self->fd < 0)
    return;
  /* Its input buffer takes far more than we ever have to say; a child that does not read is broken. */
  if (send (self->fd, with_end, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (gssize) length)
    {
      g_warning ("porch-mdns does not listen");
      g_subprocess_force_exit (self->child); /* its exit does the rest */
    }
}

/* --- what it says --- */

static char *
unescape (const char *field)
{
  g_autoptr (GBytes) bytes = g_uri_unescape_bytes (field, -1, NULL, NULL);
  gsize length = 0;
  const char *data = bytes ? g_bytes_get_data (bytes, &length) : NULL;

  /* A NUL inside makes it no text. */
  return data && !memchr (data, '\0', length) ? g_strndup (data, length) : g_strdup ("");
}

static gboolean
parse_number (const char *text, gint64 max, int *number)
{
  gint64 value;

  if (!g_ascii_string_to_signed (text, 10, 0, max, &value, NULL))
    return FALSE;
  *number = value;
  return TRUE;
}

static char *
item_key (char **fields)
{
  return g_strjoin (" ", fields[1], fields[2], fields[3], NULL);
}

/* (transfer full) (nullable): the sighting that this announcement made. */
static char *
steal_sighting (PorchEmbeddedResponder *self, const char *item)
{
  g_autofree char *key = NULL;
  char *sighting = NULL;

  g_hash_table_steal_extended (self->items, item, (gpointer *) &key, (gpointer *) &sighting);
  return sighting;
}

static void
drop_item (PorchEmbeddedResponder *self, const char *item)
{
  g_autofree char *sighting = steal_sighting (self, item);

  if (sighting)
    porch_responder_unsight (PORCH_RESPONDER (self), sighting);
}

/* found IFINDEX PROTOCOL INSTANCE ADDRESS PORT TXT… */
static gboolean
on_found (PorchEmbeddedResponder *self, char **fields, guint count)
{
  g_autofree char *item = NULL;
  g_autofree char *address = NULL;
  g_autofree char *before = NULL;
  g_auto (GStrv) txt = NULL;
  char *sighting;
  int ifindex, port;

  if (count < 6 || !parse_number (fields[1], G_MAXINT32, &ifindex) || !parse_number (fields[5], 65535, &port))
    return FALSE;
  item = item_key (fields);
  address = unescape (fields[4]);
  txt = g_new0 (char *, count - 6 + 1);
  for (guint i = 6; i < count; i++)
    txt[i - 6] = unescape (fields[i]);
  sighting = porch_responder_sight (PORCH_RESPONDER (self), (const char *const *) txt, ifindex, address, port, FALSE);
  before = steal_sighting (self, item);
  if (sighting)
    g_hash_table_insert (self->items, g_steal_pointer (&item), sighting);
  if (before)
    porch_responder_unsight (PORCH_RESPONDER (self), before);
  return TRUE;
}

static gboolean
on_line (PorchEmbeddedResponder *self, char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", MAX_FIELDS);
  guint count = g_strv_length (fields);

  if (count == 0)
    return FALSE;
  if (g_str_equal (fields[0], "found"))
    return on_found (self, fields, count);
  if (g_str_equal (fields[0], "lost") && count == 4)
    {
      g_autofree char *item = item_key (fields);

      drop_item (self, item);
      return TRUE;
    }
  if (g_str_equal (fields[0], "failed") || g_str_equal (fields[0], "refused"))
    {
      g_autofree char *text = count > 1 ? unescape (fields[1]) : g_strdup ("");
      g_autofree char *shown = g_strescape (text, NULL);

      g_warning ("porch-mdns: %s %s", fields[0][0] == 'f' ? "failed:" : "refused", shown);
      return TRUE;
    }
  return g_str_equal (fields[0], "ready") || g_str_equal (fields[0], "established");
}

static gboolean
take_lines (PorchEmbeddedResponder *self)
{
  char *newline;

  while ((newline = memchr (self->input->str, '\n', self->input->len)))
    {
      gsize used = newline + 1 - self->input->str;

      *newline = '\0';
      if (strlen (self->input->str) + 1 != used || !on_line (self, self->input->str))
        return FALSE;
      g_string_erase (self->input, 0, used);
    }
  return self->input->len < MAX_LINE;
}

static ReadResult
read_some (PorchEmbeddedResponder *self)
{
  char buffer[MAX_LINE];
  gssize n = recv (self->fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return READ_NOTHING;
  if (n <= 0)
    return READ_END;
  g_string_append_len (self->input, buffer, n);
  if (take_lines (self))
    return READ_SOME;
  g_warning ("porch-mdns said something that is not in its protocol");
  if (self->child)
    g_subprocess_force_exit (self->child);
  return READ_END;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  PorchEmbeddedResponder *self = data;

  if (read_some (self) != READ_END)
    return G_SOURCE_CONTINUE;
  self->reader = 0;
  return G_SOURCE_REMOVE;
}

/* --- what is wanted --- */

static void
append_field (GString *line, const char *text)
{
  g_autofree char *escaped = g_uri_escape_string (text, UNRESERVED, FALSE);

  g_string_append_printf (line, " %s", escaped);
}

/* publish IFINDEX PORT INSTANCE HOST ADDRESS[,ADDRESS…] TXT…; (nullable) when the interface has no address */
static char *
dup_publish_line (PorchEmbeddedResponder *self, int ifindex)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *host = g_strdup_printf ("porch-%s", self->announcement->instance);

  for (guint i = 0; i < self->addresses->len; i++)
    {
      const PorchNetworkAddress *address = self->addresses->pdata[i];
      g_autofree char *text = g_inet_address_to_string (address->address);

      if (address->ifindex == ifindex && address->visible)
        g_string_append_printf (list, "%s%s", list->len ? "," : "", text);
    }
  if (list->len == 0)
    return NULL;
  g_string_printf (line, "publish %d %u", ifindex, self->announcement->port);
  append_field (line, self->announcement->instance);
  append_field (line, host);
  append_field (line, list->str);
  for (guint i = 0; self->announcement->txt[i]; i++)
    append_field (line, self->announcement->txt[i]);
  return g_strdup (line->str);
}

static gboolean
has_interface (GArray *interfaces, int ifindex)
{
  for (guint i = 0; i < interfaces->len; i++)
    {
      if (g_array_index (interfaces, int, i) == ifindex)
        return TRUE;
    }
  return FALSE;
}

static void
send_number (PorchEmbeddedResponder *self, const char *command, int ifindex)
{
  g_autofree char *line = g_strdup_printf ("%s %d", command, ifindex);

  send_line (self, line);
}

/* Takes back what is no longer wanted. @wanted NULL: all. */
static void
retract (PorchEmbeddedResponder *self, GHashTable *sent, GArray *wanted, const char *command)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, sent);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (wanted && has_interface (wanted, GPOINTER_TO_INT (key)))
        continue;
      g_hash_table_iter_remove (&iter);
      send_number (self, command, GPOINTER_TO_INT (key));
    }
}

/* Instances of known devices, which the child follows even in a flood of others. */
static void
send_preferred (PorchEmbeddedResponder *self)
{
  GPtrArray *peers = porch_peer_list_get_peers (self->peers);

  for (guint i = 0; i < peers->len; i++)
    {
      PorchPeer *peer = peers->pdata[i];
      g_autofree char *instance = g_strndup (porch_peer_get_key (peer), PORCH_INSTANCE_HEX);
      g_autofree char *line = g_strdup_printf ("prefer %s", instance);

      if (porch_peer_get_state (peer)->known && g_hash_table_add (self->preferred, g_steal_pointer (&instance)))
        send_line (self, line);
    }
}

static void
reconcile (PorchEmbeddedResponder *self)
{
  if (self->fd < 0 || !self->publish_on || self->stopping)
    return;
  send_preferred (self);
  retract (self, self->published, self->announcement ? self->publish_on : NULL, "withdraw");
  retract (self, self->browsed, self->browse_on, "unbrowse");
  for (guint i = 0; i < self->browse_on->len; i++)
    {
      int ifindex = g_array_index (self->browse_on, int, i);

      if (g_hash_table_add (self->browsed, GINT_TO_POINTER (ifindex)))
        send_number (self, "browse", ifindex);
    }
  for (guint i = 0; self->announcement && i < self->publish_on->len; i++)
    {
      gpointer key = GINT_TO_POINTER (g_array_index (self->publish_on, int, i));
      g_autofree char *line = dup_publish_line (self, GPOINTER_TO_INT (key));

      if (!line || g_strcmp0 (line, g_hash_table_lookup (self->published, key)) == 0)
        continue;
      send_line (self, line);
      g_hash_table_insert (self->published, key, g_steal_pointer (&line));
    }
}

static void
porch_embedded_responder_update (PorchResponder *source, const PorchWish *wish)
{
  PorchEmbeddedResponder *self = PORCH_EMBEDDED_RESPONDER (source);

  g_clear_pointer (&self->announcement, porch_announcement_free);
  self->announcement = wish->announcement ? porch_announcement_copy (wish->announcement) : NULL;
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  self->addresses = g_ptr_array_ref (wish->addresses);
  g_clear_pointer (&self->publish_on, g_array_unref);
  g_clear_pointer (&self->browse_on, g_array_unref);
  self->publish_on = porch_wish_get_interfaces (wish, TRUE);
  self->browse_on = porch_wish_get_interfaces (wish, FALSE);
  reconcile (self);
}

static void
start_child (PorchEmbeddedResponder *self)
{
  g_autofree char *program = porch_embedded_responder_find_program ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  int fds[2];

  self->started = g_get_monotonic_time ();
  if (!program || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      if (self->delay == FIRST_RESTART)
        g_warning ("%s is not installed; without it and without Avahi nobody is found but by address", PROGRAM);
      restart_later (self);
      return;
    }
  g_subprocess_launcher_take_fd (launcher, fds[1], CONTROL_FD);
  self->child = g_subprocess_launcher_spawn (launcher, &error, program, NULL);
  if (!self->child)
    {
      g_warning ("%s", error->message);
      close (fds[0]);
      restart_later (self);
      return;
    }
  /* The child has the other end; while we hold a copy its end of file never comes. */
  g_subprocess_launcher_close (launcher);
  self->fd = fds[0];
  self->reader = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP, on_readable, self);
  g_subprocess_wait_async (self->child, NULL, on_child_exited, g_object_ref (self));
  if (self->doubtful->len > 0 && !self->doubt)
    self->doubt = g_timeout_add_seconds (DOUBT_TIME, on_doubt, self);
  reconcile (self);
}

static gboolean
on_stop_timeout (gpointer data)
{
  PorchEmbeddedResponder *self = data;

  self->stop_timeout = 0;
  if (self->child)
    g_subprocess_force_exit (self->child);
  return G_SOURCE_REMOVE;
}

static void
porch_embedded_responder_stop (PorchResponder *source, gboolean at_once)
{
  PorchEmbeddedResponder *self = PORCH_EMBEDDED_RESPONDER (source);

  if (self->stopping)
    return;
  self->stopping = TRUE;
  g_clear_handle_id (&self->restart, g_source_remove);
  send_line (self, "quit");
  if (!self->child || at_once)
    {
      /* It says its goodbyes by itself, whether we are there or not. */
      g_clear_handle_id (&self->reader, g_source_remove);
      porch_responder_stopped (source);
      return;
    }
  self->stop_timeout = g_timeout_add (STOP_TIMEOUT, on_stop_timeout, self);
}

static void
porch_embedded_responder_dispose (GObject *object)
{
  PorchEmbeddedResponder *self = PORCH_EMBEDDED_RESPONDER (object);

  self->stopping = TRUE;
  g_clear_handle_id (&self->reader, g_source_remove);
  g_clear_handle_id (&self->restart, g_source_remove);
  g_clear_handle_id (&self->stop_timeout, g_source_remove);
  g_clear_handle_id (&self->doubt, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_object (&self->child);
  g_clear_object (&self->peers);
  G_OBJECT_CLASS (porch_embedded_responder_parent_class)->dispose (object);
}

static void
porch_embedded_responder_finalize (GObject *object)
{
  PorchEmbeddedResponder *self = PORCH_EMBEDDED_RESPONDER (object);

  g_hash_table_unref (self->published);
  g_hash_table_unref (self->browsed);
  g_hash_table_unref (self->preferred);
  g_hash_table_unref (self->items);
  g_ptr_array_unref (self->doubtful);
  g_string_free (self->input, TRUE);
  g_clear_pointer (&self->announcement, porch_announcement_free);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_clear_pointer (&self->publish_on, g_array_unref);
  g_clear_pointer (&self->browse_on, g_array_unref);
  G_OBJECT_CLASS (porch_embedded_responder_parent_class)->finalize (object);
}

static void
porch_embedded_responder_class_init (PorchEmbeddedResponderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_embedded_responder_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_embedded_responder_finalize;
  PORCH_RESPONDER_CLASS (klass)->update = porch_embedded_responder_update;
  PORCH_RESPONDER_CLASS (klass)->stop = porch_embedded_responder_stop;
}

static void
porch_embedded_responder_init (PorchEmbeddedResponder *self)
{
  self->published = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->browsed = g_hash_table_new (NULL, NULL);
  self->preferred = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->doubtful = g_ptr_array_new_with_free_func (g_free);
  self->input = g_string_new (NULL);
  self->fd = -1;
  self->delay = FIRST_RESTART;
}

PorchResponder *
porch_embedded_responder_new (PorchPeerList *peers)
{
  PorchEmbeddedResponder *self = g_object_new (PORCH_TYPE_EMBEDDED_RESPONDER, NULL);

  porch_responder_setup (PORCH_RESPONDER (self), "embedded", peers);
  self->peers = g_object_ref (peers);
  start_child (self);
  return PORCH_RESPONDER (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accept gate under clients that stall, crowd, vanish or must not come in, with an honest one among them. S14, S18, S27. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "identity/porch-pin-database.h"
#include "test-host.h"
#include "test-hostile.h"

#define GET(path) "GET /porch/v1/" path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define HONEST_SECONDS 2.0 /* 0.2 is what it takes on a quiet machine; it is printed */
#define MEMORY_KIB (32 * 1024)

static PorchIdentity *bob, *eve;

typedef struct
{
  TestHost *host;
  const char *name;
  guint clients;
  guint addresses;
  gboolean hello; /* a real ClientHello first */
  const char *source;
} Crowd;

static double
seconds_since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1e6;
}

/* Valgrind's programs are 20 to 50 times slower: the gate then takes them for stalled. */
static double
patience (void)
{
  const char *preload = g_getenv ("LD_PRELOAD");

  return preload != NULL && strstr (preload, "vgpreload") != NULL ? 30 : 1;
}

/* How long an honest client takes from connecting to its answer; -1: it got none. */
static double
ask_once (TestHost *host, PorchIdentity *who, const char *source)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (TestTls) tls = test_tls_connect (host->port, source, who, NULL);
  g_autoptr (TestAnswer) answer = tls != NULL ? test_tls_ask (tls, GET ("hello")) : NULL;

  return answer != NULL && answer->status == 200 ? seconds_since (start) : -1;
}

/* The same with the tries of a client that doesn't give up at once; the time of all. */
static double
honest (TestHost *host, PorchIdentity *who, const char *source)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 10; i++)
    if (ask_once (host, who, source) >= 0)
      return seconds_since (start) / patience ();
  return -1;
}

/* ---- crowds ---- */

static char *
address_of (guint number, guint addresses)
{
  return addresses > 1 ? g_strdup_printf ("127.0.%u.%u", 3 + number % addresses / 200, 1 + number % addresses % 200) : NULL;
}

static GArray *
gather (Crowd *crowd)
{
  g_autoptr (GBytes) hello = test_client_hello ();
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < crowd->clients; i++)
    {
      g_autofree char *source = address_of (i, crowd->addresses);
      int fd = test_tcp_connect (crowd->host->port, source);

      if (fd < 0)
        continue;
      if (crowd->hello)
        (void)!send (fd, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello), MSG_NOSIGNAL);
      g_array_append_val (fds, fd);
    }
  return fds;
}

static void
disperse (GArray *fds)
{
  for (guint i = 0; i < fds->len; i++)
    close (g_array_index (fds, int, i));
  g_array_unref (fds);
}

static void
meet_crowd (gpointer data)
{
  Crowd *crowd = data;
  gsize before = test_resident ();
  GArray *fds = gather (crowd);
  double worst = 0;

  for (guint i = 0; i < 10; i++)
    {
      double took = honest (crowd->host, bob, crowd->source);

      g_assert_cmpfloat (took, >=, 0);
      worst = MAX (worst, took);
      g_usleep (50 * 1000);
    }
  g_test_message ("%s: honest client %.3f s at worst, resident memory %+zd KiB", crowd->name, worst,
                  (gssize)test_resident () - (gssize)before);
  g_assert_cmpfloat (worst, <, HONEST_SECONDS);
  g_assert_cmpint ((gssize)test_resident () - (gssize)before, <, MEMORY_KIB);
  disperse (fds);
}

static void
test_crowd (gconstpointer data)
{
  Crowd crowd = *(const Crowd *)data;
  g_autoptr (TestHost) host = test_host_new ();

  crowd.host = host;
  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_away (meet_crowd, &crowd);
  g_assert_true (test_host_gets_quiet (host));
}

static const Crowd crowds[] = {
  { .name = "500 silent, one address", .clients = 500, .addresses = 1 },
  { .name = "500 silent, 200 addresses", .clients = 500, .addresses = 200 },
  { .name = "400 stalled after a ClientHello, one address", .clients = 400, .addresses = 1, .hello = TRUE },
  { .name = "400 stalled after a ClientHello, 200 addresses", .clients = 400, .addresses = 200, .hello = TRUE },
  { .name = "400 stalled after a ClientHello, 200 addresses, honest elsewhere",
    .clients = 400,
    .addresses = 200,
    .hello = TRUE,
    .source = "127.0.9.9" },
};

/* A byte a second from each of 500: a ClientHello that never ends. */
static void
trickle (gpointer data)
{
  Crowd *crowd = data;
  GArray *fds = gather (crowd);
  g_autoptr (GBytes) hello = test_client_hello ();
  const char *bytes = g_bytes_get_data (hello, NULL);
  double worst = 0;

  for (guint second = 0; second < 4; second++)
    {
      double took;

      for (guint i = 0; i < fds->len; i++)
        (void)!send (g_array_index (fds, int, i), bytes + second, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
      took = honest (crowd->host, bob, NULL);
      g_assert_cmpfloat (took, >=, 0);
      worst = MAX (worst, took);
      g_usleep (G_USEC_PER_SEC);
    }
  g_test_message ("500 at a byte a second: honest client %.3f s at worst", worst);
  g_assert_cmpfloat (worst, <, HONEST_SECONDS);
  disperse (fds);
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
test_trickle (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  double before = cpu_seconds ();

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_away (trickle, &(Crowd){ .host = host, .clients = 500, .addresses = 1 });
  /* Half a record must not keep the loop busy. */
  g_test_message ("CPU: %.2f s", cpu_seconds () - before);
  g_assert_cmpfloat (cpu_seconds () - before, <, 2.0 * patience ());
}

static void
flood (gpointer data)
{
  Crowd *crowd = data;
  gsize before = test_resident ();
  double worst = 0;

  for (guint round = 0; round < 10; round++)
    {
      GArray *fds = gather (crowd);
      double took = honest (crowd->host, bob, NULL);

      g_assert_cmpfloat (took, >=, 0);
      worst = MAX (worst, took);
      disperse (fds);
    }
  g_test_message ("10,000 half-open: honest client %.3f s at worst, resident memory %+zd KiB", worst,
                  (gssize)test_resident () - (gssize)before);
  g_assert_cmpfloat (worst, <, HONEST_SECONDS);
  g_assert_cmpint ((gssize)test_resident () - (gssize)before, <, MEMORY_KIB);
}

static void
test_flood (void)
{
  g_autoptr (TestHost) host = test_host_new ();

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_away (flood, &(Crowd){ .host = host, .clients = 1000, .addresses = 100 });
}

/* ---- strangers hold all that strangers may ---- */

#define STRANGERS 8
#define EACH 16

static void
crowd_of_strangers (gpointer data)
{
  Crowd *crowd = data;
  TestTls *held[STRANGERS * EACH] = { NULL };
  PorchIdentity *strangers[STRANGERS];
  guint inside = 0;
  gint64 start = g_get_monotonic_time ();
  double took;

  for (guint i = 0; i < STRANGERS; i++)
    {
      g_autofree char *source = g_strdup_printf ("127.0.5.%u", i + 1);

      strangers[i] = test_identity_new ();
      for (guint j = 0; j < EACH; j++)
        {
          TestTls *tls = test_tls_connect (crowd->host->port, source, strangers[i], NULL);

          /* A head that never ends: such a connection is not idle. */
          if (tls != NULL)
            test_tls_write (tls, "GET /porch/v1/hello HT", -1);
          held[i * EACH + j] = tls;
        }
    }
  g_usleep (200 * 1000);
  inside = test_host_counts (crowd->host).open_unknown;
  g_test_message ("%u of %u connections of strangers are in", inside, STRANGERS * EACH);
  /* Heads that are not whole after 10 s are cut, as they should be. */
  if (seconds_since (start) < 8)
    {
      g_assert_cmpuint (inside, ==, 64);
      g_assert_cmpfloat (ask_once (crowd->host, eve, NULL), ==, -1);
    }
  else
    g_test_message ("too slow here to hold them all at once: not checked");
  took = honest (crowd->host, bob, NULL);
  g_assert_cmpfloat (took, >=, 0);
  g_assert_cmpfloat (took, <, HONEST_SECONDS);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    test_tls_free (held[i]);
  for (guint i = 0; i < STRANGERS; i++)
    g_object_unref (strangers[i]);
}

static void
test_strangers (void)
{
  g_autoptr (TestHost) host = test_host_new ();

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_away (crowd_of_strangers, &(Crowd){ .host = host });
  g_assert_true (test_host_gets_quiet (host));
}

/* Idle ones of strangers make room for the next. */
static void
idle_strangers (gpointer data)
{
  Crowd *crowd = data;
  TestTls *held[80] = { NULL };
  PorchIdentity *strangers[5];

  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    {
      g_autofree char *source = g_strdup_printf ("127.0.6.%u", i / 16 + 1);

      if (i % 16 == 0)
        strangers[i / 16] = test_identity_new ();
      held[i] = test_tls_connect (crowd->host->port, source, strangers[i / 16], NULL);
      if (held[i] != NULL)
        test_answer_free (test_tls_ask (held[i], GET ("hello")));
    }
  g_assert_cmpfloat (honest (crowd->host, eve, NULL), >=, 0);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    test_tls_free (held[i]);
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    g_object_unref (strangers[i]);
}

static void
test_idle_strangers (void)
{
  g_autoptr (TestHost) host = test_host_new ();

  test_away (idle_strangers, &(Crowd){ .host = host });
}

/* ---- who does not come in ---- */

static void
assert_outside (TestTls *tls)
{
  g_autoptr (TestAnswer) answer = tls != NULL ? test_tls_ask (tls, GET ("hello")) : NULL;

  g_assert_true (answer == NULL || answer->status == 0);
}

static void
try_to_enter (gpointer data)
{
  Crowd *crowd = data;
  guint16 port = crowd->host->port;
  g_autoptr (TestTls) old = test_tls_connect (port, NULL, bob, TEST_TLS12);
  g_autoptr (TestTls) nameless = test_tls_connect (port, NULL, NULL, NULL);
  g_autoptr (TestTls) blocked = test_tls_connect (port, NULL, eve, NULL);
  int plain = test_tcp_connect (port, NULL);
  char byte;

  g_assert_null (old);
  assert_outside (nameless);
  assert_outside (blocked);
  g_assert_true (send (plain, GET ("hello"), strlen (GET ("hello")), MSG_NOSIGNAL) > 0);
  g_assert_cmpint (recv (plain, &byte, 1, 0), <=, 0);
  close (plain);
  g_assert_cmpfloat (honest (crowd->host, bob, NULL), >=, 0);
}

static void
test_outside (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  PorchGateCounts counts;

  test_host_trust (host, eve, PORCH_TRUST_BLOCKED);
  test_away (try_to_enter, &(Crowd){ .host = host });
  counts = test_host_counts (host);
  g_assert_cmpuint (counts.blocked, ==, 1);
}

/* ---- connections over time ---- */

static const char *const files[] = { "big*67108864", NULL };

static guint
count_shares (TestTls *tls)
{
  g_autoptr (TestAnswer) answer = test_tls_ask (tls, GET ("shares"));

  g_assert_cmpuint (answer->status, ==, 200);
  return strstr (answer->body->str, "\"id\"") != NULL;
}

static void
ask_many_times (gpointer data)
{
  Crowd *crowd = data;
  g_autoptr (TestTls) friend = test_tls_connect (crowd->host->port, NULL, bob, NULL);
  g_autoptr (TestTls) stranger = test_tls_connect (crowd->host->port, NULL, eve, NULL);

  for (guint i = 0; i < 20; i++)
    {
      g_assert_cmpuint (count_shares (friend), ==, 1);
      g_assert_cmpuint (count_shares (stranger), ==, 0);
    }
}

/* The key of the session counts for every request on it. */
static void
test_kept_alive (void)
{
  static const char *const one[] = { "a=b", NULL };
  g_autoptr (TestHost) host = test_host_new ();

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_host_share (host, "Files", PORCH_AUDIENCE_TRUSTED, one);
  test_away (ask_many_times, &(Crowd){ .host = host });
}

typedef struct
{
  TestHost *host;
  PorchShare *share;
  char *request;
  TestTls *tls;
  gsize got;
} Download;

static void
begin_download (gpointer data)
{
  Download *download = data;
  char buffer[65536];

  download->tls = test_tls_connect (download->host->port, NULL, bob, NULL);
  g_assert_nonnull (download->tls);
  g_assert_true (test_tls_write (download->tls, download->request, -1));
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (test_tls_read (download->tls, buffer, sizeof buffer, 5000), >, 0);
}

static void
read_to_end (gpointer data)
{
  Download *download = data;
  char buffer[65536];
  gssize n;

  while ((n = test_tls_read (download->tls, buffer, sizeof buffer, 5000)) > 0)
    download->got += n;
}

static void
read_until_done (gpointer data)
{
  Download *download = data;
  g_autofree char *buffer = g_malloc (1024 * 1024);

  while (download->got < 66 * 1024 * 1024)
    {
      gssize n = test_tls_read (download->tls, buffer, 1024 * 1024, 2000);

      if (n <= 0)
        break;
      download->got += n;
    }
}

static gboolean
no_uploads (gpointer data)
{
  Download *download = data;

  return porch_share_get_uploads (download->share) == 0;
}

static Download
download_new (TestHost *host)
{
  Download download = { .host = host };
  g_autofree char *body = NULL;

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  download.share = test_host_share (host, "Files", PORCH_AUDIENCE_TRUSTED, files);
  body = g_strdup_printf ("{\"share\":\"%s\",\"want\":[{\"p\":\"big\"}]}", porch_share_get_id (download.share));
  download.request
      = g_strdup_printf ("POST /porch/v1/fetch HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", strlen (body), body);
  return download;
}

static void
download_clear (Download *download)
{
  test_tls_free (download->tls);
  g_free (download->request);
}

/* Blocking someone ends what runs, in the middle. */
static void
test_cut (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  Download download = download_new (host);
  gint64 start;

  test_away (begin_download, &download);
  g_assert_cmpuint (porch_share_get_uploads (download.share), ==, 1);
  start = g_get_monotonic_time ();
  test_host_trust (host, bob, PORCH_TRUST_BLOCKED);
  porch_server_cut (host->server, porch_identity_get_id (bob));
  test_away (read_to_end, &download);
  g_assert_true (test_wait (no_uploads, &download, 1000));
  g_test_message ("cut after %.3f s, %zu KiB were still on the way", seconds_since (start), download.got / 1024);
  g_assert_cmpuint (download.got, <, 16 * 1024 * 1024);
  g_assert_true (test_host_gets_quiet (host));
  download_clear (&download);
}

/* S15-like: the reader's computer is gone, or it closes in the middle. Nothing of it stays. */
static void
test_vanish (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  Download download = download_new (host);
  gsize before = 0;

  for (guint i = 0; i < 5; i++)
    {
      test_away (begin_download, &download);
      g_clear_pointer (&download.tls, test_tls_free); /* no goodbye */
      g_assert_true (test_wait (no_uploads, &download, 2000));
      g_assert_true (test_host_gets_quiet (host));
      if (i == 0)
        before = test_resident ();
    }
  g_assert_cmpint ((gssize)test_resident () - (gssize)before, <, 8 * 1024);
  g_free (download.request);
}

/* ---- clients that ask and don't read ---- */

#define READERS 8

typedef struct
{
  Download *download;
  TestTls *tls[READERS];
  double worst;
  gsize grown;
} Sleepers;

static void
sleep_over_answers (gpointer data)
{
  Sleepers *sleepers = data;
  TestHost *host = sleepers->download->host;
  gsize before = test_resident ();

  for (guint i = 0; i < READERS; i++)
    {
      sleepers->tls[i] = test_tls_connect (host->port, NULL, bob, NULL);
      g_assert_true (test_tls_write (sleepers->tls[i], sleepers->download->request, -1));
    }
  for (guint i = 0; i < 10; i++)
    {
      sleepers->worst = MAX (sleepers->worst, honest (host, bob, NULL));
      g_usleep (50 * 1000);
    }
  sleepers->grown = test_resident () - before;
  /* A whole answer at a time in which the client does not read, then closes: closing must not wait for it. */
  for (guint i = 0; i < READERS; i++)
    test_tls_free (sleepers->tls[i]);
}

static void
test_not_reading (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  Download download = download_new (host);
  Sleepers sleepers = { .download = &download };

  test_away (sleep_over_answers, &sleepers);
  g_test_message ("%u clients that don't read: honest client %.3f s at worst, resident memory %+zd KiB", READERS,
                  sleepers.worst, (gssize)sleepers.grown);
  g_assert_cmpfloat (sleepers.worst, <, HONEST_SECONDS);
  /* For each: what libsoup has, what the flow holds, the file thread's block. */
  g_assert_cmpuint (sleepers.grown, <, READERS * 12 * 1024);
  g_assert_true (test_wait (no_uploads, &download, 2000));
  g_assert_true (test_host_gets_quiet (host));
  g_free (download.request);
}

/* How long the main loop is kept from its other work while a client downloads as fast as it can. */
typedef struct
{
  gint64 last;
  gint64 worst;
} Ticker;

static gboolean
on_tick (gpointer data)
{
  Ticker *ticker = data;
  gint64 now = g_get_monotonic_time ();

  ticker->worst = MAX (ticker->worst, now - ticker->last);
  ticker->last = now;
  return G_SOURCE_CONTINUE;
}

static void
test_loop_lives (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  Download download = download_new (host);
  Ticker ticker = { .last = g_get_monotonic_time () };
  guint id = g_timeout_add (1, on_tick, &ticker);
  gint64 start = g_get_monotonic_time ();

  test_away (begin_download, &download);
  test_away (read_until_done, &download);
  g_test_message ("%zu MiB in %.2f s; the main loop was away for %.1f ms at most", download.got >> 20, seconds_since (start),
                  ticker.worst / 1e3);
  g_source_remove (id);
  g_assert_cmpuint (download.got, >, 60 * 1024 * 1024);
  g_assert_cmpint (ticker.worst, <, 500 * 1000);
  download_clear (&download);
}

/* Stopping the server in the middle of an answer. */
static void
test_stop (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  Download download = download_new (host);

  test_away (begin_download, &download);
  porch_server_stop (host->server);
  g_assert_cmpuint (porch_share_get_uploads (download.share), ==, 0);
  test_away (read_to_end, &download);
  g_assert_cmpuint (porch_server_get_port (host->server), ==, 0);
  download_clear (&download);
}

/* ---- which sockets ---- */

static void
add_network (GPtrArray *list, const char *ip, gboolean visible)
{
  PorchNetworkAddress *address = g_new0 (PorchNetworkAddress, 1);

  address->address = g_inet_address_new_from_string (ip);
  address->visible = visible;
  g_ptr_array_add (list, address);
}

static void
free_network (gpointer data)
{
  PorchNetworkAddress *address = data;

  g_object_unref (address->address);
  g_free (address);
}

static gboolean
answers (const char *ip, guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = G_SOCKET_CONNECTABLE (test_address (ip, port));
  g_autoptr (GSocketConnection) connection = g_socket_client_connect (client, address, NULL, NULL);

  return connection != NULL;
}

/* A list of "address visible" pairs; returns the port. */
static guint16
listen_on (TestHost *host, const char *first, const char *second, guint16 port)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_network);
  g_autoptr (GError) error = NULL;

  add_network (list, "127.0.0.9", FALSE);
  if (first != NULL)
    add_network (list, first, TRUE);
  if (second != NULL)
    add_network (list, second, TRUE);
  g_assert_true (porch_server_listen (host->server, list, port, &error));
  g_assert_no_error (error);
  return porch_server_get_port (host->server);
}

/* S14: hidden means that nothing answers; what stays visible keeps its socket and its connections. */
static void
test_listen (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  guint16 port;

  g_assert_true (answers ("127.0.0.1", host->port));
  port = listen_on (host, "127.0.0.1", "127.0.0.2", host->port);
  g_assert_cmpuint (port, ==, host->port);
  g_assert_true (answers ("127.0.0.1", port));
  g_assert_true (answers ("127.0.0.2", port));
  g_assert_false (answers ("127.0.0.9", port));
  listen_on (host, "127.0.0.2", NULL, port);
  g_assert_false (answers ("127.0.0.1", port));
  g_assert_true (answers ("127.0.0.2", port));
  g_assert_cmpuint (listen_on (host, NULL, NULL, port), ==, 0);
  g_assert_false (answers ("127.0.0.2", port));
  g_assert_cmpuint (listen_on (host, "127.0.0.1", "127.0.0.3", port), ==, port);
  g_assert_true (answers ("127.0.0.3", port));
}

/* The wanted port is taken by another program on one of the addresses: the next one, the same for all. */
static void
test_port_taken (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  g_autoptr (GSocket) other = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GSocketAddress) any = G_SOCKET_ADDRESS (test_address ("127.0.0.2", 0));
  g_autoptr (GSocketAddress) bound = NULL;
  guint16 taken, port;

  g_assert_true (g_socket_bind (other, any, FALSE, NULL) && g_socket_listen (other, NULL));
  bound = g_socket_get_local_address (other, NULL);
  taken = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  listen_on (host, NULL, NULL, 0);
  port = listen_on (host, "127.0.0.1", "127.0.0.2", taken);
  g_assert_cmpuint (port, !=, 0);
  g_assert_cmpuint (port, !=, taken);
  g_assert_true (answers ("127.0.0.1", port));
  g_assert_true (answers ("127.0.0.2", port));
  g_assert_false (answers ("127.0.0.1", taken));
}

/* ---- no descriptors left ---- */

static void
wait_a_while (gpointer data)
{
  g_usleep (1500 * 1000);
}

static void
enter_again (gpointer data)
{
  g_assert_cmpfloat (honest (((Crowd *)data)->host, bob, NULL), >=, 0);
}

static void
test_exhausted (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  g_autoptr (GSocketAddress) address = G_SOCKET_ADDRESS (test_address ("127.0.0.1", host->port));
  struct rlimit limit, low;
  int fds[40];
  char native[128];
  double before, spent;
  Crowd crowd = { .host = host };

  g_assert_true (g_socket_address_to_native (address, native, sizeof native, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  getrlimit (RLIMIT_NOFILE, &limit);
  low = limit;
  low.rlim_cur = (rlim_t)fds[G_N_ELEMENTS (fds) - 1] + 8;
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    (void)!connect (fds[i], (struct sockaddr *)native, g_socket_address_get_native_size (address));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  before = cpu_seconds ();
  test_away (wait_a_while, NULL);
  spent = cpu_seconds () - before;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_test_message ("1.5 s without descriptors cost %.3f s of CPU", spent);
  g_assert_cmpfloat (spent, <, 0.5 * patience ());
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  test_away (enter_again, &crowd);
}

int
main (int argc, char **argv)
{
  struct rlimit limit;
  int status;

  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MIN (limit.rlim_max, 4096);
  setrlimit (RLIMIT_NOFILE, &limit);
  bob = test_identity_new ();
  eve = test_identity_new ();
  g_test_add_func ("/gate/outside", test_outside);
  g_test_add_func ("/gate/s14-listen", test_listen);
  g_test_add_func ("/gate/port-taken", test_port_taken);
  g_test_add_func ("/gate/kept-alive", test_kept_alive);
  g_test_add_func ("/gate/cut", test_cut);
  g_test_add_func ("/gate/vanish", test_vanish);
  g_test_add_func ("/gate/stop", test_stop);
  g_test_add_func ("/gate/not-reading", test_not_reading);
  g_test_add_func ("/gate/loop-lives", test_loop_lives);
  for (guint i = 0; i < G_N_ELEMENTS (crowds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gate/s18-crowd-%u", i + 1);

      g_test_add_data_func (path, &crowds[i], test_crowd);
    }
  g_test_add_func ("/gate/s18-trickle", test_trickle);
  g_test_add_func ("/gate/s18-flood", test_flood);
  g_test_add_func ("/gate/strangers", test_strangers);
  g_test_add_func ("/gate/idle-strangers", test_idle_strangers);
  g_test_add_func ("/gate/exhausted", test_exhausted);
  status = g_test_run ();
  g_object_unref (bob);
  g_object_unref (eve);
  return status;
}

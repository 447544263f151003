/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that break rules, from a device that holds a good key: each gets a clean refusal or is cut off, and the server goes
 * on. S17, S20, S22. Runs with fatal criticals: one of those ends the test. */
#include "config.h"

#include <string.h>

#include "identity/porch-pin-database.h"
#include "porch-limits.h"
#include "test-host.h"
#include "test-hostile.h"

static PorchIdentity *bob, *eve;
static const char *const files[] = { "hello.txt=hello", "sub/", NULL };

typedef struct
{
  TestHost *host;
  char *share; /* id: bob may open it, eve may not */
} Case;

#define GET_HELLO "GET /porch/v1/hello HTTP/1.1\r\nHost: x\r\n"

static TestTls *
connect_as (PorchIdentity *who, Case *c)
{
  TestTls *tls = test_tls_connect (c->host->port, NULL, who, NULL);

  g_assert_nonnull (tls);
  return tls;
}

/* A request as it stands; its status, 0 when the connection was cut. */
static guint
status_of (Case *c, const char *raw, gssize length)
{
  g_autoptr (TestTls) tls = connect_as (bob, c);
  g_autoptr (TestAnswer) answer = NULL;

  test_tls_write (tls, raw, length);
  answer = test_tls_read_answer (tls, 3000);
  return answer->status;
}

/* 501: libsoup's own, for a transfer encoding or a version that it does not know. */
static gboolean
is_refusal (guint status)
{
  return status == 0 || (status >= 400 && status <= 499) || status == 501 || status == 505;
}

static void
assert_refused (Case *c, const char *raw)
{
  guint status = status_of (c, raw, -1);

  if (!is_refusal (status))
    g_error ("status %u for: %.60s", status, raw);
}

/* ---- S17 ---- */

static void
ask_malformed (gpointer data)
{
  static const char *const bad[] = {
    /* two meanings */
    GET_HELLO "Host: y\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\n\r\n",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551618\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\n{}",
    "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n{}",
    /* lines */
    "GET /porch/v1/hello HTTP/1.1\nHost: x\n\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: x\r\nX: \x1b[2J\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: x\r\nX: \xff\xfe\r\n\r\n",
    "\r\n\r\nGET /porch/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    /* versions and methods */
    "GET /porch/v1/hello HTTP/1.0\r\nHost: x\r\n\r\n",
    "GET /porch/v1/hello HTTP/0.9\r\nHost: x\r\n\r\n",
    "GET /porch/v1/hello HTTP/2.0\r\nHost: x\r\n\r\n",
    "GET /porch/v1/hello\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n",
    "TRACE /porch/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    "BREW /porch/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET http://127.0.0.1/porch/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET https://127.0.0.1/porch/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET //[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost:\r\n\r\n",
    "GET /porch/v1/hello HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
    /* paths */
    "GET /porch/v1/../v1/nope HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/hello%2f HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/hello/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v2/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/offers/0123456789abcdef0123456789abcdef?wait=26 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/offers/0123456789abcdef0123456789abcdef?wait=x&since=&&&== HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/offers/0123456789abcdef0123456789abcdef?since=99999999999999999999 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /porch/v1/offers/%2e%2e/content HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /porch/v1/offers/0123456789abcdef0123456789abcdef/content?seq=-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "DELETE /porch/v1/offers/0123456789ABCDEF0123456789abcdef HTTP/1.1\r\nHost: x\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (data, bad[i]);
}

/* Range is not ours: whatever it says, the whole answer comes. */
static void
ask_ranges (gpointer data)
{
  static const char *const ranges[] = {
    "bytes=-200", "bytes=5-2", "bytes=0-18446744073709551615", "bytes=0-0", "bytes=-0", "bytes=9999999999-",
    "bytes=a-b",  "bytes=,,,",
  };
  Case *c = data;
  g_autoptr (TestTls) tls = connect_as (bob, c);
  g_autoptr (GString) thousand = g_string_new (GET_HELLO "Range: bytes=0-1");
  TestAnswer *answer;

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autofree char *request = g_strdup_printf (GET_HELLO "Range: %s\r\n\r\n", ranges[i]);

      answer = test_tls_ask (tls, request);
      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_true (g_str_has_prefix (answer->body->str, "{\"v\":1"));
      test_answer_free (answer);
    }
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (thousand, ",%u-%u", i, i + 1);
  g_string_append (thousand, "\r\n\r\n");
  answer = test_tls_ask (tls, thousand->str);
  g_assert_cmpuint (answer->status, ==, 200);
  test_answer_free (answer);
}

static void
ask_too_much (gpointer data)
{
  Case *c = data;
  g_autofree char *megabyte = g_strnfill (1024 * 1024, 'a');
  g_autofree char *line = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", megabyte);
  g_autofree char *header = g_strdup_printf (GET_HELLO "X: %s\r\n\r\n", megabyte);
  g_autofree char *body
      = g_strdup_printf ("POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n%s", megabyte);
  g_autofree char *chunked = g_strdup_printf (
      "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n%s\r\n0\r\n\r\n", megabyte);
  g_autoptr (GString) many = g_string_new (GET_HELLO);

  assert_refused (c, line);
  assert_refused (c, header);
  assert_refused (c, body);
  assert_refused (c, chunked);
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (many, "X%u: y\r\n", i);
  g_string_append (many, "\r\n");
  assert_refused (c, many->str);
}

/* A refusal of a body that is not too long is read as such, and the connection lives on. */
static void
ask_after_refusal (gpointer data)
{
  Case *c = data;
  g_autoptr (TestTls) tls = connect_as (bob, c);
  g_autofree char *rest = g_strnfill (20000, 'a');
  g_autofree char *request
      = g_strdup_printf ("POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n%s", rest);
  g_autoptr (TestAnswer) refused = test_tls_ask (tls, request);
  g_autoptr (TestAnswer) hello = test_tls_ask (tls, GET_HELLO "\r\n");

  g_assert_cmpuint (refused->status, ==, 413);
  g_assert_cmpstr (refused->body->str, ==, "{\"error\":\"too-large\"}");
  g_assert_cmpuint (hello->status, ==, 200);
}

static void
drop_in_handshake (gpointer data)
{
  Case *c = data;
  g_autoptr (GBytes) hello = test_client_hello ();
  gsize length;
  const guint8 *bytes = g_bytes_get_data (hello, &length);

  for (guint i = 0; i < 300; i++)
    {
      int fd = test_tcp_connect (c->host->port, NULL);
      char answer[100];

      g_assert_cmpint (fd, >=, 0);
      (void)!write (fd, bytes, i % 3 == 0 ? length : i % length);
      if (i % 6 == 0)
        (void)!read (fd, answer, sizeof answer);
      close (fd);
    }
}

/* ---- S20, uniform refusals ---- */

static char *
raw_answer (PorchIdentity *who, Case *c, const char *method, const char *path, const char *body)
{
  g_autoptr (TestTls) tls = connect_as (who, c);
  g_autofree char *request
      = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", method, path, strlen (body), body);
  g_autoptr (TestAnswer) answer = test_tls_ask (tls, request);

  return g_strdup_printf ("%s\n%s", answer->head, answer->body->str);
}

static void
ask_uniform (gpointer data)
{
  Case *c = data;
  g_autofree char *exists = g_strdup_printf ("{\"share\":\"%s\",\"path\":\"\",\"deep\":false}", c->share);
  g_autofree char *exists_path = g_strdup_printf ("{\"share\":\"%s\",\"path\":\"hello.txt\",\"deep\":false}", c->share);
  g_autofree char *fetch = g_strdup_printf ("{\"share\":\"%s\",\"want\":[{\"p\":\"hello.txt\"}]}", c->share);
  g_autofree char *expected = raw_answer (eve, c, "GET", "/nothing", "");
  g_autofree char *not_for_her[] = {
    raw_answer (eve, c, "POST", "/porch/v1/list", exists),
    raw_answer (eve, c, "POST", "/porch/v1/list", exists_path),
    raw_answer (eve, c, "POST", "/porch/v1/list", "{\"share\":\"0123456789abcdef\",\"path\":\"\",\"deep\":false}"),
    raw_answer (eve, c, "POST", "/porch/v1/fetch", fetch),
    raw_answer (eve, c, "POST", "/porch/v1/fetch", "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"hello.txt\"}]}"),
    raw_answer (eve, c, "POST", "/porch/v1/layers", fetch),
    raw_answer (eve, c, "POST", "/porch/v1/layers", "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"hello.txt\"}]}"),
    raw_answer (eve, c, "POST", "/porch/v1/list",
                "{\"offer\":\"0123456789abcdef0123456789abcdef\",\"path\":\"\",\"deep\":true}"),
    raw_answer (eve, c, "GET", "/porch/v1/offers/0123456789abcdef0123456789abcdef", ""),
    raw_answer (eve, c, "DELETE", "/porch/v1/offers/0123456789abcdef0123456789abcdef", ""),
    raw_answer (eve, c, "POST", "/porch/v1/offers/0123456789abcdef0123456789abcdef/content?seq=1", "x"),
    raw_answer (eve, c, "GET", "/porch/v1/list", ""),
    raw_answer (bob, c, "POST", "/porch/v1/list", "{\"share\":\"0123456789abcdef\",\"path\":\"\",\"deep\":false}"),
    NULL,
  };

  g_assert_true (g_str_has_prefix (expected, "HTTP/1.1 404"));
  g_assert_true (g_str_has_suffix (expected, "\n{\"error\":\"not-found\"}"));
  for (guint i = 0; not_for_her[i] != NULL; i++)
    {
      g_assert_cmpstr (not_for_her[i], ==, expected);
      g_free (g_steal_pointer (&not_for_her[i]));
    }
}

/* ---- S22 ---- */

static void
assert_body_refused (Case *c, const char *path, const char *body, gssize length)
{
  gsize n = length < 0 ? strlen (body) : (gsize)length;
  g_autoptr (TestTls) tls = connect_as (bob, c);
  g_autofree char *head = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", path, n);
  g_autoptr (TestAnswer) answer = NULL;

  test_tls_write (tls, head, -1);
  test_tls_write (tls, body, n);
  answer = test_tls_read_answer (tls, 5000);
  if (answer->status != 0 && (answer->status < 400 || answer->status > 499))
    g_error ("status %u for %s %.80s", answer->status, path, body);
}

static void
ask_bombs (gpointer data)
{
  static const char *const places[] = { "list", "fetch", "layers", "offers", "pair", "pair/reveal", "pair/confirm" };
  static const char *const bodies[] = {
    "",
    "x",
    "[]",
    "null",
    "7",
    "{}",
    "{\"share\":7}",
    "{\"share\":[]}",
    "{\"share\":\"\"}",
    "{\"share\":\"zz\",\"path\":\"\"}",
    "{\"a\":",
    "\xff",
    "{\"share\":\"0123456789abcdef\",\"offer\":\"0123456789abcdef0123456789abcdef\",\"path\":\"\"}",
    "{\"share\":\"0123456789abcdef\",\"path\":7}",
    "{\"path\":\"\\u0000\",\"share\":\"0123456789abcdef\"}",
    "{\"share\":\"0123456789abcdef\",\"path\":\"../x\"}",
    "{\"share\":\"0123456789abcdef\",\"path\":\"/etc\"}",
    "{\"share\":\"0123456789abcdef\",\"want\":[]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[7]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"\"}]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"a\",\"v\":\"x\"}]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"a\",\"from\":-1}]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"a\",\"from\":9223372036854775807}]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"a\",\"from\":9223372036854775808}]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"a\",\"count\":0}]}",
    "{\"share\":\"0123456789abcdef\",\"want\":[{\"p\":\"a\",\"count\":1e99}]}",
    "{\"commit\":\"00\"}",
    "{\"nonce\":7}",
    "{\"match\":\"yes\"}",
  };
  Case *c = data;
  g_autofree char *deep = g_strnfill (PORCH_MAX_JSON_BODY, '[');
  g_autofree char *objects = g_malloc (PORCH_MAX_JSON_BODY + 1);
  g_autoptr (GString) wants = g_string_new ("{\"share\":\"0123456789abcdef\",\"want\":[");

  for (gsize i = 0; i + 5 <= PORCH_MAX_JSON_BODY; i += 5)
    memcpy (objects + i, "{\"a\":", 5);
  for (guint i = 0; i <= PORCH_MAX_WANT; i++)
    g_string_append (wants, i == 0 ? "{\"p\":\"a\"}" : ",{\"p\":\"a\"}");
  g_string_append (wants, "]}");
  for (guint p = 0; p < G_N_ELEMENTS (places); p++)
    {
      g_autofree char *path = g_strconcat ("/porch/v1/", places[p], NULL);

      for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
        assert_body_refused (c, path, bodies[i], -1);
      assert_body_refused (c, path, deep, PORCH_MAX_JSON_BODY);
      assert_body_refused (c, path, objects, PORCH_MAX_JSON_BODY / 5 * 5);
    }
  assert_body_refused (c, "/porch/v1/fetch", wants->str, wants->len);
}

/* A chunked body without end, to a route that takes little: cut, and nothing of it stays in memory. */
static void
ask_endless (gpointer data)
{
  Case *c = data;
  g_autoptr (TestTls) tls = connect_as (bob, c);
  g_autofree char *chunk = g_strnfill (1024 * 1024, 'a');
  gsize before = test_resident (), most = before;
  guint sent = 0;

  test_tls_write (tls, "POST /porch/v1/goodbye HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", -1);
  while (sent < 300 && test_tls_write (tls, "100000\r\n", -1) && test_tls_write (tls, chunk, 1024 * 1024)
         && test_tls_write (tls, "\r\n", -1))
    {
      sent++;
      most = MAX (most, test_resident ());
    }
  g_test_message ("an endless body: cut after %u MiB, resident memory grew by %zu KiB", sent, most - before);
  g_assert_cmpuint (sent, <, 20);
  g_assert_cmpuint (most - before, <, 16 * 1024);
}

static void
ask_hello_again (gpointer data)
{
  Case *c = data;
  g_autoptr (TestTls) tls = connect_as (bob, c);
  g_autoptr (TestAnswer) answer = test_tls_ask (tls, GET_HELLO "\r\n");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_null (strstr (answer->head, "libsoup"));
}

static void
run (gconstpointer func)
{
  Case c = { .host = test_host_new () };

  test_host_trust (c.host, bob, PORCH_TRUST_TRUSTED);
  c.share = g_strdup (porch_share_get_id (test_host_share (c.host, "Files", PORCH_AUDIENCE_TRUSTED, files)));
  test_away ((TestAwayFunc)func, &c);
  test_away (ask_hello_again, &c);
  g_assert_true (test_host_gets_quiet (c.host));
  g_free (c.share);
  test_host_free (c.host);
}

int
main (int argc, char **argv)
{
  int status;

  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  bob = test_identity_new ();
  eve = test_identity_new ();
  g_test_add_data_func ("/requests/s17-malformed", ask_malformed, run);
  g_test_add_data_func ("/requests/s17-ranges", ask_ranges, run);
  g_test_add_data_func ("/requests/s17-too-much", ask_too_much, run);
  g_test_add_data_func ("/requests/s17-drop-in-handshake", drop_in_handshake, run);
  g_test_add_data_func ("/requests/after-refusal", ask_after_refusal, run);
  g_test_add_data_func ("/requests/s20-uniform", ask_uniform, run);
  g_test_add_data_func ("/requests/s22-bombs", ask_bombs, run);
  g_test_add_data_func ("/requests/s22-endless", ask_endless, run);
  status = g_test_run ();
  g_object_unref (bob);
  g_object_unref (eve);
  return status;
}

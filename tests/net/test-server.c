/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server and its routes, asked by PorchClient and by clients that send what they like. S17, S20, S22. */
#include "config.h"

#include <string.h>

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "test-host.h"
#include "test-hostile.h"
#include "wire/porch-client.h"
#include "wire/porch-frame.h"
#include "wire/porch-json.h"

static PorchIdentity *bob, *eve;
static const char *const files[] = { "hello.txt=hello", "empty=", "big*3000000", "sub/", "sub/deep.txt=deep", NULL };

typedef struct
{
  TestHost *host;
  PorchShare *share;
  const char *text;
} Case;

static PorchClient *
client_of (PorchIdentity *who, TestHost *host)
{
  g_autoptr (GPtrArray) addresses = test_addresses (host->port, 0);

  return porch_client_new (who, porch_identity_get_id (host->identity), addresses, 2, 5);
}

static JsonObject *
json (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = porch_json_parse (text, strlen (text), strlen (text), &error);

  g_assert_no_error (error);
  return object;
}

static char *
read_text (PorchClient *client, const char *path, const char *body, GError **error)
{
  g_autoptr (JsonObject) object = json (body);
  g_autoptr (GInputStream) stream = porch_client_open (client, "POST", path, object, NULL, error);
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[8192];
  gssize n;

  if (stream == NULL)
    return NULL;
  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, error)) > 0)
    g_string_append_len (text, buffer, n);
  return n < 0 ? NULL : g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- hello, shares, list, fetch ---- */

static void
ask_hello (gpointer data)
{
  Case *c = data;
  g_autoptr (PorchClient) client = client_of (eve, c->host);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) hello = porch_client_call (client, "GET", "/porch/v1/hello", NULL, NULL, &error);
  g_autoptr (JsonObject) nothing = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (hello, "v"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (hello, "name"), ==, "Ada");
  g_assert_cmpstr (json_object_get_string_member (hello, "chassis"), ==, "laptop");
  g_assert_cmpint (json_object_get_int_member (hello, "port"), ==, c->host->port);
  nothing = porch_client_call (client, "POST", "/porch/v1/goodbye", nothing, NULL, &error);
  g_assert_no_error (error);
}

static void
test_hello (void)
{
  g_autoptr (TestHost) host = test_host_new ();

  test_away (ask_hello, &(Case){ .host = host });
}

/* What somebody is shown of this device's folders. */
typedef struct
{
  TestHost *host;
  PorchIdentity *who;
  GPtrArray *ids;
} Sight;

static void
ask_sight (gpointer data)
{
  Sight *sight = data;
  g_autoptr (PorchClient) client = client_of (sight->who, sight->host);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = porch_client_call (client, "GET", "/porch/v1/shares", NULL, NULL, &error);
  JsonArray *shares = answer != NULL ? json_object_get_array_member (answer, "shares") : NULL;

  g_assert_no_error (error);
  sight->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < json_array_get_length (shares); i++)
    g_ptr_array_add (sight->ids, g_strdup (json_object_get_string_member (json_array_get_object_element (shares, i), "id")));
}

/* How many folders @who sees; each must be in the list that the person sees, under the audience that was chosen for it. */
static guint
count_in_sight (TestHost *host, PorchIdentity *who, PorchAudience least)
{
  Sight sight = { host, who, NULL };
  g_autoptr (GPtrArray) ids = NULL;

  test_away (ask_sight, &sight);
  ids = sight.ids;
  for (guint i = 0; i < ids->len; i++)
    {
      PorchShare *share = porch_share_list_lookup (host->shares, ids->pdata[i]);

      g_assert_nonnull (share);
      g_assert_true (porch_share_get_active (share));
      g_assert_cmpint (porch_share_get_audience (share), >=, least);
    }
  return ids->len;
}

/* Lawful use (docs/IDEAS.md): of a new device nobody sees a folder, a friend neither; what somebody sees is what a person opened to
 * such as them, and stands in the list on the page Sharing; what is paused there or taken away nobody sees from then on. */
static void
test_nothing_by_default (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  g_autoptr (GError) error = NULL;
  PorchShare *open, *friends;

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (host->shares)), ==, 0);
  g_assert_cmpuint (count_in_sight (host, eve, PORCH_AUDIENCE_EVERYONE), ==, 0);
  g_assert_cmpuint (count_in_sight (host, bob, PORCH_AUDIENCE_TRUSTED), ==, 0);
  friends = test_host_share (host, "Friends", PORCH_AUDIENCE_TRUSTED, files);
  g_assert_cmpuint (count_in_sight (host, eve, PORCH_AUDIENCE_EVERYONE), ==, 0);
  g_assert_cmpuint (count_in_sight (host, bob, PORCH_AUDIENCE_TRUSTED), ==, 1);
  open = test_host_share (host, "Open", PORCH_AUDIENCE_EVERYONE, files);
  g_assert_cmpuint (count_in_sight (host, eve, PORCH_AUDIENCE_EVERYONE), ==, 1);
  g_assert_cmpuint (count_in_sight (host, bob, PORCH_AUDIENCE_TRUSTED), ==, 2);
  g_assert_true (porch_share_list_set_active (host->shares, friends, FALSE, &error));
  g_assert_true (porch_share_list_remove (host->shares, open, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_in_sight (host, eve, PORCH_AUDIENCE_EVERYONE), ==, 0);
  g_assert_cmpuint (count_in_sight (host, bob, PORCH_AUDIENCE_TRUSTED), ==, 0);
}

static void
ask_shares (gpointer data)
{
  Case *c = data;
  g_autoptr (PorchClient) friend = client_of (bob, c->host);
  g_autoptr (PorchClient) stranger = client_of (eve, c->host);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) for_friend = porch_client_call (friend, "GET", "/porch/v1/shares", NULL, NULL, &error);
  g_autoptr (JsonObject) for_stranger = porch_client_call (stranger, "GET", "/porch/v1/shares", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (for_friend, "shares")), ==, 2);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (for_stranger, "shares")), ==, 1);
}

static void
test_shares (void)
{
  g_autoptr (TestHost) host = test_host_new ();

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_host_share (host, "Open", PORCH_AUDIENCE_EVERYONE, files);
  test_host_share (host, "Friends", PORCH_AUDIENCE_TRUSTED, files);
  test_host_share (host, "Nobody", PORCH_AUDIENCE_NOBODY, files);
  test_away (ask_shares, &(Case){ .host = host });
}

static void
ask_list (gpointer data)
{
  Case *c = data;
  g_autoptr (PorchClient) client = client_of (bob, c->host);
  g_autofree char *body = g_strdup_printf ("{\"share\":\"%s\",\"path\":\"\",\"deep\":true}", porch_share_get_id (c->share));
  g_autofree char *missing
      = g_strdup_printf ("{\"share\":\"%s\",\"path\":\"nope\",\"deep\":false}", porch_share_get_id (c->share));
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *rows = read_text (client, "/porch/v1/list", body, &error);

      g_assert_no_error (error);
      g_assert_nonnull (strstr (rows, "\"hello.txt\""));
      g_assert_nonnull (strstr (rows, "\"sub/deep.txt\""));
      g_assert_true (g_str_has_suffix (rows, "{\"end\":true,\"rows\":5}\n"));
    }
  g_assert_null (read_text (client, "/porch/v1/list", missing, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
}

static void
test_list (void)
{
  g_autoptr (TestHost) host = test_host_new ();

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  test_away (ask_list, &(Case){ host, test_host_share (host, "Files", PORCH_AUDIENCE_TRUSTED, files) });
}

/* Concatenates the blocks of all items; checks that the frames end as they should. */
static GByteArray *
fetch_all (PorchClient *client, const char *body, guint *items, GError **error)
{
  g_autoptr (JsonObject) object = json (body);
  g_autoptr (GInputStream) stream = porch_client_open (client, "POST", "/porch/v1/fetch", object, NULL, error);
  g_autoptr (PorchFrameReader) reader = stream != NULL ? porch_frame_reader_new (stream) : NULL;
  GByteArray *bytes = g_byte_array_new ();
  PorchFrame frame = { 0 };

  *items = 0;
  while (reader != NULL && frame.type != PORCH_FRAME_DONE)
    {
      if (!porch_frame_reader_next (reader, &frame, NULL, error))
        break;
      if (frame.type == PORCH_FRAME_BLOCK)
        g_byte_array_append (bytes, frame.data, frame.length);
      *items += frame.type == PORCH_FRAME_END;
    }
  return bytes;
}

static void
ask_fetch (gpointer data)
{
  Case *c = data;
  g_autoptr (PorchClient) client = client_of (bob, c->host);
  g_autofree char *path = g_build_filename (c->host->root, "Files", "big", NULL);
  g_autofree char *body = g_strdup_printf (
      "{\"share\":\"%s\",\"want\":[{\"p\":\"big\"},{\"p\":\"missing\"},{\"p\":\"empty\"}]}", porch_share_get_id (c->share));
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  g_autofree char *expected = NULL;
  gsize length;
  guint items;

  bytes = fetch_all (client, body, &items, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items, ==, 2);
  g_assert_true (g_file_get_contents (path, &expected, &length, NULL));
  g_assert_cmpmem (bytes->data, bytes->len, expected, length);
}

static void
test_fetch (void)
{
  g_autoptr (TestHost) host = test_host_new ();
  Case c = { .host = host };

  test_host_trust (host, bob, PORCH_TRUST_TRUSTED);
  c.share = test_host_share (host, "Files", PORCH_AUDIENCE_TRUSTED, files);
  test_away (ask_fetch, &c);
  g_assert_cmpuint (porch_share_get_uploads (c.share), ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  porch_tls_setup ();
  g_test_init (&argc, &argv, NULL);
  bob = test_identity_new ();
  eve = test_identity_new ();
  g_test_add_func ("/server/hello", test_hello);
  g_test_add_func ("/server/nothing-by-default", test_nothing_by_default);
  g_test_add_func ("/server/shares", test_shares);
  g_test_add_func ("/server/list", test_list);
  g_test_add_func ("/server/fetch", test_fetch);
  status = g_test_run ();
  g_object_unref (bob);
  g_object_unref (eve);
  return status;
}

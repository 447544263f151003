/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may ask: with "trusted only" a stranger's request is refused on its head, before a byte of its body is read. */
#include "config.h"

#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "test-device.h"
#include "test-host.h"
#include "test-hostile.h"
#include "test-tree.h"

#include <string.h>

/* No JSON: whoever reads the body says 400. */
#define NONSENSE(path) "POST /porch/v1/" path " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nnonsense!"
/* Whoever looks at its length says 413. */
#define ENDLESS(path) "POST /porch/v1/" path " HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"

typedef struct {
  guint16        port;
  PorchIdentity *who;
  const char    *head;
  guint          status;
} Asking;

static void
ask (gpointer data)
{
  Asking *asking = data;
  g_autoptr (TestTls) tls = test_tls_connect (asking->port, NULL, asking->who, TEST_TLS13);
  g_autoptr (TestAnswer) answer = NULL;

  g_assert_nonnull (tls);
  g_assert_true (test_tls_write (tls, asking->head, (gssize) strlen (asking->head)));
  answer = test_tls_read_answer (tls, 700);
  asking->status = answer != NULL ? answer->status : 0;
}

static guint
status_of (TestDevice *device, PorchIdentity *who, const char *head)
{
  Asking asking = { device->port, who, head, 0 };

  test_away (ask, &asking);
  return asking.status;
}

static void
test_before_the_body (void)
{
  TestDevice *ada = test_device_new ("Ada", FALSE);
  g_autoptr (PorchIdentity) eve = test_identity_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (status_of (ada, eve, NONSENSE ("offers")), ==, 400);
  g_assert_cmpuint (status_of (ada, eve, ENDLESS ("offers")), ==, 413);
  g_object_set (ada->book, "trusted-only", TRUE, NULL);
  g_assert_cmpuint (status_of (ada, eve, NONSENSE ("offers")), ==, 403);
  g_assert_cmpuint (status_of (ada, eve, ENDLESS ("offers")), ==, 403);
  g_assert_cmpuint (status_of (ada, eve, NONSENSE ("pair")), ==, 403);
  /* What is open to everyone stays so. */
  g_assert_cmpuint (status_of (ada, eve, "GET /porch/v1/shares HTTP/1.1\r\nHost: x\r\n\r\n"), ==, 200);
  porch_trust_table_set (ada->trust, porch_identity_get_id (eve), PORCH_TRUST_TRUSTED, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status_of (ada, eve, NONSENSE ("offers")), ==, 400);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ada->book)), ==, 0);
  test_device_free (ada);
}

/* The one who sends is told why; who had been let in goes on. */
static void
test_words (void)
{
  TestDevice *ada = test_device_new ("Ada", FALSE), *ben = test_device_new ("Ben", FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (ada->shared, "x", NULL);
  const char *paths[] = { path, NULL };
  PorchTransfer *early, *late, *in;

  test_device_meet (ada, ben);
  test_device_meet (ben, ada);
  test_tree_fill (ada->shared, (const char *const[]){ "x=1", NULL });
  early = porch_transfer_queue_send (ada->queue, test_device_id (ben), paths, NULL, &error);
  g_assert_no_error (error);
  test_device_wait_offer (ben, 10);
  g_object_set (ben->book, "trusted-only", TRUE, NULL);
  in = porch_offer_book_accept (ben->book, test_device_wait_offer (ben, 10), NULL, &error);
  g_assert_no_error (error);
  test_device_wait (in, PORCH_TRANSFER_DONE, 10);
  test_device_wait (early, PORCH_TRANSFER_DONE, 10);
  late = porch_transfer_queue_send (ada->queue, test_device_id (ben), paths, NULL, &error);
  test_device_wait (late, PORCH_TRANSFER_FAILED, 10);
  g_assert_error (porch_transfer_get_error (late), PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED);
  g_assert_nonnull (strstr (porch_transfer_get_error (late)->message, "only from people whom they trust"));
  test_device_free (ben);
  test_device_free (ada);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  porch_tls_setup ();
  g_test_add_func ("/asking/before-the-body", test_before_the_body);
  g_test_add_func ("/asking/words", test_words);
  return g_test_run ();
}

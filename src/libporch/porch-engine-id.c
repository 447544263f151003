/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The content id of a file that a peer has: its block hashes come, the root is computed here. A task on Porch's own pool with a client
 * of its own; nothing here touches the engine's parts off the main thread. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "content/porch-hash-tree.h"
#include "porch-engine.h"
#include "porch-error.h"
#include "porch-pool.h"
#include "share/porch-want.h"
#include "wire/porch-client.h"
#include "wire/porch-frame.h"

/* Without a frame for so long (64 MiB of a file are hashed in less) the peer is taken for lost. */
#define SILENCE 15

typedef struct {
  PorchIdentity *identity;
  PorchDeviceId  peer;
  GPtrArray     *addresses;
  char          *share, *path;
} Question;

typedef struct {
  GBytes *id;
  gint64  size;
} Answer;

static void
question_free (Question *self)
{
  g_object_unref (self->identity);
  g_ptr_array_unref (self->addresses);
  g_free (self->share);
  g_free (self->path);
  g_free (self);
}

static void
answer_free (gpointer data)
{
  Answer *self = data;

  g_clear_pointer (&self->id, g_bytes_unref);
  g_free (self);
}

static JsonObject *
make_body (Question *self)
{
  JsonObject *body = json_object_new ();
  JsonArray *wants = json_array_new ();
  g_autoptr (PorchWant) want = porch_want_new (self->path, NULL, 0, G_MAXUINT64);

  json_object_set_string_member (body, "share", self->share);
  json_array_add_object_element (wants, porch_want_to_json (want));
  json_object_set_array_member (body, "want", wants);
  return body;
}

static gboolean
set_broken (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device did not say what is in the file."));
  return FALSE;
}

/* WAIT…, FILE, LAYER…, END; whatever else is no answer to what was asked. */
static gboolean
read_layer (PorchFrameReader *reader, PorchHashBuilder *builder, gint64 *size, GCancellable *cancellable, GError **error)
{
  PorchFrame frame;

  *size = -1;
  for (;;)
    {
      if (!porch_frame_reader_next (reader, &frame, cancellable, error))
        return FALSE;
      if (frame.type == PORCH_FRAME_FILE && *size < 0)
        *size = frame.size;
      else if (frame.type == PORCH_FRAME_LAYER && frame.block == builder->count)
        for (guint i = 0; i < frame.n_hashes; i++)
          porch_hash_builder_add (builder, frame.data + i * PORCH_HASH_SIZE);
      else if (frame.type == PORCH_FRAME_END)
        return builder->count == porch_block_count ((guint64) *size) || set_broken (error);
      else if (frame.type == PORCH_FRAME_ERROR)
        {
          g_set_error_literal (error, PORCH_ERROR, (int) porch_error_from_code (frame.code),
                               _ ("This is not there, can't be read, or is being changed just now."));
          return FALSE;
        }
      else if (frame.type != PORCH_FRAME_WAIT)
        return set_broken (error);
    }
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *self = data;
  GError *error = NULL;
  g_autoptr (PorchClient) client = porch_client_new (self->identity, &self->peer, self->addresses, 1, SILENCE);
  g_autoptr (JsonObject) body = make_body (self);
  g_autoptr (GInputStream) stream = porch_client_open (client, "POST", "/porch/v1/layers", body, cancellable, &error);
  g_autoptr (PorchFrameReader) reader = stream != NULL ? porch_frame_reader_new (stream) : NULL;
  guint8 id[PORCH_HASH_SIZE];
  PorchHashBuilder builder;
  Answer *answer;
  gint64 size;

  porch_hash_builder_init (&builder);
  if (reader == NULL || !read_layer (reader, &builder, &size, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  answer = g_new0 (Answer, 1);
  answer->size = size;
  if (builder.count > 0)
    {
      porch_hash_builder_root (&builder, id);
      answer->id = g_bytes_new (id, sizeof id);
    }
  g_task_return_pointer (task, answer, answer_free);
}

void
porch_engine_content_id_async (PorchEngine *self, PorchPeer *peer, const char *share, const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (peer);
  Question *question;

  g_task_set_source_tag (task, porch_engine_content_id_async);
  if (porch_peer_get_id (peer) == NULL || addresses->len == 0)
    {
      g_task_return_new_error (task, PORCH_ERROR, PORCH_ERROR_UNREACHABLE,
                               _ ("“%s” can't be reached. Check that it is on and on this network."), porch_peer_get_name (peer));
      return;
    }
  question = g_new0 (Question, 1);
  question->identity = g_object_ref (porch_engine_get_identity (self));
  question->peer = *porch_peer_get_id (peer);
  question->addresses = g_steal_pointer (&addresses);
  question->share = g_strdup (share);
  question->path = g_strdup (path);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  porch_pool_run_task (task, work);
}

GBytes *
porch_engine_content_id_finish (PorchEngine *self, GAsyncResult *result, gint64 *size, GError **error)
{
  Answer *answer;
  GBytes *id;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return NULL;
  *size = answer->size;
  id = g_steal_pointer (&answer->id);
  answer_free (answer);
  return id;
}

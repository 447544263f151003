/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-offer-private.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BYTES (G_GINT64_CONSTANT (1) << 60)

struct _PorchOffer
{
  GObject parent_instance;

  /* owned */
  char    *id;
  char   **names;
  char    *text;
  char    *digest;
  char    *transfer;
  char    *tag;
  char    *code;
  char    *address;
  PorchAsk *ask;

  PorchDeviceId   peer;
  gboolean        incoming;
  PorchOfferKind  kind;
  PorchOfferState state;
  gint64          files, bytes;
  gint64          received;
  guint16         port;
  gint64          serial;
  gboolean        quiet;
};

enum { PROP_0, PROP_STATE, PROP_CODE, PROP_QUIET, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchOffer, porch_offer, G_TYPE_OBJECT)

static void
porch_offer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchOffer *self = PORCH_OFFER (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_QUIET:
      g_value_set_boolean (value, self->quiet);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_offer_finalize (GObject *object)
{
  PorchOffer *self = PORCH_OFFER (object);

  g_free (self->id);
  g_strfreev (self->names);
  g_free (self->text);
  g_free (self->digest);
  g_free (self->transfer);
  g_free (self->tag);
  g_free (self->code);
  g_free (self->address);
  g_clear_pointer (&self->ask, porch_ask_unref);
  G_OBJECT_CLASS (porch_offer_parent_class)->finalize (object);
}

static void
porch_offer_class_init (PorchOfferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_offer_get_property;
  object_class->finalize = porch_offer_finalize;
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, PORCH_OFFER_EXPIRED, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_QUIET] = g_param_spec_boolean ("quiet", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_offer_init (PorchOffer *self)
{
  self->received = g_get_real_time () / G_USEC_PER_SEC;
}

static gboolean
set_refused (GError **error, const char *what)
{
  /* Translators: %s says what, in English; it is for bug reports */
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The request can't be read (%s)"), what);
  return FALSE;
}

static gboolean
is_hex (const char *text, gsize bytes)
{
  guint8 buffer[32];

  return text != NULL && bytes <= sizeof buffer && porch_hex_decode (text, buffer, bytes);
}

static gboolean
read_names (PorchOffer *self, JsonObject *body, GError **error)
{
  JsonArray *array = porch_json_get_array (body, "names", PORCH_MAX_OFFER_NAMES, error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (name == NULL || !porch_path_check_name (name, -1, error))
        return error && *error ? FALSE : set_refused (error, "names");
      g_strv_builder_add (builder, name);
    }
  self->names = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_files (PorchOffer *self, JsonObject *body, GError **error)
{
  const char *digest;

  if (!porch_json_get_int (body, "files", 0, PORCH_MAX_ROWS, &self->files, error)
      || !porch_json_get_int (body, "bytes", 0, MAX_BYTES, &self->bytes, error) || !read_names (self, body, error))
    return FALSE;
  digest = porch_json_get_string (body, "digest", 64, error);
  if (digest == NULL)
    return FALSE;
  if (!is_hex (digest, 32) || self->names[0] == NULL)
    return set_refused (error, "digest or names");
  self->digest = g_strdup (digest);
  return TRUE;
}

static gboolean
read_text (PorchOffer *self, JsonObject *body, GError **error)
{
  const char *text = porch_json_get_string (body, "text", PORCH_MAX_TEXT, error);

  if (text == NULL)
    return FALSE;
  if (*text == 0)
    return set_refused (error, "text");
  self->text = g_strdup (text);
  self->names = g_new0 (char *, 1);
  return TRUE;
}

static gboolean
read_body (PorchOffer *self, JsonObject *body, GError **error)
{
  const char *id = porch_json_get_string (body, "id", 32, error);
  const char *kind = id ? porch_json_get_string (body, "kind", 16, error) : NULL;
  const char *tag;

  if (kind == NULL)
    return FALSE;
  if (!is_hex (id, 16))
    return set_refused (error, "id");
  self->id = g_strdup (id);
  self->port = (guint16) porch_json_get_int_or (body, "port", 1024, G_MAXUINT16, 0);
  tag = porch_json_get_optional_string (body, "pair", 16, NULL);
  if (is_hex (tag, 8))
    self->tag = g_strdup (tag);
  self->kind = strcmp (kind, "text") == 0 ? PORCH_OFFER_TEXT : PORCH_OFFER_FILES;
  if (strcmp (kind, "text") != 0 && strcmp (kind, "files") != 0)
    return set_refused (error, "kind");
  return self->kind == PORCH_OFFER_TEXT ? read_text (self, body, error) : read_files (self, body, error);
}

PorchOffer *
porch_offer_new_incoming (const PorchDeviceId *peer, JsonObject *body, const char *address, GError **error)
{
  g_autoptr (PorchOffer) self = g_object_new (PORCH_TYPE_OFFER, NULL);
  g_autoptr (GError) local = NULL;

  self->peer = *peer;
  self->incoming = TRUE;
  self->address = g_strdup (address);
  if (!read_body (self, body, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&self);
}

PorchOffer *
porch_offer_new_outgoing (const PorchDeviceId *peer, const char *id, PorchOfferKind kind, gint64 files, gint64 bytes,
                          const char *const *names, const char *digest, const char *text)
{
  PorchOffer *self = g_object_new (PORCH_TYPE_OFFER, NULL);

  self->peer = *peer;
  self->id = g_strdup (id);
  self->kind = kind;
  self->files = files;
  self->bytes = bytes;
  self->names = names ? g_strdupv ((char **) names) : g_new0 (char *, 1);
  self->digest = g_strdup (digest);
  self->text = g_strdup (text);
  return self;
}

PorchOffer *
porch_offer_new_stored (const PorchDeviceId *peer, gboolean incoming, PorchOfferState state, gint64 received, const char *transfer,
                        const char *json)
{
  g_autoptr (PorchOffer) self = g_object_new (PORCH_TYPE_OFFER, NULL);
  g_autoptr (JsonObject) body = porch_json_parse (json, strlen (json), PORCH_MAX_JSON_BODY, NULL);

  self->peer = *peer;
  self->incoming = incoming;
  self->state = state;
  self->received = received;
  self->transfer = g_strdup (transfer);
  if (body == NULL || !read_body (self, body, NULL))
    return NULL;
  self->address = g_strdup (porch_json_get_optional_string (body, "x-address", 64, NULL));
  return g_steal_pointer (&self);
}

JsonObject *
porch_offer_to_body (PorchOffer *self, guint16 port)
{
  JsonObject *body = json_object_new ();
  JsonArray *names = json_array_new ();

  json_object_set_string_member (body, "id", self->id);
  json_object_set_string_member (body, "kind", self->kind == PORCH_OFFER_TEXT ? "text" : "files");
  json_object_set_int_member (body, "files", self->files);
  json_object_set_int_member (body, "bytes", self->bytes);
  for (guint i = 0; self->names[i]; i++)
    json_array_add_string_element (names, self->names[i]);
  json_object_set_array_member (body, "names", names);
  if (self->digest != NULL)
    json_object_set_string_member (body, "digest", self->digest);
  if (self->text != NULL)
    json_object_set_string_member (body, "text", self->text);
  if (self->tag != NULL)
    json_object_set_string_member (body, "pair", self->tag);
  if (port != 0)
    json_object_set_int_member (body, "port", port);
  return body;
}

char *
porch_offer_to_json (PorchOffer *self)
{
  g_autoptr (JsonObject) body = porch_offer_to_body (self, self->port);

  if (self->address != NULL)
    json_object_set_string_member (body, "x-address", self->address);
  return porch_json_to_string (body);
}

/* The port and the code's tag may be other ones when it is sent again. */
gboolean
porch_offer_is_same (PorchOffer *self, PorchOffer *other)
{
  return self->kind == other->kind && self->files == other->files && self->bytes == other->bytes
         && g_strcmp0 (self->digest, other->digest) == 0 && g_strcmp0 (self->text, other->text) == 0
         && g_strv_equal ((const char *const *) self->names, (const char *const *) other->names);
}

void
porch_offer_set_state (PorchOffer *self, PorchOfferState state)
{
  if (self->state == state)
    return;
  self->state = state;
  self->serial++;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
porch_offer_set_code (PorchOffer *self, const char *tag, const char *code)
{
  if (tag != self->tag)
    {
      g_free (self->tag);
      self->tag = g_strdup (tag);
    }
  if (g_strcmp0 (self->code, code) == 0)
    return;
  g_free (self->code);
  self->code = g_strdup (code);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CODE]);
}

const char *
porch_offer_get_tag (PorchOffer *self)
{
  return self->tag;
}

const char *
porch_offer_get_address (PorchOffer *self)
{
  return self->address;
}

guint16
porch_offer_get_port (PorchOffer *self)
{
  return self->port;
}

void
porch_offer_set_transfer (PorchOffer *self, const char *transfer)
{
  g_free (self->transfer);
  self->transfer = g_strdup (transfer);
}

gboolean
porch_offer_is_open (PorchOffer *self)
{
  return self->state == PORCH_OFFER_PENDING || self->state == PORCH_OFFER_ACCEPTED;
}

gint64
porch_offer_get_serial (PorchOffer *self)
{
  return self->serial;
}

void
porch_offer_touch (PorchOffer *self)
{
  self->serial++;
}

PorchAsk *
porch_offer_get_ask (PorchOffer *self)
{
  return self->ask;
}

void
porch_offer_set_ask (PorchOffer *self, PorchAsk *ask)
{
  g_clear_pointer (&self->ask, porch_ask_unref);
  self->ask = ask;
}

const char *
porch_offer_state_to_string (PorchOfferState state)
{
  static const char *const names[] = { "pending", "accepted", "declined", "done", "failed", "withdrawn", "expired" };

  return (guint) state < G_N_ELEMENTS (names) ? names[state] : "failed";
}

const char *
porch_offer_get_id (PorchOffer *self)
{
  return self->id;
}

const PorchDeviceId *
porch_offer_get_peer (PorchOffer *self)
{
  return &self->peer;
}

gboolean
porch_offer_is_incoming (PorchOffer *self)
{
  return self->incoming;
}

PorchOfferKind
porch_offer_get_kind (PorchOffer *self)
{
  return self->kind;
}

PorchOfferState
porch_offer_get_state (PorchOffer *self)
{
  return self->state;
}

gint64
porch_offer_get_files (PorchOffer *self)
{
  return self->files;
}

gint64
porch_offer_get_bytes (PorchOffer *self)
{
  return self->bytes;
}

const char *const *
porch_offer_get_names (PorchOffer *self)
{
  return (const char *const *) self->names;
}

const char *
porch_offer_get_text (PorchOffer *self)
{
  return self->text;
}

const char *
porch_offer_get_digest (PorchOffer *self)
{
  return self->digest;
}

const char *
porch_offer_get_code (PorchOffer *self)
{
  return self->code;
}

gint64
porch_offer_get_received (PorchOffer *self)
{
  return self->received;
}

const char *
porch_offer_get_transfer (PorchOffer *self)
{
  return self->transfer;
}

gboolean
porch_offer_get_quiet (PorchOffer *self)
{
  return self->quiet;
}

void
porch_offer_set_quiet (PorchOffer *self, gboolean quiet)
{
  if (self->quiet == !!quiet)
    return;
  self->quiet = !!quiet;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_QUIET]);
}

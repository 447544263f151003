/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-pairing-private.h"

struct _PorchPairing {
  GObject           parent_instance;
  PorchDeviceId     peer;
  char             *key; /* owned; first 32 hex digits of the peer's id */
  gboolean          initiator;
  PorchPairingState state;
  char             *code;  /* owned */
  GError           *error; /* owned */

  /* borrowed: the desk, until it is gone */
  PorchPairingDecided   decided;
  PorchPairingCancelled cancelled;
  gpointer              desk;
};

enum { PROP_PEER = 1, PROP_STATE, PROP_CODE, PROP_INITIATOR, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchPairing, porch_pairing, G_TYPE_OBJECT)

static void
porch_pairing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchPairing *self = PORCH_PAIRING (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, self->key);
      break;
    case PROP_STATE:
      g_value_set_int (value, (gint) self->state);
      break;
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_INITIATOR:
      g_value_set_boolean (value, self->initiator);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_pairing_finalize (GObject *object)
{
  PorchPairing *self = PORCH_PAIRING (object);

  g_free (self->key);
  g_free (self->code);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (porch_pairing_parent_class)->finalize (object);
}

static void
porch_pairing_class_init (PorchPairingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = porch_pairing_get_property;
  object_class->finalize = porch_pairing_finalize;
  props[PROP_PEER] = g_param_spec_string ("peer", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, PORCH_PAIRING_STARTING, PORCH_PAIRING_FAILED, 0, flags);
  props[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL, flags);
  props[PROP_INITIATOR] = g_param_spec_boolean ("initiator", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_pairing_init (PorchPairing *self)
{
}

PorchPairing *
porch_pairing_new (const PorchDeviceId *peer, gboolean initiator)
{
  PorchPairing *self = g_object_new (PORCH_TYPE_PAIRING, NULL);

  self->peer = *peer;
  self->key = porch_device_id_short (peer, 32);
  self->initiator = initiator;
  return self;
}

void
porch_pairing_attach (PorchPairing *self, PorchPairingDecided decided, PorchPairingCancelled cancelled, gpointer desk)
{
  self->decided = decided;
  self->cancelled = cancelled;
  self->desk = desk;
}

void
porch_pairing_set_code (PorchPairing *self, const char *code)
{
  g_free (self->code);
  self->code = g_strdup (code);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CODE]);
}

void
porch_pairing_set_state (PorchPairing *self, PorchPairingState state, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
porch_pairing_become_responder (PorchPairing *self)
{
  self->initiator = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_INITIATOR]);
}

gboolean
porch_pairing_is_live (PorchPairing *self)
{
  return self->state == PORCH_PAIRING_STARTING || self->state == PORCH_PAIRING_COMPARING || self->state == PORCH_PAIRING_WAITING;
}

const PorchDeviceId *
porch_pairing_get_peer (PorchPairing *self)
{
  return &self->peer;
}

PorchPairingState
porch_pairing_get_state (PorchPairing *self)
{
  return self->state;
}

const char *
porch_pairing_get_code (PorchPairing *self)
{
  return self->code;
}

gboolean
porch_pairing_is_initiator (PorchPairing *self)
{
  return self->initiator;
}

const GError *
porch_pairing_get_error (PorchPairing *self)
{
  return self->error;
}

/**
 * porch_pairing_confirm:
 * @match: whether this side's person says that both screens show the same code
 *
 * Only while the code is being compared; a late or repeated answer does nothing.
 */
void
porch_pairing_confirm (PorchPairing *self, gboolean match)
{
  if (self->state == PORCH_PAIRING_COMPARING && self->decided != NULL)
    self->decided (self, match, self->desk);
}

/**
 * porch_pairing_cancel:
 *
 * This side's person gives up. Nothing is trusted on either side; one that is over stays as it is.
 */
void
porch_pairing_cancel (PorchPairing *self)
{
  if (porch_pairing_is_live (self) && self->cancelled != NULL)
    self->cancelled (self, self->desk);
}

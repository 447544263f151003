/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-flow.h"

#include "porch-error.h"

#include <glib/gi18n-lib.h>

/* What the consumer asked to be called with. The queue holds one reference and each source that is under way another. */
typedef struct {
  gatomicrefcount refs;
  GMainContext   *context;
  GSourceFunc     func;
  gpointer        data;
  GDestroyNotify  notify;
} Ready;

struct _PorchFlow {
  gatomicrefcount refs;
  gsize           max_bytes;
  GMutex          lock;
  GCond           room; /* the producer waits */
  GCond           more; /* the consumer waits */

  /* guarded by lock */
  GQueue    items;
  gsize     bytes;
  gboolean  finished;
  gboolean  closed;
  gboolean  armed; /* the consumer saw EMPTY: wake it at the next change */
  GError   *error;
  Ready    *ready;
  gboolean  full;       /* a producer that does not wait saw it full: tell it when there is room */
  Ready    *room_ready; /* whom to tell */
};

static void
ready_unref (gpointer data)
{
  Ready *ready = data;

  if (!g_atomic_ref_count_dec (&ready->refs))
    return;
  if (ready->notify)
    ready->notify (ready->data);
  g_clear_pointer (&ready->context, g_main_context_unref);
  g_free (ready);
}

/**
 * porch_flow_new:
 * @max_bytes: the producer waits while so much is queued
 *
 * Returns: (transfer full): a flow with one reference; producer and consumer each hold one
 */
PorchFlow *
porch_flow_new (gsize max_bytes)
{
  PorchFlow *self = g_new0 (PorchFlow, 1);

  g_atomic_ref_count_init (&self->refs);
  self->max_bytes = max_bytes;
  g_mutex_init (&self->lock);
  g_cond_init (&self->room);
  g_cond_init (&self->more);
  g_queue_init (&self->items);
  return self;
}

PorchFlow *
porch_flow_ref (PorchFlow *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_flow_unref (PorchFlow *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->items, (GDestroyNotify) g_bytes_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->ready, ready_unref);
  g_clear_pointer (&self->room_ready, ready_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->room);
  g_cond_clear (&self->more);
  g_free (self);
}

typedef struct {
  PorchFlow *flow;
  Ready     *ready;
} Wakeup;

static void
wakeup_free (gpointer data)
{
  Wakeup *wakeup = data;

  ready_unref (wakeup->ready);
  porch_flow_unref (wakeup->flow);
  g_free (wakeup);
}

static gboolean
on_wakeup (gpointer data)
{
  Wakeup *wakeup = data;
  gboolean current;

  g_mutex_lock (&wakeup->flow->lock);
  current = (wakeup->flow->ready == wakeup->ready && !wakeup->flow->closed) || wakeup->flow->room_ready == wakeup->ready;
  g_mutex_unlock (&wakeup->flow->lock);
  /* Closed or given another callback since: whoever was to be called has gone. */
  if (current)
    wakeup->ready->func (wakeup->ready->data);
  return G_SOURCE_REMOVE;
}

/* With the lock held. */
static void
wake_up (PorchFlow *self, Ready *ready)
{
  GSource *source = g_idle_source_new ();
  Wakeup *wakeup = g_new0 (Wakeup, 1);

  wakeup->flow = porch_flow_ref (self);
  g_atomic_ref_count_inc (&ready->refs);
  wakeup->ready = ready;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_wakeup, wakeup, wakeup_free);
  g_source_set_static_name (source, "porch-flow");
  g_source_attach (source, ready->context);
  g_source_unref (source);
}

/* With the lock held: data, an end or an error are there to be seen. */
static void
announce (PorchFlow *self)
{
  g_cond_signal (&self->more);
  if (!self->armed || !self->ready)
    return;
  self->armed = FALSE;
  wake_up (self, self->ready);
}

/* With the lock held: something was taken, or the consumer has gone. */
static void
announce_room (PorchFlow *self)
{
  g_cond_signal (&self->room);
  if (!self->full || !self->room_ready || (!self->closed && self->bytes > self->max_bytes / 2))
    return;
  self->full = FALSE;
  wake_up (self, self->room_ready);
}

/**
 * porch_flow_push:
 * @bytes: (transfer full): what comes next; empty ones are dropped
 *
 * Producer. Waits while the flow is full.
 *
 * Returns: FALSE when the consumer has gone: stop
 */
gboolean
porch_flow_push (PorchFlow *self, GBytes *bytes)
{
  gsize size = g_bytes_get_size (bytes);
  gboolean open;

  g_mutex_lock (&self->lock);
  while (!self->closed && !self->finished && self->items.length > 0 && self->bytes + size > self->max_bytes)
    g_cond_wait (&self->room, &self->lock);
  open = !self->closed && !self->finished;
  if (open && size > 0)
    {
      g_queue_push_tail (&self->items, g_steal_pointer (&bytes));
      self->bytes += size;
      announce (self);
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&bytes, g_bytes_unref);
  return open;
}

/**
 * porch_flow_finish:
 * @error: (transfer full) (nullable): why it ends before its end
 *
 * Producer, once. What was pushed is still delivered before the end or the error.
 */
void
porch_flow_finish (PorchFlow *self, GError *error)
{
  g_mutex_lock (&self->lock);
  if (!self->finished)
    {
      self->finished = TRUE;
      self->error = g_steal_pointer (&error);
      announce (self);
    }
  g_mutex_unlock (&self->lock);
  g_clear_error (&error);
}

/* With the lock held. */
static GBytes *
take (PorchFlow *self)
{
  GBytes *bytes = g_queue_pop_head (&self->items);

  if (bytes)
    {
      self->bytes -= g_bytes_get_size (bytes);
      announce_room (self);
    }
  return bytes;
}

/* With the lock held: a consumer must not take its own closing for a clean end. */
static void
report_end (PorchFlow *self, GError **error)
{
  if (self->closed)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_CANCELLED, _ ("The transfer was stopped"));
  else if (self->error && error)
    *error = g_error_copy (self->error);
}

/**
 * porch_flow_pop:
 *
 * Consumer. Waits for the next bytes.
 *
 * Returns: (transfer full) (nullable): NULL at the end, with @error set when the producer failed, and with
 * %PORCH_ERROR_CANCELLED when the flow was closed from this side
 */
GBytes *
porch_flow_pop (PorchFlow *self, GError **error)
{
  GBytes *bytes;

  g_mutex_lock (&self->lock);
  while (!self->closed && !self->finished && self->items.length == 0)
    g_cond_wait (&self->more, &self->lock);
  bytes = take (self);
  if (!bytes)
    report_end (self, error);
  g_mutex_unlock (&self->lock);
  return bytes;
}

/**
 * porch_flow_try_pop:
 * @bytes: (out) (transfer full) (nullable): set with %PORCH_FLOW_DATA
 * @error: set with %PORCH_FLOW_END when the producer failed
 *
 * Consumer, without waiting. After %PORCH_FLOW_EMPTY the function of porch_flow_set_ready() is called once.
 */
PorchFlowState
porch_flow_try_pop (PorchFlow *self, GBytes **bytes, GError **error)
{
  PorchFlowState state = PORCH_FLOW_DATA;

  g_mutex_lock (&self->lock);
  *bytes = take (self);
  if (!*bytes)
    {
      state = self->finished || self->closed ? PORCH_FLOW_END : PORCH_FLOW_EMPTY;
      if (state == PORCH_FLOW_END)
        report_end (self, error);
      else
        self->armed = TRUE;
    }
  g_mutex_unlock (&self->lock);
  return state;
}

/**
 * porch_flow_push_now:
 * @bytes: (transfer full): what comes next
 * @full: (out): TRUE: push no more before the function of porch_flow_set_room() was called
 *
 * Producer that must not wait. Takes @bytes even when the flow is full.
 *
 * Returns: FALSE when the consumer has gone: stop
 */
gboolean
porch_flow_push_now (PorchFlow *self, GBytes *bytes, gboolean *full)
{
  gsize size = g_bytes_get_size (bytes);
  gboolean open;

  g_mutex_lock (&self->lock);
  open = !self->closed && !self->finished;
  if (open && size > 0)
    {
      g_queue_push_tail (&self->items, g_steal_pointer (&bytes));
      self->bytes += size;
      announce (self);
    }
  self->full = open && self->bytes >= self->max_bytes;
  *full = self->full;
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&bytes, g_bytes_unref);
  return open;
}

static Ready *
ready_new (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Ready *ready = g_new0 (Ready, 1);

  g_atomic_ref_count_init (&ready->refs);
  ready->context = g_main_context_ref (context ? context : g_main_context_default ());
  ready->func = func;
  ready->data = data;
  ready->notify = notify;
  return ready;
}

/**
 * porch_flow_set_room:
 * @context: (nullable): where to call; NULL the default one
 * @func: (nullable): its return value is ignored; NULL takes the earlier one away
 * @data: for @func
 * @notify: (nullable): frees @data
 *
 * Producer that must not wait. Calls @func once after each porch_flow_push_now() that said full, when half of the flow is
 * free again or the consumer has gone.
 */
void
porch_flow_set_room (PorchFlow *self, GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Ready *ready = func ? ready_new (context, func, data, notify) : NULL;
  Ready *old;

  g_mutex_lock (&self->lock);
  old = self->room_ready;
  self->room_ready = ready;
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&old, ready_unref);
}

/**
 * porch_flow_set_ready:
 * @context: (nullable): where to call; NULL the default one
 * @func: (nullable): its return value is ignored; NULL takes the earlier one away
 * @data: for @func
 * @notify: (nullable): frees @data, in @context or in the call that takes it away
 *
 * Consumer. Calls @func whenever the flow becomes readable after it was empty, and soon when it already is.
 */
void
porch_flow_set_ready (PorchFlow *self, GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Ready *ready = func ? ready_new (context, func, data, notify) : NULL;
  Ready *old;

  g_mutex_lock (&self->lock);
  old = self->ready;
  self->ready = ready;
  self->armed = ready != NULL;
  if (self->items.length > 0 || self->finished || self->closed)
    announce (self);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&old, ready_unref);
}

/**
 * porch_flow_close:
 *
 * Consumer: nobody reads any more. Wakes a waiting producer, whose next push says FALSE, and a consumer that waits in another
 * thread. Drops what is queued. Safe to call twice.
 */
void
porch_flow_close (PorchFlow *self)
{
  GQueue dropped = G_QUEUE_INIT;
  Ready *old;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  dropped = self->items;
  g_queue_init (&self->items);
  self->bytes = 0;
  old = g_steal_pointer (&self->ready);
  announce_room (self);
  g_cond_broadcast (&self->room);
  g_cond_broadcast (&self->more);
  g_mutex_unlock (&self->lock);
  g_queue_clear_full (&dropped, (GDestroyNotify) g_bytes_unref);
  g_clear_pointer (&old, ready_unref);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-spread.h"

typedef struct
{
  guint8 *holds;    /* owned; one byte a piece */
  GArray *promised; /* owned; of guint */
} Taker;

struct _PorchSpread
{
  guint pieces;
  guint16 *held;     /* of each piece: how many takers have it */
  guint16 *promised; /* of each piece: to how many */
  guint32 *lot;      /* of each piece: drawn once, breaks ties */
  guint unspread;
  GHashTable *takers; /* number → Taker */
};

static void
taker_free (gpointer data)
{
  Taker *taker = data;

  g_free (taker->holds);
  g_array_unref (taker->promised);
  g_free (taker);
}

PorchSpread *
porch_spread_new (guint pieces, guint32 seed)
{
  PorchSpread *self = g_new0 (PorchSpread, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  self->pieces = self->unspread = pieces;
  self->held = g_new0 (guint16, pieces);
  self->promised = g_new0 (guint16, pieces);
  self->lot = g_new (guint32, pieces);
  for (guint i = 0; i < pieces; i++)
    self->lot[i] = g_rand_int (rand);
  self->takers = g_hash_table_new_full (NULL, NULL, NULL, taker_free);
  return self;
}

void
porch_spread_free (PorchSpread *self)
{
  g_hash_table_unref (self->takers);
  g_free (self->held);
  g_free (self->promised);
  g_free (self->lot);
  g_free (self);
}

static Taker *
ensure_taker (PorchSpread *self, guint number)
{
  Taker *taker = g_hash_table_lookup (self->takers, GUINT_TO_POINTER (number));

  if (taker != NULL)
    return taker;
  taker = g_new0 (Taker, 1);
  taker->holds = g_malloc0 (self->pieces);
  taker->promised = g_array_new (FALSE, FALSE, sizeof (guint));
  g_hash_table_insert (self->takers, GUINT_TO_POINTER (number), taker);
  return taker;
}

static void
end_promise (PorchSpread *self, Taker *taker, guint at)
{
  self->promised[g_array_index (taker->promised, guint, at)]--;
  g_array_remove_index (taker->promised, at);
}

static void
set_holds_piece (PorchSpread *self, Taker *taker, guint piece, gboolean holds)
{
  if (taker->holds[piece] == holds)
    return;
  taker->holds[piece] = holds;
  if (holds)
    self->unspread -= self->held[piece]++ == 0;
  else
    self->unspread += --self->held[piece] == 0;
}

gboolean
porch_spread_note_holds (PorchSpread *self, guint number, const guint8 *bitmap, gsize length)
{
  Taker *taker;

  if (length != (self->pieces + 7) / 8 || (self->pieces % 8 != 0 && bitmap[length - 1] & (0xff >> self->pieces % 8)))
    return FALSE;
  taker = ensure_taker (self, number);
  for (guint piece = 0; piece < self->pieces; piece++)
    set_holds_piece (self, taker, piece, (bitmap[piece / 8] & (0x80 >> piece % 8)) != 0);
  for (guint i = taker->promised->len; i > 0; i--)
    if (taker->holds[g_array_index (taker->promised, guint, i - 1)])
      end_promise (self, taker, i - 1);
  return TRUE;
}

void
porch_spread_remove (PorchSpread *self, guint number)
{
  Taker *taker = g_hash_table_lookup (self->takers, GUINT_TO_POINTER (number));

  if (taker == NULL)
    return;
  while (taker->promised->len > 0)
    end_promise (self, taker, taker->promised->len - 1);
  for (guint piece = 0; piece < self->pieces; piece++)
    set_holds_piece (self, taker, piece, FALSE);
  g_hash_table_remove (self->takers, GUINT_TO_POINTER (number));
}

static guint64
rank_of (PorchSpread *self, guint piece)
{
  return (guint64)(self->held[piece] + self->promised[piece]) << 32 | self->lot[piece];
}

static gboolean
is_promised (const Taker *taker, guint piece)
{
  for (guint i = 0; i < taker->promised->len; i++)
    if (g_array_index (taker->promised, guint, i) == piece)
      return TRUE;
  return FALSE;
}

/* Sorted by rank; returns how many. */
static guint
find_rarest (PorchSpread *self, const Taker *taker, guint count, guint *pieces)
{
  guint n = 0;

  for (guint piece = 0; count > 0 && piece < self->pieces; piece++)
    {
      guint at = n;

      if (taker->holds[piece] || (n == count && rank_of (self, piece) >= rank_of (self, pieces[n - 1]))
          || is_promised (taker, piece))
        continue;
      if (n < count)
        n++;
      else
        at--;
      for (; at > 0 && rank_of (self, pieces[at - 1]) > rank_of (self, piece); at--)
        pieces[at] = pieces[at - 1];
      pieces[at] = piece;
    }
  return n;
}

guint
porch_spread_advise (PorchSpread *self, guint number, guint count, guint *pieces)
{
  Taker *taker = ensure_taker (self, number);
  guint kept = MIN (taker->promised->len, count);
  guint n = find_rarest (self, taker, count - kept, pieces + kept);

  for (guint i = 0; i < kept; i++)
    pieces[i] = g_array_index (taker->promised, guint, i);
  for (guint i = 0; i < n; i++)
    self->promised[pieces[kept + i]]++;
  g_array_append_vals (taker->promised, pieces + kept, n);
  return kept + n;
}

guint
porch_spread_count_unspread (PorchSpread *self)
{
  return self->unspread;
}

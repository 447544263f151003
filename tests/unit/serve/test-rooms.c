/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-rooms.h"

#include "content/porch-piece-map.h"

#include <string.h>

#define V "0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffff0123456789abcdef"
#define PIECES 20
#define SIZE (PIECES * (gint64) PORCH_BLOCK_SIZE - 5)
#define START (1000 * (gint64) G_USEC_PER_SEC)

static const guint8 content[32] = { 1, 2, 3 };
static const guint8 something_else[32] = { 1, 2, 4 };

static PorchDeviceId
device (guint number)
{
  PorchDeviceId id = { { 0 } };

  memcpy (id.bytes, &number, sizeof number);
  return id;
}

/* The first @have pieces. */
static gboolean
report (PorchRooms *rooms, guint number, guint have, gboolean reachable, guint advice, gint64 now, PorchRoomAnswer *answer)
{
  PorchDeviceId id = device (number);
  guint8 map[PORCH_PIECE_MAP_SIZE (PIECES)] = { 0 };

  for (guint i = 0; i < have; i++)
    porch_piece_map_set (map, i);
  return porch_rooms_report (rooms, &id, V, map, reachable, advice, now, answer);
}

static void
give (PorchRooms *rooms, guint number, const guint8 *id)
{
  PorchDeviceId taker = device (number);

  porch_rooms_note_given (rooms, &taker, V, SIZE, id, START);
}

static guint
count_others (PorchRooms *rooms, guint number, const char *version, gint64 now)
{
  PorchDeviceId taker = device (number);

  return porch_rooms_note_taker (rooms, &taker, version, now);
}

static guint
pieces_of (PorchRooms *rooms, guint number, const char *version, const guint8 *id)
{
  PorchDeviceId taker = device (number);

  return porch_rooms_get_pieces (rooms, &taker, version, id);
}

/* What a file is, and who has it, is said to nobody who was not given it. */
static void
test_s28_only_who_was_given (void)
{
  g_autoptr (PorchRooms) rooms = porch_rooms_new ();

  give (rooms, 1, NULL);
  g_assert_cmpuint (pieces_of (rooms, 1, V, content), ==, 0); /* nobody has hashed it yet */
  give (rooms, 1, content);
  count_others (rooms, 2, V, START); /* only says that it takes it */
  g_assert_cmpuint (pieces_of (rooms, 1, V, content), ==, PIECES);
  g_assert_cmpuint (pieces_of (rooms, 1, V, something_else), ==, 0);
  g_assert_cmpuint (pieces_of (rooms, 1, OTHER, content), ==, 0);
  g_assert_cmpuint (pieces_of (rooms, 2, V, content), ==, 0);
  g_assert_cmpuint (pieces_of (rooms, 3, V, content), ==, 0);
}

static void
test_others (void)
{
  g_autoptr (PorchRooms) rooms = porch_rooms_new ();
  g_auto (PorchRoomAnswer) answer = { NULL };

  g_assert_cmpuint (count_others (rooms, 1, V, START), ==, 0);
  give (rooms, 1, NULL); /* had asked before */
  g_assert_cmpuint (count_others (rooms, 2, OTHER, START), ==, 0);
  g_assert_cmpuint (count_others (rooms, 2, V, START), ==, 1);
  g_assert_cmpuint (count_others (rooms, 1, V, START + 1), ==, 1);
  give (rooms, 3, content); /* never asked: who is hidden does not */
  g_assert_cmpuint (count_others (rooms, 1, V, START + 2), ==, 1);
  /* Those that fell silent have left. */
  g_assert_cmpuint (count_others (rooms, 1, V, START + 2 * PORCH_ROOM_SILENCE), ==, 0);
  /* One that has everything stays, if it can be reached. */
  give (rooms, 2, content);
  g_assert_true (report (rooms, 2, PIECES, FALSE, 0, START, &answer));
  g_assert_cmpuint (count_others (rooms, 1, V, START + 1), ==, 0);
  porch_room_answer_clear (&answer);
  g_assert_true (report (rooms, 2, PIECES, TRUE, 0, START, &answer));
  g_assert_cmpuint (count_others (rooms, 1, V, START + 2 * PORCH_ROOM_SILENCE), ==, 1);
  g_assert_cmpuint (count_others (rooms, 1, V, START + 2 * PORCH_ROOM_MEMORY), ==, 0);
}

static void
test_holders (void)
{
  g_autoptr (PorchRooms) rooms = porch_rooms_new ();
  PorchDeviceId three = device (3), two = device (2);
  PorchRoomAnswer answer;

  for (guint i = 1; i <= 5; i++)
    give (rooms, i, content);
  g_assert_true (report (rooms, 1, 1, TRUE, 0, START, &answer));
  g_assert_cmpuint (answer.holders->len, ==, 0);
  porch_room_answer_clear (&answer);
  report (rooms, 2, 3, TRUE, 0, START, &answer);
  porch_room_answer_clear (&answer);
  report (rooms, 3, 9, TRUE, 0, START, &answer);
  porch_room_answer_clear (&answer);
  report (rooms, 4, 9, FALSE, 0, START, &answer); /* can't be reached */
  porch_room_answer_clear (&answer);
  report (rooms, 5, 0, TRUE, 0, START, &answer); /* has nothing */
  porch_room_answer_clear (&answer);
  g_assert_true (report (rooms, 1, 1, TRUE, 0, START + 1, &answer));
  g_assert_cmpuint (answer.holders->len, ==, 2);
  g_assert_true (porch_device_id_equal (&g_array_index (answer.holders, PorchDeviceId, 0), &three));
  g_assert_true (porch_device_id_equal (&g_array_index (answer.holders, PorchDeviceId, 1), &two));
  porch_room_answer_clear (&answer);
  g_assert_true (report (rooms, 1, 1, TRUE, 0, START + 2 * PORCH_ROOM_SILENCE, &answer));
  g_assert_cmpuint (answer.holders->len, ==, 0);
  porch_room_answer_clear (&answer);
}

/* What came between two reports; the first one says what was there before. */
static void
test_gained (void)
{
  g_autoptr (PorchRooms) rooms = porch_rooms_new ();
  PorchDeviceId one = device (1);
  static const guint have[] = { 5, 5, 9, 8, 9 }, gained[] = { 0, 0, 4, 0, 1 };

  give (rooms, 1, content);
  g_assert_false (porch_rooms_reports (rooms, &one, V, START));
  for (guint i = 0; i < G_N_ELEMENTS (have); i++)
    {
      g_auto (PorchRoomAnswer) answer = { NULL };

      g_assert_true (report (rooms, 1, have[i], TRUE, 0, START, &answer));
      g_assert_cmpuint (answer.gained, ==, gained[i]);
    }
  g_assert_true (porch_rooms_reports (rooms, &one, V, START + 1));
  g_assert_false (porch_rooms_reports (rooms, &one, V, START + PORCH_ROOM_SILENCE));
  g_assert_false (porch_rooms_reports (rooms, &one, OTHER, START));
}

/* No two are advised the same piece while there are others; what was promised to one who left is free again. */
static void
test_advice (void)
{
  g_autoptr (PorchRooms) rooms = porch_rooms_new ();
  guint8 seen[PIECES] = { 0 };
  PorchRoomAnswer answer;

  give (rooms, 1, content);
  give (rooms, 2, content);
  for (guint i = 1; i <= 2; i++)
    {
      g_assert_true (report (rooms, i, 0, TRUE, PIECES / 2, START, &answer));
      g_assert_cmpuint (answer.n_advice, ==, PIECES / 2);
      for (guint k = 0; k < answer.n_advice; k++)
        g_assert_cmpuint (seen[answer.advice[k]]++, ==, 0);
      porch_room_answer_clear (&answer);
    }
  g_assert_cmpuint (porch_rooms_count_unspread (rooms, V), ==, PIECES);
  g_assert_true (report (rooms, 1, PIECES / 2, TRUE, 1, START, &answer));
  porch_room_answer_clear (&answer);
  g_assert_cmpuint (porch_rooms_count_unspread (rooms, V), ==, PIECES / 2);
  g_assert_true (report (rooms, 2, 1, TRUE, 1, START + 2 * PORCH_ROOM_SILENCE, &answer));
  porch_room_answer_clear (&answer);
  g_assert_cmpuint (porch_rooms_count_unspread (rooms, V), ==, PIECES - 1);
}

/* Keys are free: however many say that they take however many files, what is kept has an end, and those who are active stay. */
static void
test_limits (void)
{
  g_autoptr (PorchRooms) rooms = porch_rooms_new ();
  PorchRoomAnswer answer;

  give (rooms, 1, content);
  for (guint i = 0; i < 3 * PORCH_MAX_ROOM; i++)
    {
      count_others (rooms, 100 + i, V, START + i);
      g_assert_true (report (rooms, 1, 1, TRUE, 0, START + i, &answer));
      g_assert_cmpuint (answer.holders->len, <=, PORCH_MAX_HOLDERS);
      porch_room_answer_clear (&answer);
    }
  g_assert_cmpuint (count_others (rooms, 1, V, START), <, PORCH_MAX_ROOM);
  /* Naming rooms makes none, so nobody can push out those that are in use. */
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *version = g_strdup_printf ("%032x", i);

      count_others (rooms, 1, version, START);
    }
  g_assert_cmpuint (pieces_of (rooms, 1, V, content), ==, PIECES);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *version = g_strdup_printf ("%032x", 1000 + i);
      PorchDeviceId taker = device (1);

      porch_rooms_note_given (rooms, &taker, version, SIZE, content, START);
    }
  g_assert_cmpuint (pieces_of (rooms, 1, V, content), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rooms/s28-only-who-was-given", test_s28_only_who_was_given);
  g_test_add_func ("/rooms/others", test_others);
  g_test_add_func ("/rooms/holders", test_holders);
  g_test_add_func ("/rooms/advice", test_advice);
  g_test_add_func ("/rooms/gained", test_gained);
  g_test_add_func ("/rooms/s22-limits", test_limits);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "content/porch-piece-map.h"

#include "porch-error.h"
#include "wire/porch-json.h"

#include <string.h>

static guint8 *
read_map (const char *json, guint pieces, GError **error)
{
  g_autoptr (JsonObject) object = porch_json_parse (json, strlen (json), PORCH_MAX_JSON_BODY, error);

  g_assert_nonnull (object);
  return porch_piece_map_parse (object, "have", pieces, error);
}

static void
test_there_and_back (void)
{
  static const guint sizes[] = { 1, 7, 8, 9, 24576, 24577, 49153, PORCH_MAX_PIECES };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize length = PORCH_PIECE_MAP_SIZE (sizes[i]);
      g_autofree guint8 *map = g_malloc0 (length);
      g_autofree guint8 *back = NULL;
      g_autofree char *text = NULL;
      g_autoptr (JsonObject) object = json_object_new ();
      g_autoptr (GError) error = NULL;
      guint set = 0;

      for (guint piece = 0; piece < sizes[i]; piece += 3, set++)
        porch_piece_map_set (map, piece);
      g_assert_cmpuint (porch_piece_map_count (map, sizes[i]), ==, set);
      json_object_set_array_member (object, "have", porch_piece_map_to_json (map, sizes[i]));
      text = porch_json_to_string (object);
      back = read_map (text, sizes[i], &error);
      g_assert_no_error (error);
      g_assert_cmpmem (back, length, map, length);
      g_assert_true (porch_piece_map_get (back, 0));
      g_assert_false (sizes[i] > 1 && porch_piece_map_get (back, 1));
    }
}

/* S22: of another length, with spare bits, otherwise written, or not a map at all. */
static void
test_nonsense (void)
{
  static const struct { const char *json; guint pieces; } cases[] = {
    { "{}", 8 }, { "{\"have\":\"/w==\"}", 8 }, { "{\"have\":[]}", 8 }, { "{\"have\":[\"\"]}", 8 }, { "{\"have\":[\"//8=\"]}", 8 },
    { "{\"have\":[\"/w==\",\"/w==\"]}", 8 }, { "{\"have\":[\"/w==\"]}", 7 }, { "{\"have\":[\"/w== \"]}", 8 }, { "{\"have\":[\"/x==\"]}", 8 },
    { "{\"have\":[1]}", 8 }, { "{\"have\":[null]}", 8 }, { "{\"have\":[\"/w==\"]}", 0 }, { "{\"have\":[[\"/w==\"]]}", 8 },
    { "{\"have\":[\"/w==\"]}", PORCH_MAX_PIECES + 1 }, { "{\"have\":[\"\",\"\",\"\",\"\"]}", 8 }, { "{\"have\":{}}", 8 },
  };
  g_autoptr (GError) fine = NULL;
  g_autofree guint8 *good = read_map ("{\"have\":[\"/w==\"]}", 8, &fine);

  g_assert_nonnull (good);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      if (read_map (cases[i].json, cases[i].pieces, &error) != NULL)
        g_error ("taken for a map of %u pieces: %s", cases[i].pieces, cases[i].json);
      g_assert_true (error->domain == PORCH_ERROR);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece-map/there-and-back", test_there_and_back);
  g_test_add_func ("/piece-map/s22-nonsense", test_nonsense);
  return g_test_run ();
}

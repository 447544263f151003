/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-survey.h"
#include "porch-display.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define MAX_DEPTH 128 /* deeper folders are sent, but not counted */

void
porch_ui_survey_free (PorchUiSurvey *survey)
{
  g_clear_pointer (&survey->usable, g_ptr_array_unref);
  g_clear_pointer (&survey->names, g_strfreev);
  g_clear_pointer (&survey->problems, g_strfreev);
  g_free (survey);
}

typedef struct
{
  PorchUiSurvey *survey;
  GCancellable *cancellable;
  GHashTable *seen; /* paths */
  GStrvBuilder *names, *problems;
} Look;

/* (transfer full): why this one can't be sent; NULL when it can. */
static char *
refusal (GFile *file, const char *path, GStatBuf *st)
{
  g_autofree char *uri = path == NULL ? g_file_get_uri (file) : NULL;
  g_autofree char *shown = path != NULL ? porch_display_basename (path) : porch_display_name (uri, 200);

  if (path == NULL)
    return g_strdup_printf (_ ("“%s” is not on this computer: copy it here first, then send it."), shown);
  if (g_stat (path, st) != 0)
    return errno == EACCES ? g_strdup_printf (_ ("“%s” can’t be read: you may not open its folder."), shown)
                           : g_strdup_printf (_ ("“%s” is no longer there: it was moved or deleted."), shown);
  if (!S_ISREG (st->st_mode) && !S_ISDIR (st->st_mode))
    return g_strdup_printf (_ ("“%s” is neither a file nor a folder."), shown);
  if (g_access (path, S_ISDIR (st->st_mode) ? R_OK | X_OK : R_OK) != 0)
    return g_strdup_printf (_ ("“%s” can’t be read: you may not open it."), shown);
  return NULL;
}

/* What lies in a folder; links are not followed, as they are not sent. */
static void
count_folder (Look *look, const char *path, guint depth)
{
  GDir *dir = depth < MAX_DEPTH ? g_dir_open (path, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && !g_cancellable_is_cancelled (look->cancellable) && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf st;

      if (g_lstat (child, &st) != 0)
        continue;
      if (S_ISDIR (st.st_mode))
        count_folder (look, child, depth + 1);
      else if (S_ISREG (st.st_mode))
        {
          look->survey->files++;
          look->survey->bytes += st.st_size;
        }
    }
  g_clear_pointer (&dir, g_dir_close);
}

static void
look_at (Look *look, GFile *file)
{
  char *path = g_file_get_path (file);
  g_autofree char *why = NULL;
  GStatBuf st;

  if (path != NULL && !g_hash_table_add (look->seen, path))
    return; /* the same file twice */
  why = refusal (file, path, &st);
  if (why != NULL)
    {
      g_strv_builder_add (look->problems, why);
      return;
    }
  g_ptr_array_add (look->survey->usable, g_object_ref (file));
  {
    g_autofree char *name = g_path_get_basename (path);

    g_strv_builder_add (look->names, name);
  }
  if (S_ISDIR (st.st_mode))
    {
      count_folder (look, path, 0);
      return;
    }
  look->survey->files++;
  look->survey->bytes += st.st_size;
}

static void
survey_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *files = data;
  g_autoptr (PorchUiSurvey) survey = g_new0 (PorchUiSurvey, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  Look look = { survey, cancellable, seen, names, problems };

  survey->usable = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len; i++)
    look_at (&look, files->pdata[i]);
  survey->names = g_strv_builder_end (names);
  survey->problems = g_strv_builder_end (problems);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&survey), (GDestroyNotify)porch_ui_survey_free);
}

void
porch_ui_survey_async (GPtrArray *files, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, porch_ui_survey_async);
  g_task_set_task_data (task, g_ptr_array_ref (files), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, survey_thread);
}

PorchUiSurvey *
porch_ui_survey_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, porch_ui_survey_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

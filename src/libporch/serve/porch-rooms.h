/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who takes which file from this device just now, and how far each one is: what the giver of a file keeps in mind so that its takers can
 * give to each other. A room is one version of one file, by whatever share or offer it is taken. In memory; the clock is passed in
 * (monotonic µs); atomic reference count; any thread. docs/HOLDERS.md. */
#pragma once

#include "content/porch-hash-tree.h"
#include "identity/porch-device-id.h"
#include "porch-limits.h"

G_BEGIN_DECLS

/* Who was not heard of for so long has left; who has everything is remembered longer, while it may still give. */
#define PORCH_ROOM_SILENCE (15 * G_USEC_PER_SEC)
#define PORCH_ROOM_MEMORY (G_GINT64_CONSTANT (6) * 3600 * G_USEC_PER_SEC)
#define PORCH_ROOM_MAX_ADVICE 64

typedef struct _PorchRooms PorchRooms;

typedef struct {
  GArray *holders; /* owned; of PorchDeviceId: others that have some of it and can be reached, those with most first */
  guint   advice[PORCH_ROOM_MAX_ADVICE];
  guint   n_advice;
  guint   gained; /* pieces that it has since its last report */
} PorchRoomAnswer;
void porch_room_answer_clear (PorchRoomAnswer *answer);

PorchRooms *porch_rooms_new (void);
PorchRooms *porch_rooms_ref (PorchRooms *self);
void        porch_rooms_unref (PorchRooms *self);

/* The file of this version was given to @device, in part or its hashes only, because it may have it. @id (nullable): what it is. */
void        porch_rooms_note_given (PorchRooms *self, const PorchDeviceId *device, const char *version, gint64 size, const guint8 *id,
                                    gint64 now);
/* @device takes it, or is about to. There is a room only of what was given: nobody can fill the house with names of rooms. Returns how many others do, or have it and can give it. */
guint       porch_rooms_note_taker (PorchRooms *self, const PorchDeviceId *device, const char *version, gint64 now);
/* How many pieces the file has of which @device says that it is @id: 0 unless @device was given it and it is that. */
guint       porch_rooms_get_pieces (PorchRooms *self, const PorchDeviceId *device, const char *version, const guint8 id[32]);
/* After porch_rooms_get_pieces(): what @device has (a bitmap of so many pieces), whether others can reach it, and how many pieces it
 * would be advised to take from us. FALSE: no such room any more. */
gboolean    porch_rooms_report (PorchRooms *self, const PorchDeviceId *device, const char *version, const guint8 *map, gboolean reachable,
                                guint advice, gint64 now, PorchRoomAnswer *answer);
/* It reports what it has, so that what it gets from us need not be counted. */
gboolean    porch_rooms_reports (PorchRooms *self, const PorchDeviceId *device, const char *version, gint64 now);
/* Pieces that nobody in the room has yet; 0 without such a room. */
guint       porch_rooms_count_unspread (PorchRooms *self, const char *version);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchRooms, porch_rooms_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PorchRoomAnswer, porch_room_answer_clear)

G_END_DECLS

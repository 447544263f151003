/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every limit on what comes from the network; the table is in docs/PROTOCOL.md. */
#pragma once

#define PORCH_DEFAULT_PORT 47317
#define PORCH_MAX_REQUEST_LINE (8 * 1024)
#define PORCH_MAX_HEADER (16 * 1024)
#define PORCH_MAX_HEADERS (32 * 1024)
#define PORCH_MAX_JSON_BODY (1024 * 1024)
#define PORCH_MAX_JSON_DEPTH 32
#define PORCH_MAX_JSON_VALUES 16384
#define PORCH_MAX_JSON_STRING 4096
#define PORCH_MAX_PATH 4096
#define PORCH_MAX_NAME 255
#define PORCH_MAX_PATH_DEPTH 256
#define PORCH_MAX_ROW (8 * 1024)
#define PORCH_MAX_ROWS 5000000
#define PORCH_MAX_WANT 1000
#define PORCH_MAX_HAVE 64
#define PORCH_MAX_LAYER_FRAME 64
#define PORCH_MAX_LINE 10000
#define PORCH_MAX_FILE_SIZE (G_GINT64_CONSTANT (1) << 46)
#define PORCH_MAX_PIECE_LAYER (2 * 1024 * 1024)
#define PORCH_MAX_PIECES 65536    /* of one file: in a bitmap, in a schedule */
#define PORCH_MAX_HOLDERS 64      /* in one answer */
#define PORCH_MAX_RUNS 16         /* of pieces, in one question to a holder */
#define PORCH_MAX_ROOM 128        /* takers of one file that its giver keeps in mind */
#define PORCH_MAX_OFFER_BODY (16 * 1024)
#define PORCH_MAX_OFFER_NAMES 20
#define PORCH_MAX_TEXT 4096
#define PORCH_MAX_OFFERS_PER_DEVICE 1
#define PORCH_MAX_OFFERS_PER_ADDRESS 3
#define PORCH_MAX_OFFERS_UNKNOWN 5
#define PORCH_MAX_HANDOUTS 16
#define PORCH_MAX_JOINERS 256
#define PORCH_MAX_JOINERS_PER_ADDRESS 16
#define PORCH_MAX_HANDOUT_BODY 1024
#define PORCH_MAX_TXT 400
#define PORCH_MAX_LABEL 63
#define PORCH_MAX_SHARES 1000
#define PORCH_MAX_PEERS 512
#define PORCH_MAX_PEER_ADDRESSES 8
#define PORCH_MAX_IDS_PER_ADDRESS 8
#define PORCH_MAX_RESOLVER_CALLS 32 /* to the Avahi daemon at once; the system bus allows 128 answers that are still due */

#define PORCH_LEAF_SIZE (16 * 1024)
#define PORCH_BLOCK_SIZE (1024 * 1024)
#define PORCH_MAX_FRAME (PORCH_BLOCK_SIZE + 40)
#define PORCH_FRAME_HEADER 12
#define PORCH_SMALL_ANSWER (1024 * 1024) /* bytes of files that have a fast lane (docs/FAIRNESS.md) */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libFuzzer, or the replay of the corpus, calls. Each fuzz-NAME.c has one. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

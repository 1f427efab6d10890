/* SPDX-License-Identifier: Apache-2.0 */
/* The door of room base: the words that every other room speaks. */
#ifndef WEIR_BASE_BASE_H
#define WEIR_BASE_BASE_H

#include "base/memory/arena.h"
#include "base/memory/buffer.h"
#include "base/error.h"
#include "base/interval.h"
#include "base/log.h"
#include "base/text/map.h"
#include "base/memory/memory.h"
#include "base/text/near.h"
#include "base/place.h"
#include "base/status.h"
#include "base/text/text.h"

#endif

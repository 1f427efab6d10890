/* SPDX-License-Identifier: Apache-2.0 */
/* The door of room base: the words that every other room speaks. */
#ifndef WEIR_BASE_BASE_H
#define WEIR_BASE_BASE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/near.h"
#include "base/place.h"
#include "base/status.h"
#include "base/text.h"

#endif

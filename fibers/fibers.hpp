// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Everything: fibers that run side by side on one thread, in the vocabulary of Python's asyncio.
#pragma once

#include "fibers/cancel.hpp"
#include "fibers/clock.hpp"
#include "fibers/error.hpp"
#include "fibers/io.hpp"
#include "fibers/net/resolve.hpp"
#include "fibers/report.hpp"
#include "fibers/run.hpp"
#include "fibers/sleep.hpp"
#include "fibers/sync/barrier.hpp"
#include "fibers/sync/bounded_semaphore.hpp"
#include "fibers/sync/condition.hpp"
#include "fibers/sync/event.hpp"
#include "fibers/sync/lifo_queue.hpp"
#include "fibers/sync/lock.hpp"
#include "fibers/sync/priority_queue.hpp"
#include "fibers/sync/queue.hpp"
#include "fibers/sync/rate_limiter.hpp"
#include "fibers/sync/rlock.hpp"
#include "fibers/sync/semaphore.hpp"
#include "fibers/task/exception_group.hpp"
#include "fibers/task/future.hpp"
#include "fibers/task/gather.hpp"
#include "fibers/task/promise.hpp"
#include "fibers/task/task.hpp"
#include "fibers/task/task_group.hpp"
#include "fibers/task/timeout.hpp"
#include "fibers/task/wait.hpp"
#include "fibers/task/wait_for.hpp"

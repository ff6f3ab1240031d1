# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""asyncio on virtual time, by the rules of 3.13 whatever version of Python (3.11 or later) runs it."""
import asyncio
import heapq
import itertools
import sys
from asyncio import CancelledError
from collections import deque

Task, TaskGroup, Timeout, wait_for = asyncio.Task, asyncio.TaskGroup, asyncio.Timeout, asyncio.wait_for
Semaphore = asyncio.Semaphore

if sys.version_info < (3, 13):

    class Task(asyncio.tasks._PyTask):
        """The last uncancel() takes back what was not delivered yet."""

        def uncancel(self):
            left = super().uncancel()
            if left == 0:
                self._must_cancel = False
            return left

    class Timeout(asyncio.Timeout):
        """Only cancellations since it was entered count as others'."""

        async def __aenter__(self):
            self._cancelling = asyncio.current_task().cancelling()
            return await super().__aenter__()

        async def __aexit__(self, kind, error, traceback):
            expired = self.expired()
            if not expired:
                return await super().__aexit__(kind, error, traceback)
            if self._task.uncancel() <= self._cancelling and kind is CancelledError:
                raise TimeoutError from error

    class TaskGroup(asyncio.TaskGroup):
        """Takes its own cancel() back at the end, and leaves a cancellation from outside to be seen later."""

        async def __aexit__(self, kind, error, traceback):
            self._exiting = True
            cancelled = error if kind is CancelledError else None
            if kind is not None and not self._aborting:
                self._abort()
            while self._tasks:
                self._on_completed_fut = asyncio.get_running_loop().create_future()
                try:
                    await self._on_completed_fut
                except CancelledError as e:
                    if not self._aborting:
                        cancelled = e
                        self._abort()
                self._on_completed_fut = None
            if self._parent_cancel_requested and self._parent_task.uncancel() == 0:
                cancelled = None
            if cancelled is not None and not self._errors:
                raise cancelled
            if kind is not None and kind is not CancelledError:
                self._errors.append(error)
            if self._errors:
                if self._parent_task.cancelling():
                    self._parent_task.uncancel()
                    self._parent_task.cancel()
                raise BaseExceptionGroup("unhandled errors in a TaskGroup", self._errors) from None

    class Semaphore(asyncio.Semaphore):
        """Who was kept waiting by an earlier one is woken when that has run."""

        async def acquire(self):
            if not self.locked():
                self._value -= 1
                return True
            if self._waiters is None:
                self._waiters = deque()
            waiter = self._get_loop().create_future()
            self._waiters.append(waiter)
            try:
                try:
                    await waiter
                finally:
                    self._waiters.remove(waiter)
            except CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._value += 1
                raise
            finally:
                while self._value > 0 and any(not each.done() for each in self._waiters):
                    self._wake_up_next()
            return True


if sys.version_info < (3, 12):

    async def wait_for(awaitable, limit):
        """As timeout() does it, in the task that waits."""
        if limit <= 0:
            future = asyncio.ensure_future(awaitable)
            if future.done():
                return future.result()
            await asyncio.tasks._cancel_and_wait(future, asyncio.get_running_loop())
            try:
                return future.result()
            except CancelledError as e:
                raise TimeoutError from e
        async with timeout(limit):
            return await awaitable


class OrderedTaskGroup(TaskGroup):
    """Cancels its tasks in the order of their creation, where asyncio goes through a set."""

    class Tasks(dict):
        def add(self, task):
            self[task] = None

        def discard(self, task):
            self.pop(task, None)

    def __init__(self):
        super().__init__()
        self._tasks = self.Tasks()


def timeout(delay):
    return Timeout(asyncio.get_running_loop().time() + delay)


class Loop(asyncio.AbstractEventLoop):
    """Time jumps when nothing is ready; equal deadlines come in the order of arming."""

    def __init__(self):
        self._time = 0
        self._ready = deque()
        self._timers = []
        self._count = itertools.count()

    def time(self):
        return self._time

    def get_debug(self):
        return False

    def call_exception_handler(self, context):
        pass  # nobody reads what some tasks throw

    def call_soon(self, callback, *args, context=None):
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_at(self, when, callback, *args, context=None):
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._count), handle))
        return handle

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self._time + delay, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle):
        pass

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, **options):
        return Task(coro, loop=self, **options)

    def run(self):
        asyncio._set_running_loop(self)
        while True:
            while self._timers and self._timers[0][2].cancelled():
                heapq.heappop(self._timers)
            if not self._ready:
                if not self._timers:
                    break
                self._time = max(self._time, self._timers[0][0])
            while self._timers and self._timers[0][0] <= self._time:
                self._ready.append(heapq.heappop(self._timers)[2])
            for _ in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        asyncio._set_running_loop(None)

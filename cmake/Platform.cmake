# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# What the library cannot do without, said in one sentence before anything is compiled.
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
    message(FATAL_ERROR "fibers runs on Linux only (epoll, timerfd, glibc's symbols); this is ${CMAKE_SYSTEM_NAME}.")
endif()
if(NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
    message(FATAL_ERROR "fibers needs a 64-bit target: each fiber reserves 260 KiB of address space.")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
    message(FATAL_ERROR "fibers needs GCC 12 or later; this is ${CMAKE_CXX_COMPILER_VERSION}.")
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    message(FATAL_ERROR "fibers needs Clang 14 or later; this is ${CMAKE_CXX_COMPILER_VERSION}.")
endif()
include(CheckSymbolExists)
check_symbol_exists(__GLIBC__ features.h FIBERS_HAVE_GLIBC)
if(NOT FIBERS_HAVE_GLIBC)
    message(FATAL_ERROR "fibers needs the GNU C library: netpatch stands in for its functions by name.")
endif()
# With an older one netpatch would find no close_range, and getaddrinfo_a and res_nquery not in libc itself: it would end
# each program at its start.
include(CheckCSourceCompiles)
check_c_source_compiles("#include <features.h>
#if !__GLIBC_PREREQ(2, 34)
#error
#endif
int main(void) { return 0; }" FIBERS_HAVE_GLIBC_2_34)
if(NOT FIBERS_HAVE_GLIBC_2_34)
    message(FATAL_ERROR "fibers needs glibc 2.34 or later: it is the first with all of the functions that netpatch stands in for.")
endif()

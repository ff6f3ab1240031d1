# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# FIBERS_VERSION, from the newest heading of CHANGES.md: the one place that says it.
set(changes ${CMAKE_CURRENT_LIST_DIR}/../CHANGES.md)
file(STRINGS ${changes} headings REGEX "^## [0-9]+\\.[0-9]+\\.[0-9]+" LIMIT_COUNT 1)
if(NOT headings MATCHES "^## ([0-9]+\\.[0-9]+\\.[0-9]+)")
    message(FATAL_ERROR "CHANGES.md has no heading '## MAJOR.MINOR.PATCH' to take the version from")
endif()
set(FIBERS_VERSION ${CMAKE_MATCH_1})

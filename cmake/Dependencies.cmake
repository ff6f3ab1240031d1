# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# The packages the core stands on, as deps::* targets. BOOST_CONTEXT_ROOT points at another Boost than the system's.
set(BOOST_CONTEXT_ROOT "" CACHE PATH "A Boost to use instead of the system's (a prefix, or an unpacked Debian package)")

if(BOOST_CONTEXT_ROOT)
    set(only_there PATHS ${BOOST_CONTEXT_ROOT} ${BOOST_CONTEXT_ROOT}/usr NO_DEFAULT_PATH)
endif()
find_path(BOOST_CONTEXT_INCLUDE_DIR boost/context/detail/fcontext.hpp ${only_there} PATH_SUFFIXES include REQUIRED)
find_library(BOOST_CONTEXT_LIBRARY boost_context ${only_there}
             PATH_SUFFIXES lib lib/${CMAKE_LIBRARY_ARCHITECTURE} REQUIRED)
add_library(deps::boost_context INTERFACE IMPORTED)
target_include_directories(deps::boost_context INTERFACE ${BOOST_CONTEXT_INCLUDE_DIR})
target_link_libraries(deps::boost_context INTERFACE ${BOOST_CONTEXT_LIBRARY})

find_package(PkgConfig REQUIRED)
pkg_check_modules(libevent REQUIRED IMPORTED_TARGET libevent_core)
add_library(deps::libevent ALIAS PkgConfig::libevent)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares)
add_library(deps::cares ALIAS PkgConfig::cares)

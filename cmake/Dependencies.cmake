# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# The packages the core stands on, as deps::* targets; also read by those who find_package(fibers). BOOST_CONTEXT_ROOT
# points at another Boost than the system's.
if(TARGET deps::boost_context)
    return()
endif()
set(BOOST_CONTEXT_ROOT "" CACHE PATH "A Boost to use instead of the system's (a prefix, or an unpacked Debian package)")

if(BOOST_CONTEXT_ROOT)
    set(only_there PATHS ${BOOST_CONTEXT_ROOT} ${BOOST_CONTEXT_ROOT}/usr NO_DEFAULT_PATH)
endif()
find_path(BOOST_CONTEXT_INCLUDE_DIR boost/context/detail/fcontext.hpp ${only_there} PATH_SUFFIXES include REQUIRED)
find_library(BOOST_CONTEXT_LIBRARY boost_context ${only_there}
             PATH_SUFFIXES lib lib/${CMAKE_LIBRARY_ARCHITECTURE} REQUIRED)
add_library(deps::boost_context INTERFACE IMPORTED GLOBAL)
target_include_directories(deps::boost_context INTERFACE ${BOOST_CONTEXT_INCLUDE_DIR})
target_link_libraries(deps::boost_context INTERFACE ${BOOST_CONTEXT_LIBRARY})

find_package(PkgConfig REQUIRED)
foreach(package IN ITEMS libevent cares)
    set(module_of_libevent libevent_core)
    set(module_of_cares libcares)
    pkg_check_modules(fibers_${package} REQUIRED IMPORTED_TARGET GLOBAL ${module_of_${package}})
    add_library(deps::${package} INTERFACE IMPORTED GLOBAL)
    target_link_libraries(deps::${package} INTERFACE PkgConfig::fibers_${package})
endforeach()

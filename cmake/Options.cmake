# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# What is built, and how: parts, language, warnings, the sanitizer of the chosen preset, the compiler cache.
option(FIBERS_BUILD_NETPATCH "Build netpatch/, the patched libc functions" ON)
option(FIBERS_BUILD_EXAMPLES "Build the programs in examples/" ${PROJECT_IS_TOP_LEVEL})
option(FIBERS_BUILD_TESTS "Build tests/, with the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(FIBERS_INSTALL "Install the libraries, static and shared, with their headers" ${PROJECT_IS_TOP_LEVEL})
set(FIBERS_SANITIZE "" CACHE STRING "Sanitizers to build with: empty, asan (with UBSan) or tsan")
set_property(CACHE FIBERS_SANITIZE PROPERTY STRINGS "" asan tsan)

if(NOT CMAKE_BUILD_TYPE AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_library(fibers_build_options INTERFACE)
target_compile_features(fibers_build_options INTERFACE cxx_std_20)

# Warnings are for our own sources; a project that links us keeps its own.
add_library(fibers_warnings INTERFACE)
target_compile_options(fibers_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees overlapping and overlong copies inside std::string that are not there (its bug 105651, mended in 13).
    target_compile_options(fibers_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
                           $<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overflow>)
endif()
link_libraries($<BUILD_INTERFACE:fibers_warnings>)

if(FIBERS_SANITIZE STREQUAL "asan")
    set(sanitizer_flags -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
elseif(FIBERS_SANITIZE STREQUAL "tsan")
    set(sanitizer_flags -fsanitize=thread -fno-omit-frame-pointer)
elseif(FIBERS_SANITIZE)
    message(FATAL_ERROR "FIBERS_SANITIZE is '${FIBERS_SANITIZE}': use asan, tsan or leave it empty")
endif()
if(FIBERS_SANITIZE)
    target_compile_options(fibers_build_options INTERFACE ${sanitizer_flags})
    target_link_options(fibers_build_options INTERFACE ${sanitizer_flags})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # These look at the instrumented code and see in it what is not in ours.
        target_compile_options(fibers_warnings INTERFACE -Wno-maybe-uninitialized -Wno-array-bounds)
    endif()
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# ccache, where there is one. It refuses objects made with a precompiled header unless told that their time stamps
# do not matter; GCC must then keep the header's include in the text that ccache compares.
find_program(FIBERS_CCACHE ccache)
mark_as_advanced(FIBERS_CCACHE)
if(FIBERS_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(sloppiness CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime)
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${sloppiness} ${FIBERS_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(FIBERS_PRECOMPILE_OPTIONS -fpch-preprocess)
else()
    set(FIBERS_PRECOMPILE_OPTIONS "SHELL:-Xclang -fno-pch-timestamp")
endif()

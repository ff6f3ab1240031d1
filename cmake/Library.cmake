# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# The core: everything under fibers/, compiled once, as a static and as a shared library. fibers::fibers is the one
# that BUILD_SHARED_LIBS asks for.

# add_both(NAME MAP OBJECTS…): NAME_static and NAME_shared, files lib<NAME>.a and lib<NAME>.so, from object libraries.
# MAP lists the names that the shared library shows: templates in our headers call what lies below them, so the list is
# by namespace and no header carries macros.
function(add_both name map)
    set(objects "")
    foreach(library IN LISTS ARGN)
        list(APPEND objects $<TARGET_OBJECTS:${library}>)
    endforeach()
    add_library(${name}_static STATIC ${objects})
    add_library(${name}_shared SHARED EXCLUDE_FROM_ALL ${objects})
    string(REGEX MATCH "^[0-9]+\\.[0-9]+" interface_version ${FIBERS_VERSION})
    set_target_properties(${name}_shared PROPERTIES VERSION ${FIBERS_VERSION} SOVERSION ${interface_version}
                                                    INSTALL_RPATH "$ORIGIN"
                                                    LINK_DEPENDS ${map})
    target_link_options(${name}_shared PRIVATE -Wl,--version-script=${map} -Wl,-z,defs)
    set_target_properties(${name}_static ${name}_shared PROPERTIES OUTPUT_NAME ${name})
endfunction()

# Options for objects that end up in both. Nobody replaces our own functions one by one, so they may be inlined.
function(set_up_objects name)
    # A project around us may want its own names hidden and its sources lumped together; ours are hidden by the maps, and
    # each file's anonymous namespace is its own.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON UNITY_BUILD OFF
                                             CXX_VISIBILITY_PRESET default VISIBILITY_INLINES_HIDDEN OFF)
    target_compile_options(${name} PRIVATE -fno-semantic-interposition)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
    target_link_libraries(${name} PRIVATE fibers_build_options)
endfunction()

file(GLOB_RECURSE fibers_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fibers/*.cpp)
configure_file(${PROJECT_SOURCE_DIR}/cmake/version.hpp.in ${PROJECT_BINARY_DIR}/generated/fibers/version.hpp @ONLY)
add_library(fibers_objects OBJECT ${fibers_sources})
set_up_objects(fibers_objects)
target_link_libraries(fibers_objects PRIVATE deps::boost_context deps::libevent deps::cares)

add_both(fibers ${PROJECT_SOURCE_DIR}/cmake/fibers.map fibers_objects)
foreach(kind IN ITEMS static shared)
    target_include_directories(fibers_${kind} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_compile_features(fibers_${kind} PUBLIC cxx_std_20)
    # Boost's jump is called by our headers; the other two only by us.
    target_link_libraries(fibers_${kind} PUBLIC $<BUILD_INTERFACE:fibers_build_options> deps::boost_context
                                         PRIVATE deps::libevent deps::cares)
    add_library(fibers::fibers_${kind} ALIAS fibers_${kind})
endforeach()

if(BUILD_SHARED_LIBS)
    set(FIBERS_KIND shared)
else()
    set(FIBERS_KIND static)
endif()
add_library(fibers::fibers ALIAS fibers_${FIBERS_KIND})

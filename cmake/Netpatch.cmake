# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# netpatch defines functions that libc has too. They win when they stand in the program itself, all of them, whether
# or not the program's own objects ask for them, and in its dynamic symbol table: libraries such as libcurl look
# there. fibers::netpatch sees to that: link it into the program, not only into a library that the program uses.
#
#   fibers::netpatch        the static or the shared one, as fibers::fibers
#   fibers::netpatch_calls  no libc symbol at all: netpatch::read() and its like, called by name
file(GLOB_RECURSE netpatch_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/netpatch/*.cpp)
list(FILTER netpatch_sources EXCLUDE REGEX "/(exports|explicit)\\.cpp$")
add_library(netpatch_objects OBJECT ${netpatch_sources})
add_library(netpatch_exports OBJECT ${PROJECT_SOURCE_DIR}/netpatch/exports.cpp)
add_library(netpatch_explicit OBJECT ${PROJECT_SOURCE_DIR}/netpatch/explicit.cpp)
foreach(objects IN ITEMS netpatch_objects netpatch_exports netpatch_explicit)
    set_up_objects(${objects})
    target_link_libraries(${objects} PRIVATE deps::boost_context)
endforeach()

# The linker's list of what a program shows, from the one list of patched functions.
set(symbol_list ${PROJECT_SOURCE_DIR}/netpatch/symbols.inc)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${symbol_list})
file(READ ${symbol_list} symbol_text)
set(exported_names "")
string(REGEX MATCHALL "\nNETPATCH_(CALL|VARIADIC|FORTIFIED)\\([a-z]+, [a-z]+, [a-z_ *]+, [A-Za-z0-9_]+," calls "${symbol_text}")
string(REGEX MATCHALL "\nNETPATCH_ALIAS\\([A-Za-z0-9_]+," aliases "${symbol_text}")
foreach(line IN LISTS calls aliases)
    string(REGEX REPLACE ".*[ (]([A-Za-z0-9_]+),$" "\\1" name "${line}")
    string(APPEND exported_names "  ${name};\n")
endforeach()
set(dynamic_list ${PROJECT_BINARY_DIR}/netpatch.dynamic)
file(CONFIGURE OUTPUT ${dynamic_list} CONTENT "{\n${exported_names}};\n" @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/cmake/netpatch.map.in ${PROJECT_BINARY_DIR}/netpatch.map @ONLY)

add_both(netpatch ${PROJECT_BINARY_DIR}/netpatch.map netpatch_objects netpatch_exports)
add_library(netpatch_calls STATIC $<TARGET_OBJECTS:netpatch_objects> $<TARGET_OBJECTS:netpatch_explicit>)
add_library(fibers::netpatch_calls ALIAS netpatch_calls)
target_link_libraries(netpatch_calls PUBLIC fibers_${FIBERS_KIND} PRIVATE ${CMAKE_DL_LIBS})
foreach(kind IN ITEMS static shared)
    target_link_libraries(netpatch_${kind} PUBLIC fibers_${kind} PRIVATE ${CMAKE_DL_LIBS})
    add_library(netpatch_for_programs_${kind} INTERFACE)
    add_library(fibers::netpatch_${kind} ALIAS netpatch_for_programs_${kind})
    set_target_properties(netpatch_for_programs_${kind} PROPERTIES EXPORT_NAME netpatch_${kind})
    # By the name that it also has where it is installed.
    add_library(fibers::netpatch_library_${kind} ALIAS netpatch_${kind})
    set_target_properties(netpatch_${kind} PROPERTIES EXPORT_NAME netpatch_library_${kind})
endforeach()

target_link_libraries(netpatch_for_programs_static INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,fibers::netpatch_library_static>)
target_link_options(netpatch_for_programs_static INTERFACE
    "-Wl,--dynamic-list=$<BUILD_INTERFACE:${dynamic_list}>$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_DATADIR}/fibers/netpatch.dynamic>")
# Kept even if no object of the program calls it: one option, so that nothing comes between its parts. An option, because
# CMake does not quote a library's path that is part of a link item.
target_link_options(netpatch_for_programs_shared INTERFACE
    "-Wl,--push-state,--no-as-needed,$<TARGET_FILE:fibers::netpatch_library_shared>,--pop-state")
target_link_libraries(netpatch_for_programs_shared INTERFACE fibers::netpatch_library_shared)
add_library(fibers::netpatch ALIAS netpatch_for_programs_${FIBERS_KIND})

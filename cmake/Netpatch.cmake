# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# netpatch defines functions that libc has too. They win when they stand in the program itself, all of them, whether
# or not the program's own objects ask for them, and in its dynamic symbol table: libraries such as libcurl look
# there. So link fibers::netpatch, which brings the whole archive in and lists the symbols, and never netpatch alone.
add_library(netpatch STATIC ${netpatch_sources})
target_link_libraries(netpatch PUBLIC fibers::fibers PRIVATE ${CMAKE_DL_LIBS})
add_library(netpatch_whole INTERFACE)
target_link_libraries(netpatch_whole INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,netpatch>)
add_library(fibers::netpatch ALIAS netpatch_whole)

# The linker's list, from the one list of patched functions.
set(symbol_list ${CMAKE_CURRENT_SOURCE_DIR}/netpatch/symbols.inc)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${symbol_list})
file(READ ${symbol_list} symbol_text)
string(REGEX MATCHALL "\nNETPATCH_[A-Z]+\\([a-z]+, [a-z]+, [a-z_ ]+, [A-Za-z0-9_]+," symbol_lines "${symbol_text}")
set(exported_names "")
foreach(line IN LISTS symbol_lines)
    string(REGEX REPLACE ".*, ([A-Za-z0-9_]+),$" "\\1" name "${line}")
    string(APPEND exported_names "  ${name};\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/netpatch.dynamic CONTENT "{\n${exported_names}};\n" @ONLY)
target_link_options(netpatch_whole INTERFACE -Wl,--dynamic-list=${CMAKE_CURRENT_BINARY_DIR}/netpatch.dynamic)

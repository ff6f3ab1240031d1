# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# Every program shown in a page of documentation is compiled and run by the tests. In the page it stands below a comment
# that names it: <!-- snippet: NAME -->, then the fenced block.

# Makes each snippet of PAGE an executable snippet_<NAME> and a test of the same name.
function(add_snippets page)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
    file(READ ${page} text)
    # CMake splits lists at semicolons and joins them at brackets: keep both out of its sight.
    string(REPLACE ";" "<semicolon>" text "${text}")
    string(REPLACE "[" "<open>" text "${text}")
    string(REPLACE "]" "<close>" text "${text}")
    string(REGEX MATCHALL "<!-- snippet: [a-z_]+ -->\n```cpp\n[^`]*```" snippets "${text}")
    if(NOT snippets)
        message(FATAL_ERROR "${page} has no snippets: their comments have changed")
    endif()
    foreach(snippet IN LISTS snippets)
        string(REGEX REPLACE "^<!-- snippet: ([a-z_]+) -->.*" "\\1" name "${snippet}")
        string(REGEX REPLACE "^[^\n]*\n```cpp\n([^`]*)```$" "\\1" code "${snippet}")
        string(REPLACE "<semicolon>" ";" code "${code}")
        string(REPLACE "<open>" "[" code "${code}")
        string(REPLACE "<close>" "]" code "${code}")
        set(source ${CMAKE_CURRENT_BINARY_DIR}/snippets/${name}.cpp)
        file(CONFIGURE OUTPUT ${source} CONTENT "${code}" @ONLY)
        add_executable(snippet_${name} ${source})
        target_include_directories(snippet_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/snippets)
        target_link_libraries(snippet_${name} PRIVATE fibers_all)
        add_test(NAME snippet_${name} COMMAND snippet_${name})
    endforeach()
endfunction()

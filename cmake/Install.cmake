# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
#
# What `cmake --install` puts where, for find_package(fibers), pkg-config and plain compilers; and `cpack -G DEB`.
include(CMakePackageConfigHelpers)

set_target_properties(fibers_shared PROPERTIES EXCLUDE_FROM_ALL OFF)
set(installed fibers_static fibers_shared)
install(DIRECTORY fibers DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/generated/fibers/version.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fibers COMPONENT dev)
set(pkgconfig_files fibers fibers-static)
if(FIBERS_BUILD_NETPATCH)
    set_target_properties(netpatch_shared PROPERTIES EXCLUDE_FROM_ALL OFF)
    list(APPEND installed netpatch_static netpatch_shared netpatch_calls netpatch_for_programs_static
         netpatch_for_programs_shared)
    install(FILES netpatch/netpatch.hpp netpatch/netpatch.h netpatch/explicit.hpp netpatch/symbols.inc
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/netpatch COMPONENT dev)
    install(FILES ${dynamic_list} DESTINATION ${CMAKE_INSTALL_DATADIR}/fibers COMPONENT dev)
    list(APPEND pkgconfig_files netpatch netpatch-static netpatch-calls)
endif()
install(TARGETS ${installed} EXPORT fibers
        LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev
        ARCHIVE COMPONENT dev)

# For CMake: find_package(fibers 0.1 [COMPONENTS static | shared]).
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/fibers)
install(EXPORT fibers NAMESPACE fibers:: DESTINATION ${package_dir} FILE fibers-targets.cmake COMPONENT dev)
configure_package_config_file(cmake/fibers-config.cmake.in fibers-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(fibers-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/fibers-config.cmake ${PROJECT_BINARY_DIR}/fibers-config-version.cmake
              cmake/Dependencies.cmake
        DESTINATION ${package_dir} COMPONENT dev)

# For everybody else. The files find their prefix from where they are.
file(RELATIVE_PATH PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" PC_PREFIX ${PC_PREFIX})
foreach(name IN LISTS pkgconfig_files)
    configure_file(cmake/pkgconfig/${name}.pc.in ${PROJECT_BINARY_DIR}/pkgconfig/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/pkgconfig/${name}.pc
            DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME fibers)
set(CPACK_PACKAGE_CONTACT "The fibers authors <maintainers@fibers.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Stackful fibers for C++20, with libc's blocking calls made cooperative")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
string(REGEX MATCH "^[0-9]+\\.[0-9]+" interface_version ${PROJECT_VERSION})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libfibers${interface_version})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libfibers-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "libfibers${interface_version} (= ${PROJECT_VERSION}), libboost-context-dev, libevent-dev, libc-ares-dev, pkg-config")
include(CPack)

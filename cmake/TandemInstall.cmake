# find_package(tandem) for users: the exported targets, the config file that finds their dependencies, the version file.
include(CMakePackageConfigHelpers)
set(tandem_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)

install(EXPORT tandem NAMESPACE tandem:: DESTINATION ${tandem_cmake_dir} FILE tandem-targets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tandem-config.cmake.in ${PROJECT_BINARY_DIR}/tandem-config.cmake
                              INSTALL_DESTINATION ${tandem_cmake_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tandem-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tandem-config.cmake ${PROJECT_BINARY_DIR}/tandem-config-version.cmake
        DESTINATION ${tandem_cmake_dir})

# The SDK: what a plugin is built with. Headers that need the C++20 standard library alone, and the
# flags that give a plugin the same bits as the nodes that are linked in.
#   in this tree and behind find_package(interbeat): interbeat::sdk, and interbeat::program to run
#   graphs in tests; for everybody else interbeat.pc
# tests/house/sdk.cpp pins the list of headers.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(sdk_engine_headers abi.h clock_estimator.hpp clock_model.hpp keyed_random.hpp logged.hpp node.hpp physio.hpp
  sections.hpp time.hpp)
file(GLOB sdk_more CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/engine/include/interbeat/clock/*.hpp
  ${PROJECT_SOURCE_DIR}/engine/include/interbeat/sugar/*.hpp
  ${PROJECT_SOURCE_DIR}/nodes/include/interbeat/types/*.hpp)
list(TRANSFORM sdk_engine_headers PREPEND ${PROJECT_SOURCE_DIR}/engine/include/interbeat/
  OUTPUT_VARIABLE sdk_headers)

add_library(interbeat_sdk INTERFACE)
add_library(interbeat::sdk ALIAS interbeat_sdk)
target_sources(interbeat_sdk INTERFACE FILE_SET HEADERS
  BASE_DIRS ${PROJECT_SOURCE_DIR}/engine/include ${PROJECT_SOURCE_DIR}/nodes/include
  FILES ${sdk_headers} ${sdk_more})
# Each header alone, as `cmake --build … --target interbeat_sdk_verify_interface_header_sets` does it.
set_target_properties(interbeat_sdk PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
target_compile_features(interbeat_sdk INTERFACE cxx_std_20)
# Hidden: two plugins with a class of one name are still two plugins. The other flags: cmake/compiler.cmake.
target_compile_options(interbeat_sdk INTERFACE -fvisibility=hidden)

# The package is found and read by CMake from 3.16 on, so it says itself what an export would say.
set(sdk_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/interbeat)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/interbeatConfig.cmake.in
  ${PROJECT_BINARY_DIR}/sdk/interbeatConfig.cmake
  INSTALL_DESTINATION ${sdk_config_dir} PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sdk/interbeatConfigVersion.cmake
  COMPATIBILITY AnyNewerVersion ARCH_INDEPENDENT)

set(sdk_machine)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(sdk_machine " -march=x86-64-v2")
endif()
set(sdk_pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
  OUTPUT_VARIABLE sdk_include_from_pc)
configure_file(${PROJECT_SOURCE_DIR}/cmake/interbeat.pc.in ${PROJECT_BINARY_DIR}/sdk/interbeat.pc @ONLY)

foreach(header IN LISTS sdk_headers sdk_more)
  string(REGEX REPLACE ".*/include/(interbeat(/[a-z]+)?)/[^/]+$" "\\1" folder ${header})
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/sdk/interbeatConfig.cmake
  ${PROJECT_BINARY_DIR}/sdk/interbeatConfigVersion.cmake DESTINATION ${sdk_config_dir})
install(FILES ${PROJECT_BINARY_DIR}/sdk/interbeat.pc DESTINATION ${sdk_pc_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/example ${PROJECT_SOURCE_DIR}/plugins/pulse_sensor
  ${PROJECT_SOURCE_DIR}/plugins/cookbook
  DESTINATION ${CMAKE_INSTALL_DATADIR}/interbeat/plugins
  PATTERN build* EXCLUDE)  # what somebody built there

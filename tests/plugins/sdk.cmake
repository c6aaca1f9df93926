# Plugins as their authors build them: from the SDK of this tree, from the frozen one of the first
# release, and from one that is not there yet. Targets: plugin_<name>; the test programs that load them
# depend on `sdk_plugins`.
add_custom_target(sdk_plugins)

# Each lies in a folder of its own choice: a --plugin-path has all in it that lies there.
function(interbeat_sdk_plugin folder name)  # SOURCE...
  add_library(plugin_${name} MODULE ${ARGN})
  set_target_properties(plugin_${name} PROPERTIES OUTPUT_NAME ${name} PREFIX "" UNITY_BUILD OFF
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/plugins/${folder})
  add_dependencies(sdk_plugins plugin_${name})
endfunction()

# The template and the recipes of docs/plugins.md.
interbeat_sdk_plugin(example example ${PROJECT_SOURCE_DIR}/plugins/example/smooth.cpp)
target_link_libraries(plugin_example PRIVATE interbeat::sdk)
foreach(recipe lowpass rises together rr_file datagrams)
  interbeat_sdk_plugin(cookbook ${recipe} ${PROJECT_SOURCE_DIR}/plugins/cookbook/${recipe}.cpp)
  target_link_libraries(plugin_${recipe} PRIVATE interbeat::sdk)
endforeach()

# A driver.
set(pulse_sensor ${PROJECT_SOURCE_DIR}/plugins/pulse_sensor)
interbeat_sdk_plugin(drivers pulse_sensor ${pulse_sensor}/pulse_sensor.cpp ${pulse_sensor}/port_keeper.cpp
  ${pulse_sensor}/serial_port.cpp)
target_link_libraries(plugin_pulse_sensor PRIVATE interbeat::sdk Threads::Threads)

# The same source in C, twice: as built with the first release's header, and with a header of a later
# minor version, in which every struct that may grow has grown.
set(later ${PROJECT_BINARY_DIR}/tests/plugins/sdk-later/include/interbeat/abi.h)
add_custom_command(OUTPUT ${later}
  COMMAND ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR}/engine/include/interbeat/abi.h -DTO=${later}
    -P ${CMAKE_CURRENT_SOURCE_DIR}/later_abi.cmake
  DEPENDS ${PROJECT_SOURCE_DIR}/engine/include/interbeat/abi.h ${CMAKE_CURRENT_SOURCE_DIR}/later_abi.cmake
  COMMENT "Writing abi.h of a later minor version"
  VERBATIM)
interbeat_sdk_plugin(sdk-1.0 scale_1_0 scale.c)
target_include_directories(plugin_scale_1_0 PRIVATE sdk-1.0)
target_compile_definitions(plugin_scale_1_0 PRIVATE SCALE_TYPE=first.scale)
interbeat_sdk_plugin(sdk-later scale_later scale.c ${later})
target_include_directories(plugin_scale_later PRIVATE ${PROJECT_BINARY_DIR}/tests/plugins/sdk-later/include)
target_compile_definitions(plugin_scale_later PRIVATE SCALE_TYPE=later.scale)

# The header's table of sizes and offsets, asked of a C11 compiler.
add_library(abi_table_c OBJECT abi_table.c)
target_link_libraries(abi_table_c PRIVATE interbeat::sdk)
add_dependencies(sdk_plugins abi_table_c)

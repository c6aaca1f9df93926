# How this project's own code is compiled. Everything found in dependencies.cmake is imported, hence
# SYSTEM: the warnings below never speak about other people's headers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Blocks go to files and rings in host order, so a recording could not be read on the other kind.
if(CMAKE_CXX_BYTE_ORDER STREQUAL "BIG_ENDIAN")
  message(FATAL_ERROR "interbeat runs on little-endian machines only; this target is big-endian.")
endif()

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT multi_config)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# -g1: function names and lines for backtraces; a quarter of the objects' size with -g.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
# Debug builds run under sanitizers, where -O0 would be too slow for eight simulated hours.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion)
if(INTERBEAT_WERROR)
  add_compile_options(-Werror)
endif()

# The same bits on every CPU of one family: a fused multiply-add rounds once where two operations
# round twice, so the compiler must not choose. No flag here may depend on the building machine.
add_compile_options(-ffp-contract=off)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_compile_options(-march=x86-64-v2)
endif()

if(INTERBEAT_SANITIZE)
  add_compile_options(-fsanitize=${INTERBEAT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${INTERBEAT_SANITIZE})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  # GCC's manual: with a sanitizer, this warning also speaks about values that are initialized.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
if(INTERBEAT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Most of a small file's compile time is the standard library's headers: they are parsed once per
# target. What a file needs it still includes itself; tests/house builds nothing from this list.
set(interbeat_common_headers <algorithm> <array> <chrono> <cstdint> <filesystem> <functional> <map>
  <memory> <optional> <span> <string> <string_view> <tuple> <vector> <fmt/format.h>)

# Under a sanitizer most of the compiler's time goes to code from headers that neighbours share, so the
# presets dev and tsan compile some sources as one (CMAKE_UNITY_BUILD). Names of a source's own are then
# seen by those behind it: what shadows them is the release build's to say, and a source that means
# something else by the same name is compiled apart.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-shadow $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()
function(interbeat_apart)  # SOURCE...
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# One static library per room: every source below its folder, found anew at each build.
function(interbeat_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/*.c ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)  # headers only: CMake wants one source of a static library all the same
    set(sources ${PROJECT_BINARY_DIR}/generated/empty.cpp)
    file(CONFIGURE OUTPUT ${sources} CONTENT "")
  endif()
  add_library(${name} STATIC ${sources})
  target_precompile_headers(${name} PRIVATE ${interbeat_common_headers})
endfunction()

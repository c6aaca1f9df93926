# Every library, all from Debian 12. docs/licences.md says why each is here, tools/setup installs
# them, and tests/house/licences.cpp compares the three lists.
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(TBB REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(sdbus-c++ 1.2 REQUIRED)
# Its double precision is a header; the library that comes with it computes in float and is not linked.
find_package(kissfft REQUIRED CONFIG)

# Debian's CMake file of libzip fails unless three command line tools are installed beside it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)

if(BUILD_TESTING AND NOT INTERBEAT_FUZZ)
  find_package(Boost 1.74 REQUIRED COMPONENTS unit_test_framework)
endif()

# yaml-cpp 0.7 exports a bare name; newer ones add the namespace.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED)
  target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()

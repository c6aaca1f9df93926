# Debian's cross compiler for 64-bit ARM: shows that the engine, the nodes and the drivers compile
# for boards, without a board. Nothing is linked, so the libraries' headers and CMake files of the
# building machine will do: they are the same on every architecture.
#   cmake --preset aarch64 && cmake --build --preset aarch64      (g++-aarch64-linux-gnu)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

execute_process(COMMAND cc -print-multiarch OUTPUT_VARIABLE host OUTPUT_STRIP_TRAILING_WHITESPACE)
list(APPEND CMAKE_PREFIX_PATH /usr/lib/${host}/cmake)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/${host}/pkgconfig:/usr/share/pkgconfig)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(ZLIB_LIBRARY /usr/lib/${host}/libz.so CACHE FILEPATH "" FORCE)
set(ZLIB_INCLUDE_DIR /usr/include CACHE PATH "" FORCE)

# cmake -DFROM=abi.h -DTO=… -P later_abi.cmake
# Writes abi.h as a later release may have it: one minor version up, and every struct that begins with
# `struct_size` longer by four words.
file(READ ${FROM} text)
string(REGEX MATCH "IB_ABI_MINOR ([0-9]+)u" minor "${text}")
math(EXPR next "${CMAKE_MATCH_1} + 1")
string(REPLACE "${minor}" "IB_ABI_MINOR ${next}u" text "${text}")

string(REGEX MATCHALL "typedef struct ib_[a-z_]+ {[^\n]*\n  uint32_t struct_size" heads "${text}")
set(grown 0)
foreach(head IN LISTS heads)
  if(head MATCHES "typedef struct (ib_[a-z_]+) {")  # a `;` in a comment has cut the others off
    string(REPLACE "\n} ${CMAKE_MATCH_1};" "\n  uint64_t later[4];\n} ${CMAKE_MATCH_1};" text "${text}")
    math(EXPR grown "${grown} + 1")
  endif()
endforeach()
if(grown LESS 20)
  message(FATAL_ERROR "Only ${grown} structs of ${FROM} were found to grow; its style has changed.")
endif()
file(WRITE ${TO} "${text}")

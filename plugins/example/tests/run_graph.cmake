# cmake -DPROGRAM=… -DPLUGINS=… -DGRAPH=… -DRESULT=… -DEXPECTED=… -P run_graph.cmake
# Runs GRAPH with the plugins below PLUGINS and compares the file that it wrote, line by line.
get_filename_component(folder ${RESULT} DIRECTORY)
file(REMOVE_RECURSE ${folder})
execute_process(
  COMMAND ${PROGRAM} run ${GRAPH} --plugin-path ${PLUGINS} --speed max --out ${folder}
  RESULT_VARIABLE code ERROR_VARIABLE said)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "The graph did not run (exit code ${code}):\n${said}")
endif()

if(DEFINED ENV{RENEW})
  configure_file(${RESULT} ${EXPECTED} COPYONLY)
  message(STATUS "Written anew: ${EXPECTED}. Look at the difference before you keep it.")
  return()
endif()

file(STRINGS ${RESULT} got)
file(STRINGS ${EXPECTED} wanted)
if(got STREQUAL wanted)
  return()
endif()
list(LENGTH got n_got)
list(LENGTH wanted n_wanted)
set(line 0)
foreach(want IN LISTS wanted)
  set(have "(nothing: it ends here)")
  if(line LESS n_got)
    list(GET got ${line} have)
  endif()
  math(EXPR line "${line} + 1")
  if(NOT have STREQUAL want)
    message(FATAL_ERROR "Line ${line} differs, of ${n_got} lines; ${n_wanted} were expected.\n"
      "  expected  ${want}\n  got       ${have}\n"
      "  ${EXPECTED}\n  ${RESULT}\n"
      "If the new numbers are right: RENEW=1 ctest --test-dir <build>, and look at the difference.")
  endif()
endforeach()
math(EXPR line "${n_wanted} + 1")
list(GET got ${n_wanted} have)
message(FATAL_ERROR "Line ${line} is one too many: ${have}\n  ${EXPECTED}\n  ${RESULT}")

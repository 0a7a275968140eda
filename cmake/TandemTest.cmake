# tandem_test(NAME SOURCES file... [LINK target...] [TIMEOUT seconds] [LABELS label...])
#
# One GoogleTest program; each of its tests is a ctest of its own with a time-out. tandem_test_support brings main(), which checks
# after every test that no child, descriptor, thread or parked waiter was left behind.
#
# With TANDEM_TEST_WHOLE_PROGRAMS the program is one ctest, with ten times as much time: a sanitized program takes so long to start that
# starting it once for each test is most of the work. So tests have to get along with each other in one process, too.
option(TANDEM_TEST_WHOLE_PROGRAMS "Run each test program once, with all its tests" OFF)
find_package(GTest REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)  # here, so that all folders below see it
include(GoogleTest)

# Tests and examples wait and sleep more than they compute, while optimising them takes longer than compiling the library: the release
# gets a little, so that what is inline is optimised somewhere, sanitized ones none. The library keeps its preset's level.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  set(tandem_test_flags -O0)
else()
  set(tandem_test_flags $<$<CONFIG:Release>:-O1>)
endif()

function(tandem_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE tandem_test_support ${arg_LINK} tandem_warnings)
  # One label with commas in it: a list falls apart on its way into the file that ctest reads, and all but the first are lost. For
  # ctest's -L and -LE, which search for an expression, it is the same.
  list(JOIN arg_LABELS "," labels)
  if(TANDEM_TEST_WHOLE_PROGRAMS)
    math(EXPR patience "10 * ${arg_TIMEOUT}")
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${patience} LABELS "${labels}")
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       TEST_PREFIX ${name}. PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${labels}")
endfunction()

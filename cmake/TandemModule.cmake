# tandem_module(NAME HEADERS file... [SOURCES file...] [DEPENDS module...] [PRIVATE target...])
#
# One folder is one target: tandem_NAME, known to users as tandem::NAME. Headers and sources stand side by side; headers go into
# file sets, so that they install as <tandem/NAME/...>. Each compiles alone: one that its own source includes first shows that with
# every build, the others are checked by the target all_verify_interface_header_sets. DEPENDS names the folders below that this one
# includes from; PRIVATE names what only its sources need.
function(tandem_module name)
  cmake_parse_arguments(arg "" "" "HEADERS;SOURCES;DEPENDS;PRIVATE" ${ARGN})
  set(target tandem_${name})
  list(TRANSFORM arg_DEPENDS PREPEND tandem::)

  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE $<BUILD_INTERFACE:tandem_warnings> ${arg_PRIVATE})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    # What the library calls is found when the program is loaded, and not at its first call: each process that the fork server forks
    # would look for what only children call, _exit for one, and that costs more than the calls.
    target_compile_options(${target} PRIVATE -fno-plt)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(${target} INTERFACE ${arg_DEPENDS})
  endif()
  add_library(tandem::${name} ALIAS ${target})

  target_compile_features(${target} ${scope} cxx_std_20)
  tandem_split_headers(${name} arg_HEADERS shown)
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS}
                                    FILE_SET shown TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${shown})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
  install(TARGETS ${target} EXPORT tandem FILE_SET HEADERS FILE_SET shown)
  set_property(GLOBAL APPEND PROPERTY TANDEM_MODULES ${name})
endfunction()

# Takes out of `headers` those that the source of the same name includes before anything else, and puts them into `shown`.
function(tandem_split_headers name headers shown)
  foreach(header IN LISTS ${headers})
    string(REGEX REPLACE "hpp$" "cpp" source ${CMAKE_CURRENT_SOURCE_DIR}/${header})
    set(first "")
    if(EXISTS ${source})
      file(STRINGS ${source} first REGEX "^#include" LIMIT_COUNT 1)
    endif()
    if(first STREQUAL "#include \"tandem/${name}/${header}\"")
      list(APPEND taken ${header})
    else()
      list(APPEND left ${header})
    endif()
  endforeach()
  set(${headers} ${left} PARENT_SCOPE)
  set(${shown} ${taken} PARENT_SCOPE)
endfunction()

# tandem_module(NAME HEADERS file... [SOURCES file...] [DEPENDS module...] [PRIVATE target...])
#
# One folder is one target: tandem_NAME, known to users as tandem::NAME. Headers and sources stand side by side; headers go into a
# file set, so that they install as <tandem/NAME/...> and each is checked to compile alone. DEPENDS names the folders below that
# this one includes from; PRIVATE names what only its sources need.
function(tandem_module name)
  cmake_parse_arguments(arg "" "" "HEADERS;SOURCES;DEPENDS;PRIVATE" ${ARGN})
  set(target tandem_${name})
  list(TRANSFORM arg_DEPENDS PREPEND tandem::)

  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE $<BUILD_INTERFACE:tandem_warnings> ${arg_PRIVATE})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(${target} INTERFACE ${arg_DEPENDS})
  endif()
  add_library(tandem::${name} ALIAS ${target})

  target_compile_features(${target} ${scope} cxx_std_20)
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS ${target} EXPORT tandem FILE_SET HEADERS)
  set_property(GLOBAL APPEND PROPERTY TANDEM_MODULES ${name})
endfunction()

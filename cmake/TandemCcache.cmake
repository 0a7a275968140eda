# A second build of the same sources costs nothing where ccache is there, in another clone neither: places are hashed relative to the
# root, and the build folder's is not hashed at all.
find_program(TANDEM_CCACHE ccache)
if(TANDEM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 ${TANDEM_CCACHE})
endif()

# yizhan_embed_sql(target [SOURCE_DIR folder] [NAMESPACE ns] [INCLUDE path])
#
# Compiles <folder>/queries/*.sql and <folder>/migrations/*.sql into constants and adds them to the target,
# which must exist. Code includes them as INCLUDE ("store/queries.h" for the folder store):
# yizhan::store::q::<name> and yizhan::store::migrations(). A mistake in a .sql file fails the build with its
# file and line.
function(yizhan_embed_sql target)
  cmake_parse_arguments(E "" "SOURCE_DIR;NAMESPACE;INCLUDE" "" ${ARGN})
  if(NOT E_SOURCE_DIR)
    set(E_SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  get_filename_component(folder ${E_SOURCE_DIR} NAME)
  if(NOT E_NAMESPACE)
    set(E_NAMESPACE yizhan::${folder})
  endif()
  if(NOT E_INCLUDE)
    set(E_INCLUDE ${folder}/queries.h)
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(out ${CMAKE_BINARY_DIR}/generated)
  file(GLOB files CONFIGURE_DEPENDS ${E_SOURCE_DIR}/queries/*.sql ${E_SOURCE_DIR}/migrations/*.sql)
  string(REGEX REPLACE "\\.h$" "" stem ${E_INCLUDE})
  add_custom_command(
    OUTPUT ${out}/${stem}.h ${out}/${stem}.cc
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/embed_sql.py --queries ${E_SOURCE_DIR}/queries
      --migrations ${E_SOURCE_DIR}/migrations --namespace ${E_NAMESPACE} --include ${E_INCLUDE} --out ${out}
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/tools/embed_sql.py
    COMMENT "SQL of ${folder}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/${stem}.h ${out}/${stem}.cc)
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "EXECUTABLE")
    target_include_directories(${target} PRIVATE ${out})
  else()
    target_include_directories(${target} PUBLIC ${out})
  endif()
endfunction()

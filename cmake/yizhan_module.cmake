# One folder of src/ is one static library whose DEPENDS list is its allowed arrows (tools/check_layers.py reads the
# same lists), one gtest executable made of the *_test.cc files that sit beside the code and, where there is a
# main.cc, the program yizhan.

function(yizhan_module name)
  cmake_parse_arguments(M "" "" "DEPENDS;LIBS;PRIVATE_LIBS;TEST_DEPENDS" ${ARGN})
  file(GLOB_RECURSE all CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cc *.h)
  set(sources ${all})
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|^main)\\.cc$")
  list(TRANSFORM M_DEPENDS PREPEND yizhan_)
  list(TRANSFORM M_TEST_DEPENDS PREPEND yizhan_)
  if(name IN_LIST YIZHAN_ASIO_FOLDERS)
    set(kind asio)
  else()
    set(kind common)
  endif()

  add_library(yizhan_${name} STATIC ${sources})
  set_target_properties(yizhan_${name} PROPERTIES LINKER_LANGUAGE CXX UNITY_BUILD ${YIZHAN_UNITY})
  target_link_libraries(yizhan_${name} PUBLIC yizhan_flags ${M_DEPENDS} ${M_LIBS} PRIVATE ${M_PRIVATE_LIBS})
  yizhan_use_precompiled(yizhan_${name} ${kind})

  if("main.cc" IN_LIST all)
    add_executable(yizhan main.cc)
    target_link_libraries(yizhan PRIVATE yizhan_${name})
    yizhan_use_precompiled(yizhan ${kind})
    set_target_properties(yizhan PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  endif()

  if(YIZHAN_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE yizhan_${name} ${M_TEST_DEPENDS} GTest::gmock GTest::gtest_main)
    yizhan_use_precompiled(${name}_test test)
    add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 600)
  endif()
endfunction()

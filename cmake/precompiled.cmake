# Three precompiled headers, each compiled once and reused: the standard library and fmt for every folder, Asio and
# Beast for the folders that may see them, GoogleTest for the tests. A header is listed when many files of that kind
# include it; being listed does not excuse a file from including what it uses.
set(_pch_common <algorithm> <array> <atomic> <chrono> <cstdint> <expected> <functional> <map> <memory> <mutex>
  <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
set(_pch_asio ${_pch_common} <boost/asio.hpp> <boost/asio/experimental/awaitable_operators.hpp>)
set(_pch_test ${_pch_common} <gmock/gmock.h> <gtest/gtest.h>)

# What tests are compiled with besides: their own code need not be fast, and takes a third of the time to compile so.
set(_test_options -O0)

# Folders that see Asio; tools/check_layers.py holds the same rule.
set(YIZHAN_ASIO_FOLDERS net link http engine app)

function(yizhan_precompiled_target name)
  cmake_parse_arguments(P "" "" "HEADERS;LIBS" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/pch/${name}.cc.in "// Holds a precompiled header.\n")
  configure_file(${CMAKE_BINARY_DIR}/pch/${name}.cc.in ${CMAKE_BINARY_DIR}/pch/${name}.cc COPYONLY)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/pch/${name}.cc)
  target_link_libraries(${name} PRIVATE yizhan_flags fmt::fmt Boost::json Threads::Threads ${P_LIBS})
  target_precompile_headers(${name} PRIVATE ${P_HEADERS})
  # Without this clang writes the time into the file and the compiler cache never hits.
  target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

if(YIZHAN_PCH)
  yizhan_precompiled_target(yizhan_pch_common HEADERS ${_pch_common})
  yizhan_precompiled_target(yizhan_pch_asio HEADERS ${_pch_asio} LIBS Boost::headers)
  if(YIZHAN_TESTS)
    yizhan_precompiled_target(yizhan_pch_test HEADERS ${_pch_test} LIBS GTest::gmock GTest::gtest)
    target_compile_options(yizhan_pch_test PRIVATE ${_test_options})
  endif()
endif()

# kind: common, asio or test.
function(yizhan_use_precompiled target kind)
  if(kind STREQUAL test)
    target_compile_options(${target} PRIVATE ${_test_options})
  endif()
  if(YIZHAN_PCH)
    target_precompile_headers(${target} REUSE_FROM yizhan_pch_${kind})
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

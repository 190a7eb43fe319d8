# The flags that every target of the project is compiled with.
add_library(yizhan_flags INTERFACE)
# -pthread for all: a precompiled header is refused where it differs, and some libraries bring it.
target_compile_options(yizhan_flags INTERFACE -pthread)
target_compile_options(yizhan_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
  -Wno-gnu-statement-expression-from-macro-expansion -Wno-missing-field-initializers -Wno-missing-designated-field-initializers)
target_include_directories(yizhan_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(yizhan_flags INTERFACE BOOST_ASIO_NO_DEPRECATED)
if(YIZHAN_SANITIZE)
  string(REPLACE ";" "," _san "${YIZHAN_SANITIZE}")
  target_compile_options(yizhan_flags INTERFACE -fsanitize=${_san} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(yizhan_flags INTERFACE -fsanitize=${_san})
endif()
if(YIZHAN_FUZZ)
  # Coverage feedback in every object, so that a fuzzer sees the whole path; costs the unit tests little.
  target_compile_options(yizhan_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

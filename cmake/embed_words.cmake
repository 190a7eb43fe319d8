# yizhan_embed_words(target): the console's texts that the server's documents use, as a table (tools/embed_words.py).
function(yizhan_embed_words target)
  set(texts ${CMAKE_SOURCE_DIR}/web/src)
  set(sources terms=${texts}/i18n/terms. review=${texts}/pages/review/ opinion=${texts}/pages/opinion/
    report=${texts}/pages/report/)
  set(files)
  foreach(source ${sources})
    string(REGEX REPLACE "^[a-z]+=" "" prefix ${source})
    list(APPEND files ${prefix}zh.json ${prefix}en.json)
  endforeach()
  set(out ${CMAKE_BINARY_DIR}/generated/service/words_table.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/embed_words.py --out ${out} ${sources}
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/tools/embed_words.py
    COMMENT "Words of the console"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()

#pragma once
// What poppler's pdftotext reads in a PDF. Any thread; blocks.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace yizhan::testing {

// Page after page, each ended by a form feed, laid out as on the page.
inline std::string pdf_text(const std::string& pdf) {
  std::string path = (std::filesystem::temp_directory_path() / "yizhan_pdf_XXXXXX").string();
  const int file = mkstemp(path.data());
  EXPECT_GE(file, 0);
  close(file);
  std::ofstream(path, std::ios::binary) << pdf;
  std::string text;
  FILE* pipe = popen(("pdftotext -layout '" + path + "' -").c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 4096> chunk{};
  for (size_t n = 0; (n = std::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) text.append(chunk.data(), n);
  EXPECT_EQ(pclose(pipe), 0) << "pdftotext (poppler-utils) reads it";
  std::filesystem::remove(path);
  return text;
}

// Poppler sets spaces as wide as they look.
inline std::string without_spaces(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
  return text;
}

}  // namespace yizhan::testing

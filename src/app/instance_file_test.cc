#include "app/instance_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace yizhan::app {
namespace {

class InstanceFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "yizhan_test_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ / name; }
  service::SeenDatabase seen() { return read_instance_file(folder_).value(); }
  void put(std::string_view text) { std::ofstream(file("instance")) << text; }

  std::filesystem::path folder_;
  const store::LineageMark mark_{.database_id = "00112233445566778899aabbccddeeff",
                                 .audit_id = 7,
                                 .audit_hash = {1, 2},
                                 .attempt_id = 1};
  bool made_in_the_tick_of(const std::string& one, const std::string& other) const {
    const auto made = [&](const std::string& name) {
      struct statx info{};
      EXPECT_EQ(statx(AT_FDCWD, file(name).c_str(), 0, STATX_BTIME, &info), 0);
      return std::pair(info.stx_btime.tv_sec, info.stx_btime.tv_nsec);
    };
    return made(one) == made(other);
  }
};

TEST_F(InstanceFile, SaysWhatWasWritten) {
  EXPECT_FALSE(seen().mark);
  ASSERT_TRUE(write_instance_file(folder_, mark_));
  EXPECT_EQ(seen().mark, mark_);
  EXPECT_FALSE(seen().copied);
  store::LineageMark later = mark_;
  later.attempt_id = INT64_MAX;
  ASSERT_TRUE(write_instance_file(folder_, later));
  EXPECT_EQ(seen().mark, later);
  EXPECT_FALSE(seen().copied);
}

TEST_F(InstanceFile, ACopyIsKnown) {
  ASSERT_TRUE(write_instance_file(folder_, mark_));
  std::ifstream in(file("instance"));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.find(R"("made_ns":0)") != std::string::npos) GTEST_SKIP() << "this file system does not say";
  std::filesystem::rename(file("instance"), file("moved"));
  std::filesystem::rename(file("moved"), file("instance"));
  EXPECT_FALSE(seen().copied);
  // The clock of files goes in ticks: what is copied in the tick that the file was made in has its time.
  do {
    std::filesystem::remove(file("copy"));
    std::filesystem::copy_file(file("instance"), file("copy"));
  } while (made_in_the_tick_of("copy", "instance"));
  std::filesystem::last_write_time(file("copy"), std::filesystem::last_write_time(file("instance")));
  std::filesystem::rename(file("copy"), file("instance"));
  EXPECT_EQ(seen().mark, mark_);
  EXPECT_TRUE(seen().copied);
}

// A write that was cut off leaves what was there.
TEST_F(InstanceFile, AnUnfinishedOneIsNotRead) {
  ASSERT_TRUE(write_instance_file(folder_, mark_));
  std::ofstream(file("instance.new")) << "{\"for";
  EXPECT_EQ(seen().mark, mark_);
  ASSERT_TRUE(write_instance_file(folder_, mark_));
  EXPECT_FALSE(std::filesystem::exists(file("instance.new")));
}

TEST_F(InstanceFile, WhatNobodyUnderstandsIsNoMark) {
  put("");
  EXPECT_FALSE(seen().mark);
  put("{}");
  EXPECT_FALSE(seen().mark);
  put(R"({"format":2,"database_id":"1","audit_id":1,"audit_hash":"00","attempt_id":1,"made_ns":0})");
  EXPECT_FALSE(seen().mark);
}

TEST_F(InstanceFile, AFolderThatCannotBeWrittenIsSaid) {
  EXPECT_EQ(write_instance_file(file("none"), mark_).error().code, ErrorCode::kStoreFailed);
}

}  // namespace
}  // namespace yizhan::app

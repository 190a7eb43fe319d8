#include "db/detail/log_writes.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>

#include "support/test_database.h"

namespace yizhan::db {
namespace {

class LogWrites : public ::testing::Test {
 protected:
  void SetUp() override {
    sqlite3_vfs* vfs = sqlite3_vfs_find(gathering_log_writes("").c_str());
    ASSERT_NE(vfs, nullptr);
    memory_ = std::make_unique<char[]>(static_cast<size_t>(vfs->szOsFile));
    file_ = reinterpret_cast<sqlite3_file*>(memory_.get());
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL;
    ASSERT_EQ(vfs->xOpen(vfs, path_.c_str(), file_, kFlags, nullptr), SQLITE_OK);
  }
  void TearDown() override {
    if (file_->pMethods != nullptr) EXPECT_EQ(file_->pMethods->xClose(file_), SQLITE_OK);
  }
  void write(std::string_view bytes, sqlite3_int64 offset) {
    EXPECT_EQ(file_->pMethods->xWrite(file_, bytes.data(), static_cast<int>(bytes.size()), offset),
              SQLITE_OK);
  }
  // As another process sees it.
  std::string on_disk() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file("log");
  std::unique_ptr<char[]> memory_;
  sqlite3_file* file_ = nullptr;
};

TEST_F(LogWrites, WhatFollowsIsOneWriteAtTheSync) {
  write("head", 0);
  write("frame", 4);
  EXPECT_EQ(on_disk(), "");
  EXPECT_EQ(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL), SQLITE_OK);
  EXPECT_EQ(on_disk(), "headframe");
}

TEST_F(LogWrites, WhatGoesElsewhereIsAWriteOfItsOwn) {
  write("0123456789", 0);
  write("ab", 3);
  EXPECT_EQ(on_disk(), "0123456789");
  write("cd", 5);
  EXPECT_EQ(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL), SQLITE_OK);
  EXPECT_EQ(on_disk(), "012abcd789");
}

TEST_F(LogWrites, MoreThanTheSystemsLayerTakesAtOnceArrives) {
  std::string all;
  for (size_t i = 0; i < 100; ++i) {
    const std::string frame(4'096, static_cast<char>('a' + i % 26));
    write(frame, static_cast<sqlite3_int64>(all.size()));
    all += frame;
  }
  EXPECT_EQ(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL), SQLITE_OK);
  EXPECT_EQ(on_disk(), all);
}

TEST_F(LogWrites, WhatWasGatheredIsReadCountedAndCut) {
  write("0123456789", 0);
  char read[4];
  EXPECT_EQ(file_->pMethods->xRead(file_, read, 4, 6), SQLITE_OK);
  EXPECT_EQ(std::string_view(read, 4), "6789");
  write("abc", 10);
  sqlite3_int64 size = 0;
  EXPECT_EQ(file_->pMethods->xFileSize(file_, &size), SQLITE_OK);
  EXPECT_EQ(size, 13);
  write("def", 13);
  EXPECT_EQ(file_->pMethods->xTruncate(file_, 2), SQLITE_OK);
  EXPECT_EQ(on_disk(), "01");
  write("xy", 2);
  EXPECT_EQ(file_->pMethods->xClose(file_), SQLITE_OK);
  file_->pMethods = nullptr;
  EXPECT_EQ(on_disk(), "01xy");
}

TEST_F(LogWrites, WhatCouldNotBeWrittenIsTriedAgain) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  write("0123456789", 0);
  const rlimit little{.rlim_cur = 4, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
  EXPECT_NE(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL), SQLITE_OK);
  char read[4];
  EXPECT_NE(file_->pMethods->xRead(file_, read, 4, 6), SQLITE_OK);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(file_->pMethods->xRead(file_, read, 4, 6), SQLITE_OK);
  EXPECT_EQ(std::string_view(read, 4), "6789");
  EXPECT_EQ(on_disk(), "0123456789");
}

TEST(LogWritesLayer, ThereIsOneOverEachAndNoneOverNothing) {
  EXPECT_EQ(gathering_log_writes(""), gathering_log_writes(""));
  EXPECT_EQ(gathering_log_writes("no such layer"), "");
}

}  // namespace
}  // namespace yizhan::db

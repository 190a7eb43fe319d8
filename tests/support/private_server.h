#pragma once
// A PostgreSQL server of a test's own, which it may stop and start: tools/with_postgres around a shell that
// waits for its input to end. Single thread.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

namespace yizhan::testing {

class PrivateServer {
 public:
  PrivateServer() {
    int in[2];
    int out[2];
    if (pipe(in) != 0 || pipe(out) != 0) return;
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
      execl("tools/with_postgres", "with_postgres", "--no-fsync", "sh", "-c",
            "echo \"$YIZHAN_TEST_POSTGRES\"; echo \"$YIZHAN_TEST_POSTGRES_CONTROL\"; cat", nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    FILE* reader = fdopen(out[0], "r");
    char line[512];
    if (fgets(line, sizeof line, reader)) conninfo = std::string(line, strcspn(line, "\n"));
    if (fgets(line, sizeof line, reader)) control_ = std::string(line, strcspn(line, "\n"));
    fclose(reader);
  }
  ~PrivateServer() {
    close(input_);
    int status = 0;
    waitpid(child_, &status, 0);
  }
  // "stop" is a kill without a checkpoint, "start" waits until it answers.
  void command(const char* word) const {
    std::ofstream(control_ + "/command") << word << '\n' << std::flush;
    std::string reply;
    std::ifstream in(control_ + "/reply");
    std::getline(in, reply);
    EXPECT_EQ(reply, "done");
  }

  std::string conninfo;

 private:
  pid_t child_ = -1;
  int input_ = -1;
  std::string control_;
};

}  // namespace yizhan::testing

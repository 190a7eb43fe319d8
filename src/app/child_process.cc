#include "app/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

extern char** environ;

namespace yizhan::app {

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& command,
                                         const std::string& error_log) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorCode::kStoreFailed, "no pipe", command.front());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, command.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return fail(ErrorCode::kStoreFailed, "cannot be started", command.front());
  }
  return ChildProcess(pid, fdopen(ends[0], "r"));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : pid_(other.pid_), output_(other.output_) {
  other.pid_ = 0;
  other.output_ = nullptr;
}

ChildProcess::~ChildProcess() { stop(); }

Result<std::string> ChildProcess::read_line() {
  char* line = nullptr;
  size_t capacity = 0;
  const ssize_t length = getline(&line, &capacity, output_);
  std::string text(line, length > 0 ? static_cast<size_t>(length) : 0);
  free(line);
  if (length < 0) return fail(ErrorCode::kUnavailable, "the process ended");
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

int ChildProcess::stop(std::string* rest) {
  if (pid_ == 0) return 0;
  kill(pid_, SIGTERM);
  while (auto line = read_line())
    if (rest != nullptr) *rest += *line + "\n";
  int status = 0;
  waitpid(pid_, &status, 0);
  fclose(output_);
  pid_ = 0;
  output_ = nullptr;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace yizhan::app

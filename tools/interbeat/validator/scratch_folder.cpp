#include "validator/scratch_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace ib::validator {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "interbeat-check-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "no folder for what nodes write");
  path_ = name;
}
ScratchFolder::~ScratchFolder() {
  std::error_code gone;
  fs::remove_all(path_, gone);
}

std::map<std::string, std::string> ScratchFolder::files() const {
  std::map<std::string, std::string> all;
  for (const auto& e : fs::recursive_directory_iterator(path_)) {
    if (!e.is_regular_file()) continue;
    std::ifstream in(e.path(), std::ios::binary);
    all[fs::relative(e.path(), path_).string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return all;
}

std::string difference(const std::map<std::string, std::string>& a,
                       const std::map<std::string, std::string>& b) {
  if (a.size() != b.size()) return "it wrote different sets of files";
  for (const auto& [name, text] : a) {
    const auto other = b.find(name);
    if (other == b.end()) return "the file " + name + " is missing";
    if (other->second != text) return "the file " + name + " has other bytes";
  }
  return {};
}

StdoutTo::StdoutTo(const fs::path& file) : kept_(::dup(STDOUT_FILENO)) {
  std::fflush(stdout);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(fd, STDOUT_FILENO);
  ::close(fd);
}
StdoutTo::~StdoutTo() {
  std::fflush(stdout);
  ::dup2(kept_, STDOUT_FILENO);
  ::close(kept_);
}

}  // namespace ib::validator

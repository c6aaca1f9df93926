// A sink with a file: valid intervals in ms, one a line, as most HRV programs read them. It reads the
// blocks itself (the raw shape).
#include <fcntl.h>
#include <unistd.h>
#include <interbeat/node.hpp>
#include <interbeat/types/interval.hpp>

#include <charconv>
#include <filesystem>
#include <string>

namespace cookbook {

struct RrFile {
  static constexpr ib::About about{"cookbook.rr_file", "1.0.0", "Writes intervals, one a line."};
  // Disks block: where the run is live, this node gets a thread of its own.
  static constexpr std::uint32_t node_flags =
      IB_NODE_SINK | IB_NODE_BLOCKING | IB_NODE_DETERMINISTIC;

  ib::In<"intervals", ib::Interval, ib::InSpec{.doc = "Those that are valid are written."}>
      intervals;
  ib::String<"path", ib::StringSpec{.def = "rr.txt",
                                    .doc = "The file, below --out unless it is absolute.",
                                    .output_path = true}>
      path;
  static constexpr auto fields = std::tuple{&RrFile::intervals, &RrFile::path};

  /// The file is not made here: a run that is refused leaves that of the run before alone.
  bool activate(ib::Activation& plan) {
    file_ = std::filesystem::path(plan.out_dir()) / path.value;
    std::filesystem::create_directories(file_.parent_path());
    line_.reserve(64 * std::size_t{plan.in().max_items} + 64);
    return true;
  }

  ib_status process(ib_process& p) {
    if (fd_ < 0 && !open()) return IB_ERROR;
    const ib_block* block = p.in[0];
    if (block == nullptr) return IB_OK;
    const auto* items = static_cast<const ib::Interval*>(block->data);
    line_.clear();
    for (std::uint32_t i = 0; i < block->n; ++i)
      if (items[i].valid) append(items[i].ibi_us / 1000.0);
    return write() ? IB_OK : IB_ERROR;
  }
  /// The sentence behind an IB_ERROR of `process`.
  const char* error() const {
    return "the file of intervals can't be written: no room, or no right";
  }

  void deactivate() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  bool open() {
    fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);  // body data
    return fd_ >= 0;
  }
  void append(double ms) {  // never by locale
    char text[32];
    line_.append(text, std::to_chars(text, text + sizeof text, ms).ptr) += '\n';
  }
  bool write() const {
    std::size_t done = 0;
    while (done < line_.size()) {
      const auto n = ::write(fd_, line_.data() + done, line_.size() - done);
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }

  std::filesystem::path file_;
  std::string line_;
  int fd_ = -1;
};

}  // namespace cookbook

IB_NODES(cookbook::RrFile)

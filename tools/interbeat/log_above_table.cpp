#include "log_above_table.hpp"

#include "above_table.hpp"
#include "sink/lines_on_screen.hpp"
#include "terminal.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>

namespace ib::tool {
namespace {

class AboveTable final : public spdlog::formatter {
 public:
  /// In one piece and without colour: what is written in several could be parted by a table.
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    spdlog::memory_buf_t plain;
    line_.format(message, plain);
    message.color_range_start = message.color_range_end = 0;
    const auto text =
        above_table({plain.data(), plain.size()}, lines_on_screen().load(std::memory_order_relaxed),
                    terminal_width(STDERR_FILENO));
    to.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<AboveTable>();
  }

 private:
  spdlog::pattern_formatter line_{"%l: %v"};
};

}  // namespace

void log_above_table() { spdlog::default_logger()->set_formatter(std::make_unique<AboveTable>()); }

}  // namespace ib::tool

#include "export/gzip.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace ib::tool {
namespace {
constexpr std::size_t waits_for = 1 << 16;
constexpr int gzip_window = 15 + 16;  // 16: a head and a checksum of gzip, not of zlib
}  // namespace

struct Gzip::State {
  z_stream z{};
};

Gzip::Gzip(OutFile& file) : state_(std::make_unique<State>()), file_(file) {
  if (deflateInit2(&state_->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

Gzip::~Gzip() { deflateEnd(&state_->z); }

void Gzip::write(std::string_view text) {
  waiting_ += text;
  if (waiting_.size() >= waits_for) deflate_all(false);
}

void Gzip::finish() { deflate_all(true); }

void Gzip::deflate_all(bool finish) {
  auto& z = state_->z;
  z.next_in = reinterpret_cast<Bytef*>(waiting_.data());
  z.avail_in = static_cast<uInt>(waiting_.size());
  std::array<char, 1 << 16> out;
  do {
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, finish ? Z_FINISH : Z_NO_FLUSH);
    file_.write({out.data(), out.size() - z.avail_out});
  } while (z.avail_out == 0);
  waiting_.clear();
}

}  // namespace ib::tool

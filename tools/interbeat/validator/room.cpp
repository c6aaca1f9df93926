#include "validator/room.hpp"

#include "validator/output.hpp"

#include <algorithm>
#include <new>

namespace ib::validator {

OutRoom::OutRoom(const std::string& port, std::size_t capacity, std::size_t item_size,
                 std::uint32_t channels, bool later)
    : capacity_(std::max<std::size_t>(1, capacity)),
      data_("the items of output `" + port + "`", capacity_ * item_size, 64),
      times_("the times of output `" + port + "`", capacity_ * sizeof(std::int64_t), 8),
      flags_("the sample flags of output `" + port + "`", capacity_, 1),
      gaps_("the gaps of output `" + port + "`", (capacity_ + 1) * sizeof(ib_gap), 8),
      block_(later) {
  block_.v.capacity = static_cast<std::uint32_t>(capacity_);
  block_.v.channels = channels;
}

ib_block* OutRoom::open(std::int64_t settled_ns) {
  auto& b = block_.v;
  b.flags = b.n = b.n_gaps = 0;
  b.lost = 0;
  b.first_index = 0;
  b.anchor = {};
  b.uncertainty_ns = 0;
  b.settled_ns = settled_ns;
  b.seen_ns = IB_NEVER;
  b.data = data_.data();
  b.t_ns = static_cast<const std::int64_t*>(times_.data());
  b.sample_flags = static_cast<const std::uint8_t*>(flags_.data());
  b.gaps = static_cast<const ib_gap*>(gaps_.data());
  return &b;
}
bool OutRoom::intact() const {
  return data_.intact() && times_.intact() && flags_.intact() && gaps_.intact();
}

InRoom::InRoom(const std::string& port, std::size_t capacity, std::size_t item_size, bool later)
    : item_size_(item_size),
      head_("the block of input `" + port + "`", sizeof(Grown<ib_block>), 8),
      data_("the items of input `" + port + "`", capacity * item_size, 64),
      times_("the times of input `" + port + "`", capacity * sizeof(std::int64_t), 8),
      flags_("the sample flags of input `" + port + "`", capacity, 1),
      gaps_("the gaps of input `" + port + "`", (capacity + 1) * sizeof(ib_gap), 8),
      later_(later) {}

const ib_block* InRoom::take(const ib_block& from, bool read_only) {
  auto* head = ::new (head_.data()) Grown<ib_block>(later_);
  const auto size = head->v.struct_size;
  head->v = from;
  head->v.struct_size = size;
  std::memcpy(data_.data(), from.data, from.n * item_size_);
  head->v.data = data_.data();
  if (from.t_ns != nullptr) {
    std::memcpy(times_.data(), from.t_ns, from.n * sizeof(std::int64_t));
    head->v.t_ns = static_cast<const std::int64_t*>(times_.data());
  }
  if (from.sample_flags != nullptr) {
    std::memcpy(flags_.data(), from.sample_flags, from.n);
    head->v.sample_flags = static_cast<const std::uint8_t*>(flags_.data());
  }
  std::memcpy(gaps_.data(), from.gaps, from.n_gaps * sizeof(ib_gap));
  head->v.gaps = static_cast<const ib_gap*>(gaps_.data());
  n_ = from.n;
  n_gaps_ = from.n_gaps;
  before_ = checksum();
  if (read_only) {
    locked_ = true;
    for (const auto* pages : {&head_, &data_, &times_, &flags_, &gaps_}) pages->make_read_only();
  }
  return &head->v;
}

void InRoom::reopen() {
  if (!locked_) return;
  locked_ = false;
  for (const auto* pages : {&head_, &data_, &times_, &flags_, &gaps_}) pages->make_writable();
}

std::uint64_t InRoom::checksum() const {
  const auto& b = static_cast<const Grown<ib_block>*>(head_.data())->v;
  auto h = hash_bytes(&b, sizeof(Grown<ib_block>), first_hash);
  h = hash_bytes(data_.data(), n_ * item_size_, h);
  h = hash_bytes(times_.data(), n_ * sizeof(std::int64_t), h);
  h = hash_bytes(flags_.data(), n_, h);
  return hash_bytes(gaps_.data(), n_gaps_ * sizeof(ib_gap), h);
}

}  // namespace ib::validator

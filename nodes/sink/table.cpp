#include "sink/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ib {
namespace {

/// Says in the file what the rings in front of it had no room for.
void note_losses(TextFile& file, const ib_block& b) {
  if ((b.flags & IB_BLOCK_LOST) == 0) return;
  const Time settled{b.settled_ns};
  if (b.n_gaps > 0) file.lose(b.lost, Time{b.gaps[0].from_ns}, Time{b.gaps[0].to_ns});
  else file.lose(b.lost, b.n > 0 ? time_of(b, 0) : settled, settled);
}

template <class T>
bool finite_at(const ib_field& f, const std::byte* item) {
  T v;
  std::memcpy(&v, item + f.offset, sizeof v);
  return std::isfinite(v);
}

std::uint64_t count_not_finite(const ib_type& type, const std::byte* item) {
  std::uint64_t n = 0;
  for (std::uint32_t k = 0; k < type.n_fields; ++k) {
    const auto& f = type.fields[k];
    if (f.kind == IB_F32) n += finite_at<float>(f, item) ? 0U : 1U;
    if (f.kind == IB_F64) n += finite_at<double>(f, item) ? 0U : 1U;
  }
  return n;
}

}  // namespace

std::string CsvFormat::header(const ib_type& type, bool regular) {
  std::string header = "time_s";
  for (std::uint32_t k = 0; k < type.n_fields; ++k) (header += ',') += type.fields[k].name;
  if (regular) header += ",reason";
  return header += '\n';
}

template <class Format>
bool FileSink<Format>::activate(Activation& a) {
  type_ = a.in().type;
  const bool regular = a.in().rate_hz > 0;
  row_ = RowWriter<Format>(*type_, regular);
  const auto why = file_.prepare(output_path(a.out_dir(), path.value),
                                 {Format::header(*type_, regular), Format::loss});
  return why.empty() || a.fail(why);
}

template <class Format>
ib_status FileSink<Format>::process(ib_process& p) {
  const ib_block* b = p.in[0];
  if (b == nullptr) return IB_OK;
  file_.begin();
  note_losses(file_, *b);
  for (std::uint32_t i = 0; i < b->n; ++i) write(*b, i);
  if ((b->flags & IB_BLOCK_FINISHED) != 0) file_.finish();
  else file_.write_when_due(Time{b->settled_ns});
  count();
  return file_.failed() ? IB_ERROR : IB_OK;
}

template <class Format>
void FileSink<Format>::write(const ib_block& b, std::uint32_t i) {
  const auto* item = item_of(b, *type_, i);
  const bool filled = is_filled(b, i);
  const auto n_not_finite = filled ? 0 : count_not_finite(*type_, item);
  not_finite.add(n_not_finite);
  const Time t = time_of(b, i);
  const auto* reason = filled ? "bridged" : n_not_finite > 0 ? "not_finite" : "";
  file_.begin_row() += row_.write({filled ? nullptr : item, t, reason});
  file_.end_row(t);
}

template <class Format>
void FileSink<Format>::deactivate() {
  file_.close();
  count();
}

template <class Format>
void FileSink<Format>::count() {
  rows.value.store(file_.rows(), std::memory_order_relaxed);
  lost_rows.value.store(file_.lost_rows(), std::memory_order_relaxed);
}

template struct FileSink<CsvFormat>;
template struct FileSink<JsonlFormat>;

}  // namespace ib

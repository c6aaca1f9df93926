#include "sink/table.hpp"

#include "sink/row_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace ib {
namespace {

/// Says in the file what did not reach it.
void append_losses(std::string& out, const ib_block& b, const char* form) {
  if ((b.flags & IB_BLOCK_LOST) == 0) return;
  const auto& g = b.gaps[0];
  const double from = b.n_gaps > 0 ? seconds(Time{g.from_ns}) : 0;
  const double to = b.n_gaps > 0 ? seconds(Time{g.to_ns}) : 0;
  fmt::format_to(std::back_inserter(out), fmt::runtime(form), b.lost, from, to);
}

/// The last block writes all there is, so that a full disk is this run's error and not a silence.
ib_status finish_block(TextFile& file, const ib_block& b) {
  const bool last = (b.flags & IB_BLOCK_FINISHED) != 0;
  return (last ? file.flush() : file.write_when_due(b.settled_ns)) ? IB_OK : IB_ERROR;
}

bool finite(const ib_field& f, const std::byte* item) {
  if (f.kind == IB_F32) {
    float v;
    std::memcpy(&v, item + f.offset, sizeof v);
    return std::isfinite(v);
  }
  if (f.kind != IB_F64) return true;
  double v;
  std::memcpy(&v, item + f.offset, sizeof v);
  return std::isfinite(v);
}

}  // namespace

bool CsvSink::activate(Activation& a) {
  type = a.in().type;
  if (const auto why = file.open(output_path(a.out_dir(), path.value)); !why.empty()) return a.fail(why);
  auto& out = file.buffer();
  out += "time_s";
  for (std::uint32_t k = 0; k < type->n_fields; ++k) (out += ',') += type->fields[k].name;
  out += '\n';
  return file.flush() || a.fail(file.error());
}

ib_status CsvSink::process(ib_process& p) {
  const ib_block* b = p.in[0];
  if (b == nullptr) return IB_OK;
  auto& out = file.buffer();
  append_losses(out, *b, "# lost {} items from {:.6f} to {:.6f} s\n");
  for (std::uint32_t i = 0; i < b->n; ++i) {
    const auto* item = item_of(*b, *type, i);
    append_time(out, time_of(*b, i).ns);
    for (std::uint32_t k = 0; k < type->n_fields; ++k) {
      out += ',';
      if (is_filled(*b, i)) continue;
      if (!finite(type->fields[k], item)) not_finite.add();
      append_csv_field(out, type->fields[k], item);
    }
    out += '\n';
    if (!file.write_when_due(b->settled_ns)) return IB_ERROR;
  }
  rows.add(b->n);
  return finish_block(file, *b);
}

bool JsonlSink::activate(Activation& a) {
  type = a.in().type;
  const auto why = file.open(output_path(a.out_dir(), path.value));
  return why.empty() || a.fail(why);
}

ib_status JsonlSink::process(ib_process& p) {
  const ib_block* b = p.in[0];
  if (b == nullptr) return IB_OK;
  auto& out = file.buffer();
  append_losses(out, *b, "{{\"lost\":{},\"from_s\":{:.6f},\"to_s\":{:.6f}}}\n");
  for (std::uint32_t i = 0; i < b->n; ++i) {
    if (is_filled(*b, i)) continue;
    const auto* item = item_of(*b, *type, i);
    out += "{\"time_s\":";
    append_time(out, time_of(*b, i).ns);
    for (std::uint32_t k = 0; k < type->n_fields; ++k) {
      ((out += ",\"") += type->fields[k].name) += "\":";
      append_json_field(out, type->fields[k], item);
    }
    out += "}\n";
    rows.add();
    if (!file.write_when_due(b->settled_ns)) return IB_ERROR;
  }
  return finish_block(file, *b);
}

}  // namespace ib

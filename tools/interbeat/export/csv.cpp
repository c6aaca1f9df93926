// A CSV file per port, with the columns and digits of sink.csv; gaps.csv, markers.csv and clock.csv beside them, and
// a file per source for what its device sent.
#include "export/session.hpp"
#include "sink/row_text.hpp"
#include "sink/table.hpp"

#include <interbeat/physio.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace ib::tool {
namespace {

constexpr std::size_t most_open_files = 500;  // a process has some 1000

std::string csv_cell(std::string_view text) {
  std::string cell(2 * text.size() + 2, '\0');
  cell.resize(static_cast<std::size_t>(write_csv_text(cell.data(), text) - cell.data()));
  return cell;
}

std::string csv_time(std::int64_t ns) {
  std::string text;
  append_time(text, ns);
  return text;
}

class CsvPort {
 public:
  CsvPort(const ExportedPort& p, OutFolder& out)
      : port_(p), rows_(p.type->type(), p.is_regular()), file_(out.open(p.file_name + ".csv")) {
    file_.write(CsvFormat::header(p.type->type(), p.is_regular()));
  }

  void write(const RecordedBlock& b) {
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const bool bridged = is_bridged(b, i);
      const auto* item = b.items.data() + std::size_t{i} * port_.port->item_bytes;
      const char* reason = bridged ? "bridged" : is_finite(item) ? "" : "not_finite";
      file_.write(rows_.write({bridged ? nullptr : item, Time{time_ns(b, i)}, reason}));
    }
  }

 private:
  bool is_finite(const std::byte* item) const {
    for (std::uint32_t c = 0; port_.is_regular() && c < port_.port->channels; ++c) {
      float v{};
      std::memcpy(&v, item + c * sizeof v, sizeof v);
      if (!std::isfinite(v)) return false;
    }
    return true;
  }
  const ExportedPort& port_;
  RowWriter<CsvFormat> rows_;
  OutFile& file_;
};

/// What the session's clock said of each regular port: a row where a piece of it begins.
class CsvClock {
 public:
  CsvClock(const ExportSession& session, OutFolder& out)
      : last_(session.ports.size()), file_(out.open("clock.csv")) {
    file_.write("stream,time_s,index,rate_hz,rate_ppm,uncertainty_ms,arrival_s\n");
  }
  void write(const ExportedPort& p, const RecordedBlock& b) {
    auto& last = last_[p.number];
    if (b.n == 0 || std::memcmp(&last, &b.anchor, sizeof last) == 0) return;
    last = b.anchor;
    const double rate = 1e9 * 4294967296.0 / static_cast<double>(b.anchor.dt_q32);
    file_.write(fmt::format("{},{},{},{:.9g},{:.3f},{:.6f},{}\n", csv_cell(p.path),
                            csv_time(time_ns(b, 0)), b.first_index, rate,
                            (rate / p.port->rate_hz - 1) * 1e6,
                            static_cast<double>(b.uncertainty_ns) * 1e-6,
                            b.arrival_ns != 0 ? csv_time(b.arrival_ns) : ""));
  }

 private:
  std::vector<ib_anchor> last_;
  OutFile& file_;
};

/// To the nanosecond, as it was recorded.
std::string exact_seconds(std::int64_t ns) {
  const bool negative = ns < 0;
  const auto whole = static_cast<std::uint64_t>(negative ? -ns : ns);
  return fmt::format("{}{}.{:09}", negative ? "-" : "", whole / 1'000'000'000,
                     whole % 1'000'000'000);
}

/// What a device sent, for those who estimate its clock anew.
class CsvPackets {
 public:
  CsvPackets(const RecordedSource& source, const std::string& name, OutFolder& out)
      : source_(source), file_(out.open(name + ".csv")) {
    file_.write("arrival_s,channel,event,device_s,stream,first_index,n,counted,lost,bytes\n");
  }
  void write(const RecordedPacket& p) {
    const char* event = (p.flags & IB_PACKET_CONNECTED) != 0      ? "connected"
                        : (p.flags & IB_PACKET_DISCONNECTED) != 0 ? "disconnected"
                        : (p.flags & IB_PACKET_EPOCH) != 0        ? "counted_anew"
                                                                  : "";
    std::string place = ",,,";
    if (p.n > 0)
      place = fmt::format("{},{},{},{}", csv_cell(source_.ports[p.port].name), p.first_index, p.n,
                          (p.flags & IB_PACKET_COUNTED) != 0 ? 1 : 0);
    std::string hex;
    for (const auto byte : p.bytes) hex += fmt::format("{:02x}", static_cast<unsigned>(byte));
    file_.write(fmt::format("{},{},{},{},{},{},{}\n", exact_seconds(p.arrival_ns),
                            csv_cell(source_.packet_channels[p.channel]), event,
                            p.device_ns == IB_NEVER ? "" : exact_seconds(p.device_ns), place,
                            p.lost, hex));
  }

 private:
  const RecordedSource& source_;
  OutFile& file_;
};

}  // namespace

void export_csv(const ExportSession& session, OutFolder& out, Remarks&) {
  std::deque<CsvPort> ports;
  for (const auto& p : session.ports) ports.emplace_back(p, out);
  std::vector<GapJoiner> joiners(session.ports.size());
  auto& gaps = out.open("gaps.csv");
  auto& markers = out.open("markers.csv");
  CsvClock clock(session, out);
  std::map<std::uint32_t, CsvPackets> packets;
  const auto devices = static_cast<std::size_t>(
      std::count_if(session.packet_files.begin(), session.packet_files.end(),
                    [](const auto& name) { return !name.empty(); }));
  if (session.ports.size() + devices > most_open_files)
    return out.fail(
        fmt::format("more than {} files would be open at once; choose with --only or --ports",
                    most_open_files));
  for (std::uint32_t s = 0; s < session.packet_files.size(); ++s)
    if (!session.packet_files[s].empty())
      packets.try_emplace(s, session.head().sources[s], session.packet_files[s], out);
  gaps.write("stream,from_s,to_s\n");
  markers.write("time_s,stream,text\n");
  const auto gap_row = [&](const ExportedPort& p) {
    return [&gaps, &p](const SessionGap& gap) {
      gaps.write(
          fmt::format("{},{},{}\n", csv_cell(p.path), csv_time(gap.from_ns), csv_time(gap.to_ns)));
    };
  };
  session.each(
      [&](const ExportedPort& p, const RecordedBlock& b) {
        ports[p.number].write(b);
        joiners[p.number].block(b, session.holes(), gap_row(p));
        if (p.is_regular()) clock.write(p, b);
        if (p.port->type != Marker::type().urn || p.type->fields().empty()) return;
        for (std::uint32_t i = 0; i < b.n; ++i)
          markers.write(fmt::format("{},{},{}\n", csv_time(time_ns(b, i)), csv_cell(p.path),
                                    csv_cell(session.cell(p, b, i, p.type->fields().front()))));
      },
      [&](std::int64_t ns, const std::string& text) {
        markers.write(fmt::format("{},,{}\n", csv_time(ns), csv_cell(text)));
      },
      [&](const RecordedPacket& p) { packets.at(p.source).write(p); });
  for (const auto& p : session.ports) joiners[p.number].end(gap_row(p));
}

}  // namespace ib::tool

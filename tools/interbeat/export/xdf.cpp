// XDF 1.0 (github.com/sccn/xdf, "Specifications"): one file, a stream per port. All time stamps are seconds on
// the session clock, one for each sample, so every ClockOffset is 0: the clocks were aligned when it was recorded.
//
// A chunk is: bytes of its length (1, 4 or 8), the length of tag and content, a tag of 16 bits, the content.
// Whatever has a text field is a stream of strings; other items are doubles, an enum is its index, an absent
// value NaN. Gaps are a stream of strings of their own, because XDF has no other place for them.
#include "export/safe_name.hpp"
#include "export/session.hpp"

#include "page/page.hpp"
#include "run_record.hpp"

#include <interbeat/physio.hpp>

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace ib::tool {
namespace {

enum XdfTag : std::uint16_t {
  xdf_file_header = 1,
  xdf_stream_header,
  xdf_samples,
  xdf_clock_offset,
  xdf_boundary,
  xdf_stream_footer
};

constexpr std::size_t samples_a_chunk = 4096;
constexpr std::size_t bytes_between_boundaries = 1 << 20;
constexpr unsigned char boundary_uuid[16]{0x43, 0xA5, 0x46, 0xDC, 0xCB, 0xF5, 0x41, 0x0F,
                                          0xB3, 0x0E, 0xD5, 0x46, 0x73, 0x83, 0xCB, 0xE4};

template <class T>
void xdf_put(std::string& to, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);  // little-endian, as this program is
  to.append(bytes, sizeof value);
}

/// A length in front of something: one byte that says how many, then so many.
void xdf_put_length(std::string& to, std::uint64_t n) {
  if (n <= 0xff) {
    xdf_put(to, std::uint8_t{1});
    xdf_put(to, static_cast<std::uint8_t>(n));
  } else if (n <= 0xffffffffU) {
    xdf_put(to, std::uint8_t{4});
    xdf_put(to, static_cast<std::uint32_t>(n));
  } else {
    xdf_put(to, std::uint8_t{8});
    xdf_put(to, n);
  }
}

void write_chunk(OutFile& file, XdfTag tag, std::string_view content) {
  std::string head;
  xdf_put_length(head, content.size() + 2);
  xdf_put(head, static_cast<std::uint16_t>(tag));
  file.write(head);
  file.write(content);
}

double xdf_stamp(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

/// A stream: its samples are collected and written as a chunk.
class XdfStream {
 public:
  XdfStream(OutFile& file, std::uint32_t id) : file_(file), id_(id) {}

  void write_header(const std::string& xml) const {
    write_with_id(xdf_stream_header, "<?xml version=\"1.0\"?>\n" + xml);
  }
  /// The values of the sample follow it into `samples()`.
  std::string& begin(std::int64_t ns) {
    if (waiting_ >= samples_a_chunk) flush();
    if (count_++ == 0) first_ = xdf_stamp(ns);
    last_ = xdf_stamp(ns);
    ++waiting_;
    xdf_put(samples_, std::uint8_t{8});
    xdf_put(samples_, last_);
    return samples_;
  }
  void add_text(std::int64_t ns, std::string_view text) {
    auto& to = begin(ns);
    xdf_put_length(to, text.size());
    to += text;
  }
  void flush() {
    if (waiting_ == 0) return;
    std::string content;
    xdf_put(content, id_);
    xdf_put_length(content, waiting_);
    write_chunk(file_, xdf_samples, content += samples_);
    samples_.clear();
    waiting_ = 0;
  }
  void finish() {
    flush();
    // A reader lays a line through them, and none goes through two at one time.
    if (count_ > 0) write_offset(first_);
    if (last_ != first_) write_offset(last_);
    std::string xml = "<?xml version=\"1.0\"?>\n<info>";
    if (count_ > 0)
      xml += fmt::format(
          "<first_timestamp>{:.9f}</first_timestamp><last_timestamp>{:.9f}"
          "</last_timestamp>",
          first_, last_);
    write_with_id(xdf_stream_footer,
                  xml + fmt::format("<sample_count>{}</sample_count></info>", count_));
  }

 private:
  void write_offset(double at) const {
    std::string offset;
    xdf_put(offset, at);
    xdf_put(offset, 0.0);
    write_with_id(xdf_clock_offset, offset);
  }
  void write_with_id(XdfTag tag, std::string_view content) const {
    std::string all;
    xdf_put(all, id_);
    write_chunk(file_, tag, all += content);
  }
  OutFile& file_;
  std::uint32_t id_;
  std::string samples_;
  std::size_t waiting_{};
  std::uint64_t count_{};
  double first_{}, last_{};
};

bool has_text_field(const ExportedPort& p) {
  for (const auto& f : p.type->fields())
    if (f.kind == IB_TEXT) return true;
  return false;
}

const char* xdf_format(const ExportedPort& p) {
  return p.is_regular() ? "float32" : has_text_field(p) ? "string" : "double64";
}

const char* xdf_type(const ExportedPort& p) {
  const auto& urn = p.port->type;
  if (urn == Ppg::type().urn) return "PPG";
  if (urn == Ecg::type().urn) return "ECG";
  if (urn == Acceleration::type().urn) return "ACC";
  if (urn == SkinConductance::type().urn) return "EDA";
  if (urn == Temperature::type().urn) return "Temperature";
  return urn == Marker::type().urn ? "Markers" : "Events";
}

std::string stream_xml(std::string_view name, std::string_view type, std::size_t channels,
                       double rate_hz, const char* format, std::string_view source_id,
                       std::string_view desc) {
  return fmt::format(
      "<info><name>{}</name><type>{}</type><channel_count>{}</channel_count>"
      "<nominal_srate>{}</nominal_srate><channel_format>{}</channel_format>"
      "<source_id>{}</source_id><version>1.0</version><created_at>0.0</created_at>"
      "<desc>{}</desc></info>",
      page::escaped(name), page::escaped(type), channels, rate_hz, format, page::escaped(source_id),
      desc);
}

std::string xdf_header(const ExportedPort& p) {
  std::string desc = fmt::format(
      "<participant>{}</participant><port_type>{}</port_type>"
      "<clock><uncertainty_s>{:.9f}</uncertainty_s></clock><channels>",
      page::escaped(shown_text(p.participant)), page::escaped(shown_text(p.port->type)),
      static_cast<double>(p.survey->most_uncertainty_ns) * 1e-9);
  for (const auto& f : p.type->fields()) {
    desc += fmt::format("<channel><label>{}</label><unit>{}</unit>", page::escaped(f.name),
                        page::escaped(f.unit));
    for (std::uint32_t k = 0; k < f.n_labels; ++k)
      desc += fmt::format("<word value=\"{}\">{}</word>", k, page::escaped(f.labels[k]));
    desc += "</channel>";
  }
  return stream_xml(p.path, xdf_type(p), p.type->fields().size(),
                    p.is_regular() ? p.port->rate_hz : 0, xdf_format(p), p.path,
                    desc + "</channels>");
}

double xdf_number(const ib_field& f, const std::byte* item) {
  const auto read = [&](auto value) {
    std::memcpy(&value, item + f.offset, sizeof value);
    return value;
  };
  switch (f.kind) {
    case IB_F32: return read(float{});
    case IB_F64: return read(double{});
    case IB_I32: return read(std::int32_t{});
    case IB_I64: return static_cast<double>(read(std::int64_t{}));
    case IB_MAYBE: {
      const auto v = read(ib_maybe{});
      return v.present != 0 ? v.value : std::numeric_limits<double>::quiet_NaN();
    }
    default: return read(std::uint8_t{});
  }
}

void add_items(const ExportSession& session, const ExportedPort& p, const RecordedBlock& b,
               XdfStream& stream) {
  const bool texts = has_text_field(p);
  for (std::uint32_t i = 0; i < b.n; ++i) {
    auto& to = stream.begin(time_ns(b, i));
    const auto* item = b.items.data() + std::size_t{i} * p.port->item_bytes;
    for (std::uint32_t c = 0; p.is_regular() && c < p.port->channels; ++c)
      xdf_put(to, session.sample(p, b, i, c).value_or(std::numeric_limits<float>::quiet_NaN()));
    for (const auto& f : p.type->fields()) {
      if (p.is_regular()) break;
      if (texts) {
        const auto cell = session.cell(p, b, i, f);
        xdf_put_length(to, cell.size());
        to += cell;
      } else {
        xdf_put(to, xdf_number(f, item));
      }
    }
  }
}

}  // namespace

void export_xdf(const ExportSession& session, OutFolder& out, Remarks& remarks) {
  auto& file = out.open("session.xdf");
  file.write("XDF:");
  const auto utc = session.utc_of_zero_ns;
  write_chunk(file, xdf_file_header,
              fmt::format("<?xml version=\"1.0\"?>\n<info><version>1.0</version>{}</info>",
                          utc != IB_NEVER ? "<datetime>" + utc_text(utc) + "</datetime>" : ""));
  std::deque<XdfStream> streams;
  std::uint32_t id = 0;
  for (const auto& p : session.ports) streams.emplace_back(file, ++id).write_header(xdf_header(p));
  auto& marks = streams.emplace_back(file, ++id);
  marks.write_header(stream_xml("markers", "Markers", 1, 0, "string", "session", ""));
  auto& gaps = streams.emplace_back(file, ++id);
  gaps.write_header(stream_xml("gaps", "Markers", 1, 0, "string", "session", ""));

  std::vector<GapJoiner> joiners(session.ports.size());
  const auto gap_of = [&](const ExportedPort& p) {
    return [&gaps, &p](const SessionGap& gap) {
      gaps.add_text(gap.from_ns, fmt::format("{}: not measured for {:.6f} s", p.path,
                                             static_cast<double>(gap.to_ns - gap.from_ns) * 1e-9));
    };
  };
  std::uint64_t bounded = file.size();
  session.each(
      [&](const ExportedPort& p, const RecordedBlock& b) {
        joiners[p.number].block(b, session.holes(), gap_of(p));
        add_items(session, p, b, streams[p.number]);
        if (file.size() - bounded < bytes_between_boundaries) return;
        write_chunk(file, xdf_boundary,
                    {reinterpret_cast<const char*>(boundary_uuid), sizeof boundary_uuid});
        bounded = file.size();
      },
      [&](std::int64_t ns, const std::string& text) { marks.add_text(ns, text); });
  for (const auto& p : session.ports) joiners[p.number].end(gap_of(p));
  for (auto& stream : streams) stream.finish();
  remarks.emplace_back("all time stamps are seconds on the session clock, so clock offsets are 0");
}

}  // namespace ib::tool

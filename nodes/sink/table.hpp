// sink.csv and sink.jsonl: every item of any stream as one line of a file.
#pragma once

#include <interbeat/node.hpp>

#include "sink/row_text.hpp"
#include "sink/row_writer.hpp"
#include "sink/text_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ib {

/// A header row, then `time_s` and the fields of the stream's type, one row per item.
struct CsvFormat {
  static constexpr About about{
      "sink.csv", "1.0.0", "Writes a stream to a CSV file, one row per item.",
      "`time_s` is seconds since the session's start with 6 decimals; then the fields of the "
      "stream's "
      "type, named with their unit. Absent values are empty cells, a `reason` column says why; of "
      "a "
      "regular stream: bridged (filled across a short gap) or not_finite. Items lost in front of a "
      "full ring or to a full disk leave a line `# lost N items from A to B s`. Relative paths lie "
      "below --out. The file is made when the run begins, not before."};
  static constexpr const char* loss = "# lost {} items from {:.6f} to {:.6f} s\n";
  static std::string header(const ib_type& type, bool regular);

  static constexpr std::size_t around = 2;  ///< characters beside a value and its name, at most
  static char* write_begin(char* to) { return to; }
  static char* write_name(char* to, std::string_view) { return write_text(to, ","); }
  static char* write_field(char* to, const ib_field& f, const std::byte* item) {
    return write_csv_field(to, f, item);
  }
  static char* write_absent(char* to) { return to; }
  static char* write_reason(char* to, std::string_view why) {
    return write_text(write_text(to, ","), why);
  }
  static char* write_end(char* to) { return write_text(to, "\n"); }
};

/// One JSON object per line; absent values are null.
struct JsonlFormat {
  static constexpr About about{
      "sink.jsonl", "1.0.0", "Writes a stream to a file of JSON lines, one object per item.",
      "`time_s` and the fields of the stream's type. Absent values are null, `reason` says why; of "
      "a "
      "regular stream: bridged (filled across a short gap) or not_finite. Items lost in front of a "
      "full ring or to a full disk leave an object with `lost`, `from_s` and `to_s`. Relative "
      "paths "
      "lie below --out. The file is made when the run begins, not before."};
  static constexpr const char* loss = "{{\"lost\":{},\"from_s\":{:.6f},\"to_s\":{:.6f}}}\n";
  static std::string header(const ib_type&, bool) { return {}; }

  static constexpr std::size_t around = 32;
  static char* write_begin(char* to) { return write_text(to, "{\"time_s\":"); }
  static char* write_name(char* to, std::string_view name) {
    return write_text(write_text(write_text(to, ",\""), name), "\":");
  }
  static char* write_field(char* to, const ib_field& f, const std::byte* item) {
    return write_json_field(to, f, item);
  }
  static char* write_absent(char* to) { return write_text(to, "null"); }
  static char* write_reason(char* to, std::string_view why) {
    return write_text(write_text(write_text(to, ",\"reason\":\""), why), "\"");
  }
  static char* write_end(char* to) { return write_text(to, "}\n"); }
};

template <class Format>
struct FileSink {
  static constexpr About about = Format::about;
  static constexpr std::uint32_t node_flags =
      IB_NODE_SINK | IB_NODE_BLOCKING | IB_NODE_DETERMINISTIC;

  In<"in", void, InSpec{.doc = "Any stream."}> in;
  String<"path", StringSpec{.doc = "File to write, below --out if relative.",
                            .required = true,
                            .output_path = true}>
      path;
  Counter<"rows"> rows;            ///< that are in the file
  Counter<"lost_rows"> lost_rows;  ///< that did not get there
  Counter<"not_finite"> not_finite;
  static constexpr auto fields = std::tuple{&FileSink::in, &FileSink::path, &FileSink::rows,
                                            &FileSink::lost_rows, &FileSink::not_finite};

  bool activate(Activation& a);
  ib_status process(ib_process& p);
  void deactivate();
  const char* error() const { return file_.error(); }

 private:
  void write(const ib_block& b, std::uint32_t i);
  void count();

  TextFile file_;
  RowWriter<Format> row_;
  const ib_type* type_{};
};

using CsvSink = FileSink<CsvFormat>;
using JsonlSink = FileSink<JsonlFormat>;
extern template struct FileSink<CsvFormat>;
extern template struct FileSink<JsonlFormat>;

}  // namespace ib

// sink.csv and sink.jsonl: every item of any stream as one line of a file.
#pragma once

#include <interbeat/node.hpp>

#include "sink/text_file.hpp"

namespace ib {

/// A header row, then `time_s` and the fields of the stream's type, one row per item.
struct CsvSink {
  static constexpr About about{
      "sink.csv", "1.0.0", "Writes a stream to a CSV file, one row per item.",
      "`time_s` is seconds since the session's start with 6 decimals; then the fields of the stream's "
      "type, named with their unit. Absent values are empty cells, a `reason` column says why. "
      "Samples filled across short gaps are left empty. Items lost in front of a full ring leave a "
      "line `# lost N items from A to B s`. Relative paths lie below --out."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_BLOCKING | IB_NODE_DETERMINISTIC;

  In<"in", void, InSpec{.doc = "Any stream."}> in;
  String<"path", StringSpec{.doc = "File to write, below --out if relative.", .required = true,
                  .output_path = true}> path;
  Counter<"rows"> rows;
  Counter<"not_finite"> not_finite;
  static constexpr auto fields = std::tuple{&CsvSink::in, &CsvSink::path, &CsvSink::rows,
                                            &CsvSink::not_finite};

  bool activate(Activation& a);
  ib_status process(ib_process& p);
  void deactivate() { file.close(); }
  const char* error() const { return file.error().c_str(); }

  TextFile file;
  const ib_type* type{};
};

/// One JSON object per line; absent values are null.
struct JsonlSink {
  static constexpr About about{
      "sink.jsonl", "1.0.0", "Writes a stream to a file of JSON lines, one object per item.",
      "`time_s` and the fields of the stream's type. Absent values are null, `reason` says why. "
      "Relative paths lie below --out."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_BLOCKING | IB_NODE_DETERMINISTIC;

  In<"in", void, InSpec{.doc = "Any stream."}> in;
  String<"path", StringSpec{.doc = "File to write, below --out if relative.", .required = true,
                  .output_path = true}> path;
  Counter<"rows"> rows;
  static constexpr auto fields = std::tuple{&JsonlSink::in, &JsonlSink::path, &JsonlSink::rows};

  bool activate(Activation& a);
  ib_status process(ib_process& p);
  void deactivate() { file.close(); }
  const char* error() const { return file.error().c_str(); }

  TextFile file;
  const ib_type* type{};
};

}  // namespace ib

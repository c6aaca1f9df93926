// EdfFile: the bytes of an EDF+ or BDF+ file (Kemp & Olivan 2003, "European data format 'plus' (EDF+)"; BDF is
// the same with samples of 24 bits, BioSemi). One signal per channel, and one of annotations.
//
// The lowest digital value means "not measured"; data never reach it.
// Thread: one.
#pragma once

#include "export/out_folder.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ib::tool {

/// EDF: 16 bits a sample; BDF: 24.
enum class EdfKind { edf, bdf };

/// How measured values are written as whole numbers: lowest + (value - least) / step. The bounds are what the head
/// of the file says with its eight characters, so that a reader computes with the same numbers.
struct EdfScale {
  std::string least_text, most_text;  ///< of the lowest and the highest digital value
  double least{}, step{};
  std::int32_t lowest{}, highest{};

  /// Of values from `least` to `most`; false: eight characters can't say them.
  static bool of(double least, double most, EdfKind kind, EdfScale& scale);
  std::int32_t digital(double value) const;
  double error() const { return step / 2; }  ///< greatest difference that rounding makes
};

struct EdfSignal {
  std::string label, unit;
  EdfScale scale;
};

struct EdfHead {
  EdfKind kind{};
  bool continuous{true};  ///< EDF+C, else EDF+D: each record says when it begins
  std::string patient{"X X X X"};
  std::int64_t start_utc_ns{};  ///< whole seconds, of a year from 1985 to 2084
  bool dated{true};             ///< else only its time of day means something
  std::string duration;     ///< of a record, seconds, at most 8 characters; "0": annotations alone
  std::uint32_t samples{};  ///< of each signal in a record
  std::uint32_t annotation_bytes{};  ///< in a record, a multiple of 6: whole samples of both kinds
  std::vector<EdfSignal> signals;
};

/// Whether the two digits of a year can say this; a day less at both ends.
bool edf_can_date(std::int64_t utc_ns);
/// Where the calendar of EDF begins, 1985-01-01T00:00:00: the day of what nobody knows the day of.
inline constexpr std::int64_t edf_first_day_ns = 473'385'600'000'000'000;
/// Besides that of annotations: the head has four characters for how many there are.
inline constexpr std::size_t most_edf_signals = 9998;
inline constexpr std::uint64_t most_edf_records = 99'999'999;

/// One entry of the annotations: onset in seconds behind the start of the file.
struct EdfAnnotation {
  std::int64_t onset_ns{};
  std::int64_t duration_ns{-1};  ///< below 0: none
  std::string text;              ///< at most `most_edf_text` bytes, UTF-8
};
inline constexpr std::size_t most_edf_text = 240;  ///< readers have room for some more

/// A text as those of several annotations, cut between characters, with "…" where one goes on in the next. Of at
/// most so many; `cut`: there would have been more.
std::vector<std::string> edf_texts(std::string_view text, std::size_t most, bool& cut);

/// "+12.5\x15 0.25\x14text\x14\0" as bytes.
std::string edf_bytes(const EdfAnnotation& a);
/// The beginning of each record: when it starts.
std::string edf_bytes_of_start(std::int64_t onset_ns);

class EdfFile {
 public:
  EdfFile(OutFile& file, EdfHead head);
  /// Channel by channel, `samples` each. `annotations`: at most annotation_bytes.
  void write_record(const std::vector<std::vector<std::int32_t>>& digital,
                    std::string_view annotations);
  /// Writes how many records there are into the head.
  void finish();

 private:
  std::string head_bytes() const;
  OutFile& file_;
  EdfHead head_;
  std::uint64_t records_{};
};

}  // namespace ib::tool

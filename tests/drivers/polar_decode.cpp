// Frames of Polar sensors: raw and compressed samples, pulse intervals, and what is none.
#include "polar/decode.hpp"

#include "drivers/polar_vectors.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(polar_decode)

using namespace ib::polar;
using ib::test::bytes;

namespace {

using Ints = std::vector<std::int32_t>;

std::vector<std::byte> polar_kept;  // what is decoded borrows it

template <class T>
T frame_of(std::string_view frame) {
  polar_kept = bytes(frame);
  const auto decoded = decode(polar_kept);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<T>(decoded), frame);
  return std::get<T>(decoded);
}

std::string_view refusal_of(std::string_view frame) {
  return to_text(frame_of<Refused>(frame).reason);
}

Ints values_of(const Waveform& waveform) {
  Ints values(values_max);
  const auto samples = waveform.read(values);
  BOOST_TEST(samples == waveform.size());
  values.resize(samples * waveform.channels());
  return values;
}

Ints sample(const Ints& values, std::size_t channels, std::size_t i) {
  const auto at = values.begin() + std::ptrdiff_t(i * channels);
  return {at, at + std::ptrdiff_t(channels)};
}

std::int64_t sum_of_channel(const Ints& values, std::size_t channels, std::size_t c) {
  std::int64_t sum = 0;
  for (std::size_t i = c; i < values.size(); i += channels) sum += values[i];
  return sum;
}

const std::string head_acc_compressed = "020094357700000000 80";

/// Decodes and touches everything, so that a sanitizer sees each byte that is read.
void touch_frame(ib::wire::Bytes frame) {
  const auto decoded = decode(frame);
  if (const auto* waveform = std::get_if<Waveform>(&decoded)) {
    BOOST_TEST(waveform->size() >= 1U);
    BOOST_TEST(waveform->size() * waveform->channels() <= values_max);
    values_of(*waveform);
    Ints few(7);
    BOOST_TEST(waveform->read(few) ==
               std::min(waveform->size(), few.size() / waveform->channels()));
  }
  if (const auto* intervals = std::get_if<PpIntervals>(&decoded))
    for (std::size_t i = 0; i < intervals->size(); ++i)
      BOOST_TEST((*intervals)[i].hr_bpm.value_or(1) > 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(ecg_is_microvolts) {
  const auto ecg = frame_of<Waveform>("000094357700000000 00 0280ff 028000");
  BOOST_TEST((ecg.type() == Measurement::ecg));
  BOOST_TEST(ecg.last_ns() == 2'000'000'000U);
  BOOST_TEST(int{ecg.channels()} == 1);
  BOOST_TEST(values_of(ecg) == (Ints{-32766, 32770}));
  BOOST_TEST(ecg.step({}) == 1);
  BOOST_TEST(ecg.step(0.5F) == 1);  // only what is scaled takes the factor
}

BOOST_AUTO_TEST_CASE(raw_ppg_is_three_diodes_and_ambient_light) {
  const auto ppg =
      frame_of<Waveform>("01009435770000000000010203040506ffff7f000000ffffff0fefef0000800fefef");
  BOOST_TEST((ppg.type() == Measurement::ppg));
  BOOST_TEST(int{ppg.channels()} == 4);
  BOOST_TEST(values_of(ppg) ==
             (Ints{197121, 394500, 8388607, 0, -1, -1052913, -8388608, -1052913}));
}

BOOST_AUTO_TEST_CASE(raw_acceleration_is_milli_g) {
  const auto acc = frame_of<Waveform>("02009435770000000001f7ffffffe703f8fffeffe503f9ffffffe503");
  BOOST_TEST(acc.last_ns() == 2'000'000'000U);
  BOOST_TEST(int{acc.channels()} == 3);
  BOOST_TEST(values_of(acc) == (Ints{-9, -1, 999, -8, -2, 997, -7, -1, 997}));
  BOOST_TEST(acc.step({}) == 1);
  const auto bytes_wide = frame_of<Waveform>("020094357700000000 00 7f80ff");
  BOOST_TEST(values_of(bytes_wide) == (Ints{127, -128, -1}));
  const auto three_bytes = frame_of<Waveform>("020094357700000000 02 ffff7f000080ffffff");
  BOOST_TEST(values_of(three_bytes) == (Ints{8388607, -8388608, -1}));
}

BOOST_AUTO_TEST_CASE(pulse_intervals_carry_their_error_and_flags) {
  const auto pp = frame_of<PpIntervals>("030000000000000000008080808080ff000100010000");
  BOOST_TEST(pp.last_ns() == 0U);
  BOOST_REQUIRE_EQUAL(pp.size(), 2U);
  BOOST_TEST(int{pp[0].hr_bpm.value()} == 128);
  BOOST_TEST(pp[0].interval_ms == 32896);
  BOOST_TEST(pp[0].error_ms == 32896);
  BOOST_TEST(pp[0].moved);
  BOOST_TEST((pp[0].contact == SkinContact::on));
  BOOST_TEST(!pp[1].hr_bpm);
  BOOST_TEST(pp[1].interval_ms == 1);
  BOOST_TEST(pp[1].error_ms == 1);
  BOOST_TEST(!pp[1].moved);
  BOOST_TEST((pp[1].contact == SkinContact::unknown));
  const auto off = frame_of<PpIntervals>("03000000000000000000 48 2003 0a00 04");
  BOOST_TEST((off[0].contact == SkinContact::off));
}

BOOST_AUTO_TEST_CASE(compressed_acceleration_of_polars_own_test) {
  const auto acc =
      frame_of<Waveform>(head_acc_compressed + std::string(ib::test::polar_acc_content));
  BOOST_REQUIRE_EQUAL(acc.size(), 57U);
  const auto values = values_of(acc);
  BOOST_TEST(sample(values, 3, 0) == (Ints{1905, 27376, -29282}));
  BOOST_TEST(sample(values, 3, 1) == (Ints{2095, 27271, -29367}));
  BOOST_TEST(sample(values, 3, 2) == (Ints{2285, 27165, -29451}));
  BOOST_TEST(sample(values, 3, 3) == (Ints{2475, 27058, -29534}));
  BOOST_TEST(sample(values, 3, 56) == (Ints{12274, 20173, -32449}));
  BOOST_TEST(sum_of_channel(values, 3, 0) == 407646);
  BOOST_TEST(sum_of_channel(values, 3, 1) == 1367041);
  BOOST_TEST(sum_of_channel(values, 3, 2) == -1774775);
  const auto step = acc.step(2.44e-4F);
  BOOST_TEST(values[0] * step == 464.8, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(values[1] * step == 6679.7, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(values[2] * step == -7144.8, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(compressed_ppg_of_a_verity_sense) {
  const auto ppg = frame_of<Waveform>(ib::test::verity_ppg_frame);
  BOOST_TEST(polar_kept.size() == 229U);
  BOOST_TEST((ppg.type() == Measurement::ppg));
  BOOST_TEST(ppg.last_ns() == 799'443'547'265'317'677U);
  BOOST_REQUIRE_EQUAL(ppg.size(), 50U);
  const auto values = values_of(ppg);
  BOOST_TEST(sample(values, 4, 0) == (Ints{-517445, -484483, -476780, -646945}));
  BOOST_TEST(sample(values, 4, 1) == (Ints{-517498, -484505, -476823, -646975}));
  BOOST_TEST(sample(values, 4, 2) == (Ints{-517498, -484551, -476857, -646931}));
  BOOST_TEST(sample(values, 4, 48) == (Ints{-517466, -484538, -476961, -646924}));
  BOOST_TEST(sample(values, 4, 49) == (Ints{-517453, -484524, -476908, -646937}));
  BOOST_TEST(sum_of_channel(values, 4, 0) == -25880629);
  BOOST_TEST(sum_of_channel(values, 4, 1) == -24236343);
  BOOST_TEST(sum_of_channel(values, 4, 2) == -23852461);
  BOOST_TEST(sum_of_channel(values, 4, 3) == -32346839);
}

BOOST_AUTO_TEST_CASE(a_type_1_of_compressed_acceleration_is_in_milli_g) {
  const auto acc = frame_of<Waveform>("020094357700000000 81 0a000500fbff");
  BOOST_TEST(values_of(acc) == (Ints{10, 5, -5}));
  BOOST_TEST(acc.step(0.25F) == 0.25);
  BOOST_TEST(acc.step({}) == 1);
}

BOOST_AUTO_TEST_CASE(a_reader_with_little_room_gets_the_first_samples) {
  const auto ppg = frame_of<Waveform>(ib::test::verity_ppg_frame);
  Ints values(11);
  BOOST_TEST(ppg.read(values) == 2U);
  BOOST_TEST(sample(values, 4, 1) == (Ints{-517498, -484505, -476823, -646975}));
  BOOST_TEST(values[8] == 0);
  BOOST_TEST(ppg.read({}) == 0U);
}

BOOST_AUTO_TEST_CASE(the_longest_frame_stays_within_the_bound) {
  std::string content = "000000000000";  // one sample, then differences of one bit
  std::string block = "01ff";
  for (int i = 0; i < (255 * 3 + 7) / 8; ++i) block += "00";
  while ((content.size() + block.size()) / 2 + 10 <= frame_bytes_max) content += block;
  const auto left = frame_bytes_max - 10 - content.size() / 2 - 2;
  content += "01" + std::string(ib::test::hex(std::array{std::byte(left * 8 / 3)}));
  for (std::size_t i = 0; i < left; ++i) content += "00";
  const auto acc = frame_of<Waveform>(head_acc_compressed + content);
  BOOST_TEST(polar_kept.size() == frame_bytes_max);
  BOOST_TEST(acc.size() == 1300U);
  BOOST_TEST(values_of(acc).size() <= values_max);
  BOOST_TEST(refusal_of(head_acc_compressed + content + "0100") == "bad_length");
}

BOOST_AUTO_TEST_CASE(a_damaged_sum_wraps) {
  const auto acc = frame_of<Waveform>(head_acc_compressed + "ff7f00000000 2002" +
                                      "ffffff7f ffffff7f ffffff7f ffffff7f 00000080 ffffffff");
  const auto values = values_of(acc);
  BOOST_TEST(sample(values, 3, 0) == (Ints{32767, 0, 0}));
  BOOST_TEST(sample(values, 3, 1) == (Ints{-2147450882, 2147483647, 2147483647}));
}

BOOST_AUTO_TEST_CASE(what_is_no_frame_is_refused) {
  const std::string stamp = "0094357700000000";
  BOOST_TEST(refusal_of("") == "bad_length");
  BOOST_TEST(refusal_of("00" + stamp) == "bad_length");
  BOOST_TEST(refusal_of("00" + stamp + "00") == "bad_length");                 // no sample
  BOOST_TEST(refusal_of("00" + stamp + "00" + "0280ff0280") == "bad_length");  // one and a half
  BOOST_TEST(refusal_of("03" + stamp + "00" + "8080808080") == "bad_length");
  BOOST_TEST(refusal_of("00" + stamp + "01" + "0280ff") == "unknown_frame");
  BOOST_TEST(refusal_of("00" + stamp + "80" + "0280ff") == "unknown_frame");
  BOOST_TEST(refusal_of("01" + stamp + "07" + "0280ff") == "unknown_frame");
  BOOST_TEST(refusal_of("03" + stamp + "01" + "808080808000") == "unknown_frame");
  BOOST_TEST(refusal_of("05" + stamp + "80" + "000000000000") == "unknown_type");
  BOOST_TEST(refusal_of("0a" + stamp + "00" + "000000") == "unknown_type");
  BOOST_TEST(refusal_of(head_acc_compressed + "0000000000") == "bad_length");
  BOOST_TEST(refusal_of(head_acc_compressed + "000000000000 08") == "bad_length");
  BOOST_TEST(refusal_of(head_acc_compressed + "000000000000 0801 0000") == "bad_length");
  BOOST_TEST(refusal_of(head_acc_compressed + "000000000000 0005") == "bad_length");
  BOOST_TEST(refusal_of(head_acc_compressed + "000000000000 2100") == "bad_length");
}

BOOST_AUTO_TEST_CASE(a_cut_frame_is_refused_or_shorter) {
  for (const std::string& whole :
       {std::string(ib::test::verity_ppg_frame),
        head_acc_compressed + std::string(ib::test::polar_acc_content),
        std::string("00009435770000000000 0280ff028000"),
        std::string("01009435770000000000010203040506ffff7f000000ffffff0fefef0000800fefef"),
        std::string("02009435770000000001f7ffffffe703f8fffeffe503f9ffffffe503"),
        std::string("030000000000000000008080808080ff000100010000")}) {
    const auto frame = bytes(whole);
    for (std::size_t n = 0; n <= frame.size(); ++n) {
      const std::vector<std::byte> prefix(frame.begin(), frame.begin() + std::ptrdiff_t(n));
      touch_frame(prefix);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_a_frame_or_refused) {
  std::size_t decoded = 0;
  const auto seeds = ib::test::cases(4000);
  for (const auto seed : seeds) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<std::byte> frame(seed % 2 == 0 ? random() % 600 : 10 + 12 * (random() % 42));
      for (auto& byte : frame) byte = static_cast<std::byte>(random());
      if (frame.size() > 9 && seed % 4 != 0) {
        constexpr std::array types{0, 1, 2, 2, 2, 3, 1, 2}, kinds{0, 0, 0, 1, 2, 0, 0x80, 0x81};
        const auto k = random() % types.size();
        frame[0] = static_cast<std::byte>(types[k]);
        frame[9] = static_cast<std::byte>(kinds[k]);
      }
      touch_frame(frame);
      if (!std::holds_alternative<Refused>(decode(frame))) ++decoded;
    }
  }
  BOOST_TEST((decoded > 0 || seeds.size() == 1));  // the frames are not all nonsense
}

BOOST_AUTO_TEST_CASE(what_is_compressed_comes_back) {
  for (const auto seed : ib::test::cases(300)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const bool ppg = seed % 2 == 0;
      const std::size_t channels = ppg ? 4 : 3;
      Ints expected;
      std::vector<std::byte> frame(10);
      frame[0] = static_cast<std::byte>(ppg ? 1 : 2);
      frame[9] = std::byte{0x80};
      for (std::size_t c = 0; c < channels; ++c) {
        expected.push_back(static_cast<std::int32_t>(random() % 60000) - 30000);
        for (unsigned b = 0; b < (ppg ? 3U : 2U); ++b)
          frame.push_back(
              static_cast<std::byte>(static_cast<std::uint32_t>(expected.back()) >> 8 * b));
      }
      while (true) {
        const auto width = 1 + static_cast<unsigned>(random() % 20);
        const std::size_t count = random() % 30, size = (width * count * channels + 7) / 8;
        if (frame.size() + 2 + size > frame_bytes_max) break;
        frame.push_back(static_cast<std::byte>(width));
        frame.push_back(static_cast<std::byte>(count));
        const auto start = frame.size();
        frame.resize(start + size);
        for (std::size_t i = 0; i < count * channels; ++i) {
          const auto most = std::int32_t{1} << (width - 1);
          const auto step = static_cast<std::int32_t>(random() % (1U << width)) - most;
          for (unsigned b = 0; b < width; ++b) {
            const auto at = i * width + b;
            const auto bit = static_cast<std::uint32_t>(step) >> b & 1U;
            frame[start + at / 8] |= static_cast<std::byte>(bit << at % 8);
          }
          expected.push_back(expected[expected.size() - channels] + step);
        }
      }
      const auto decoded = decode(frame);
      const auto* waveform = std::get_if<Waveform>(&decoded);
      BOOST_REQUIRE(waveform != nullptr);
      BOOST_TEST(values_of(*waveform) == expected);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

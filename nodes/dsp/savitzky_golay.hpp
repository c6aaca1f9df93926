// Savitzky-Golay smoothing: the value, or the slope, of the least-squares polynomial through the
// last n samples, in their middle. Unlike a moving average it leaves peaks their height
// (Savitzky & Golay, Anal Chem 36:1627, 1964).
//
// n odd, 3..255, order below n and at most 8. The value belongs to the sample (n - 1) / 2 ago, a
// delay that is the same at all frequencies. Absent until n samples are there; one that is not
// finite gives nothing and begins anew. Thread: one at a time; the constructor allocates.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ib::dsp {

/// What is taken of the polynomial.
enum class SavitzkyGolayOf : bool {
  value,
  slope,  ///< per sample; times the rate it is per second
};

inline constexpr std::size_t savitzky_golay_length_max = 255;
inline constexpr int savitzky_golay_order_max = 8;

/// Why there is no such filter, as a sentence with the numbers; nothing if there is.
std::optional<std::string> savitzky_golay_error(std::size_t n, int order);

/// Weights of n samples, oldest first. Precondition: savitzky_golay_error has nothing to say.
/// [control]
std::vector<double> savitzky_golay_weights(std::size_t n, int order,
                                           SavitzkyGolayOf of = SavitzkyGolayOf::value);

class SavitzkyGolay {
 public:
  /// Precondition: savitzky_golay_error has nothing to say. [control]
  SavitzkyGolay(std::size_t n, int order, SavitzkyGolayOf of = SavitzkyGolayOf::value);

  std::size_t length() const noexcept { return weights_.size(); }
  /// How long ago the sample came to which the value belongs.
  std::size_t delay_samples() const noexcept { return weights_.size() / 2; }

  void restart() noexcept { size_ = 0; }

  /// O(n). [stream]
  std::optional<double> operator()(double x) noexcept;

  /// What it knows, named one by one; the design is not part of it.
  template <class Visitor>
  void state(Visitor& visit) {
    visit(ring_, next_, size_);
    const bool good = next_ < ring_.size() && size_ <= ring_.size();
    visit.require(good);
    if (!good) next_ = size_ = 0;
  }

 private:
  std::vector<double> weights_;
  std::vector<double> ring_;
  std::size_t next_ = 0;  // the oldest sample, once there are n
  std::size_t size_ = 0;
};

}  // namespace ib::dsp

#include "dsp/fft.hpp"

#include <algorithm>
#include <complex>
#include <kissfft/kissfft.hh>
#include <vector>

namespace ib::dsp {

// kissfft transforms n real samples as n/2 complex ones and untangles the halves.
struct RealFft::Plan {
  explicit Plan(std::size_t half)
      : transform(half, false), input(2 * half), spectrum(half), power(half + 1) {}

  kissfft<double> transform;
  std::vector<double> input;
  std::vector<std::complex<double>> spectrum;
  std::vector<double> power;
};

RealFft::RealFft(std::size_t n)
    : plan_(std::make_unique<Plan>(std::max<std::size_t>((n + 1) / 2, 1))) {
  power({});  // for lengths with large prime factors kissfft asks for memory at its first run
}

RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

std::size_t RealFft::size() const noexcept { return plan_->input.size(); }

std::span<const double> RealFft::power(std::span<const double> x) noexcept {
  auto& [transform, input, spectrum, power] = *plan_;
  const std::size_t n = std::min(x.size(), input.size());
  std::fill(std::copy_n(x.begin(), n, input.begin()), input.end(), 0.0);
  transform.transform_real(input.data(), spectrum.data());
  // Bins 0 and n/2 are real, and share the first place.
  power.front() = spectrum[0].real() * spectrum[0].real();
  power.back() = spectrum[0].imag() * spectrum[0].imag();
  for (std::size_t k = 1; k < spectrum.size(); ++k) power[k] = std::norm(spectrum[k]);
  return power;
}

}  // namespace ib::dsp

#include "dsp/iir_design.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace ib::dsp {
namespace {

using Complex = std::complex<double>;
using Roots = std::vector<Complex>;

// Roots come out of square roots and divisions; closer to the axis than this they are real.
constexpr double real_tolerance = 1e-10;

bool is_real(Complex root) { return std::abs(root.imag()) <= real_tolerance * std::abs(root); }

// Product of (at - root) over all roots.
Complex product_from(double at, const Roots& roots) {
  Complex product = 1.0;
  for (Complex root : roots) product *= at - root;
  return product;
}

// Zeros that the prototype has at infinity.
std::size_t missing_zeros(const Zpk& f) { return f.poles.size() - f.zeros.size(); }

Roots scaled(const Roots& roots, double factor) {
  Roots out;
  for (Complex root : roots) out.push_back(root * factor);
  return out;
}

Roots inverted(const Roots& roots, double numerator) {
  Roots out;
  for (Complex root : roots) out.push_back(numerator / root);
  return out;
}

// Every low-pass root becomes the two roots of s^2 - root*width*s + centre^2.
Roots split(const Roots& roots, double width, double centre_squared) {
  Roots out;
  for (Complex root : roots) {
    const Complex half = root * (width / 2.0);
    const Complex offset = std::sqrt(half * half - centre_squared);
    out.push_back(half + offset);
    out.push_back(half - offset);
  }
  return out;
}

Roots bilinear_roots(const Roots& roots, double twice_rate) {
  Roots out;
  for (Complex root : roots) out.push_back((twice_rate + root) / (twice_rate - root));
  return out;
}

// One root of each conjugate pair (the upper one), or a real root, waiting for its section.
Roots upper_half(const Roots& roots) {
  Roots out;
  for (Complex root : roots) {
    if (is_real(root)) out.push_back(root.real());
    else if (root.imag() > 0.0) out.push_back(root);
  }
  return out;
}

template <typename Accept>
std::optional<Complex> take_nearest(Roots& roots, Complex to, Accept accept) {
  auto best = roots.end();
  double best_distance = std::numeric_limits<double>::infinity();
  for (auto it = roots.begin(); it != roots.end(); ++it) {
    const double distance = std::abs(*it - to);
    if (!accept(*it) || distance >= best_distance) continue;
    best = it;
    best_distance = distance;
  }
  if (best == roots.end()) return std::nullopt;
  const Complex taken = *best;
  roots.erase(best);
  return taken;
}

Complex take_nearest_unit_circle(Roots& roots) {
  const auto best = std::min_element(roots.begin(), roots.end(), [](Complex a, Complex b) {
    return std::abs(1.0 - std::abs(a)) < std::abs(1.0 - std::abs(b));
  });
  const Complex taken = *best;
  roots.erase(best);
  return taken;
}

// 1 + c1/z + c2/z^2 with the given root pair: a conjugate pair, two real roots, one or none.
struct Quadratic {
  double c1 = 0.0, c2 = 0.0;
};

Quadratic from_pair(Complex root) { return {-2.0 * root.real(), std::norm(root)}; }

Quadratic from_reals(std::optional<Complex> a, std::optional<Complex> b) {
  const double first = a ? a->real() : 0.0;
  const double second = b ? b->real() : 0.0;
  return {-(first + second), first * second};
}

struct PolePair {
  Quadratic polynomial;
  Complex place;  // where its zeros should be near
  bool second_order;
};

// The pair nearest the unit circle; real poles go together, a left-over one stands alone.
PolePair take_poles(Roots& poles) {
  const Complex pole = take_nearest_unit_circle(poles);
  if (!is_real(pole)) return {from_pair(pole), pole, true};
  const auto partner = take_nearest(poles, pole, is_real);
  return {from_reals(pole, partner), pole, partner.has_value()};
}

// As many zeros as the poles they join, nearest first. A single real zero is left to the single
// real pole: beside two poles it would stand alone, and a conjugate pair would find no section.
Quadratic take_zeros(Roots& zeros, const PolePair& poles) {
  const auto reals = std::count_if(zeros.begin(), zeros.end(), is_real);
  const bool real_fits = reals != 1 || zeros.size() == 1;
  const auto fits = [&](Complex zero) {
    return is_real(zero) ? !poles.second_order || real_fits : poles.second_order;
  };
  const auto first = take_nearest(zeros, poles.place, fits);
  if (first && !is_real(*first)) return from_pair(*first);
  if (!first || !poles.second_order) return from_reals(first, std::nullopt);
  return from_reals(first, take_nearest(zeros, poles.place, is_real));
}

Roots mirrored(const Roots& upper) {
  Roots out;
  for (Complex root : upper) {
    out.push_back(root);
    if (!is_real(root)) out.push_back(std::conj(root));
  }
  return out;
}

// Reverse Bessel polynomial, coefficients from s^0 on; that of s^order is 1.
std::vector<double> reverse_bessel(int order) {
  std::vector<double> before{1.0};
  std::vector<double> now{1.0, 1.0};
  for (int n = 2; n <= order; ++n) {
    std::vector<double> next(now.size() + 1, 0.0);
    for (std::size_t k = 0; k < now.size(); ++k) next[k] += (2 * n - 1) * now[k];
    for (std::size_t k = 0; k < before.size(); ++k) next[k + 2] += before[k];
    before = std::exchange(now, std::move(next));
  }
  return now;
}

// All roots at once, by the method of Durand and Kerner. The roots must be single ones.
Roots roots_of(const std::vector<double>& coefficients) {
  const auto at = [&](Complex s) {
    Complex value = 0.0;
    for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) value = value * s + *c;
    return value;
  };
  const auto order = coefficients.size() - 1;
  Roots roots;
  for (std::size_t k = 0; k < order; ++k)
    roots.push_back(static_cast<double>(order) *
                    std::pow(Complex(0.4, 0.9), static_cast<double>(k)));
  constexpr int rounds = 50;  // twenty are enough up to the eighth order
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t k = 0; k < order; ++k) {
      Complex others = 1.0;
      for (std::size_t i = 0; i < order; ++i)
        if (i != k) others *= roots[k] - roots[i];
      roots[k] -= at(roots[k]) / others;
    }
  }
  return mirrored(upper_half(roots));
}

// Where a low-pass with these poles is 3 dB down, rad/s. Its magnitude must only fall.
double cut_off(const Roots& poles) {
  const double at_zero = std::abs(product_from(0.0, poles));
  double below = 0.0;
  double above = 100.0;
  for (int halving = 0; halving < 100; ++halving) {
    const double middle = (below + above) / 2.0;
    double here = 1.0;
    for (Complex pole : poles) here *= std::abs(Complex(0.0, middle) - pole);
    (here < std::numbers::sqrt2 * at_zero ? below : above) = middle;
  }
  return below;
}

// Gain that makes a low-pass pass 0 Hz unchanged.
double unit_gain(const Zpk& f) {
  return (product_from(0.0, f.poles) / product_from(0.0, f.zeros)).real();
}

Sos low_pass(const Zpk& prototype, double edge_hz, double rate_hz) {
  assert(!edge_error(edge_hz, rate_hz));
  return to_sections(bilinear(to_low_pass(prototype, prewarp(edge_hz, rate_hz)), rate_hz));
}

Sos high_pass(const Zpk& prototype, double edge_hz, double rate_hz) {
  assert(!edge_error(edge_hz, rate_hz));
  return to_sections(bilinear(to_high_pass(prototype, prewarp(edge_hz, rate_hz)), rate_hz));
}

Sos band_pass(const Zpk& prototype, double low_hz, double high_hz, double rate_hz) {
  assert(!band_error(low_hz, high_hz, rate_hz));
  return to_sections(bilinear(
      to_band_pass(prototype, prewarp(low_hz, rate_hz), prewarp(high_hz, rate_hz)), rate_hz));
}

Sos band_stop(const Zpk& prototype, double low_hz, double high_hz, double rate_hz) {
  assert(!band_error(low_hz, high_hz, rate_hz));
  return to_sections(bilinear(
      to_band_stop(prototype, prewarp(low_hz, rate_hz), prewarp(high_hz, rate_hz)), rate_hz));
}

Complex polynomial(double c0, double c1, double c2, Complex z1) { return c0 + (c1 + c2 * z1) * z1; }

// Delay in samples of c0 + c1/z + c2/z^2: the real part of sum(k c_k z^-k) / sum(c_k z^-k).
double delay(double c0, double c1, double c2, Complex z1) {
  return ((c1 + 2.0 * c2 * z1) * z1 / polynomial(c0, c1, c2, z1)).real();
}

Complex unit_delay(double at_hz, double rate_hz) {
  return std::polar(1.0, -2.0 * std::numbers::pi * at_hz / rate_hz);
}

double pole_radius(const Biquad& s) {
  const double discriminant = s.a1 * s.a1 - 4.0 * s.a2;
  if (discriminant < 0.0) return std::sqrt(s.a2);
  return (std::abs(s.a1) + std::sqrt(discriminant)) / 2.0;
}

}  // namespace

std::optional<std::string> order_error(int order) {
  if (order >= 1 && order <= filter_order_max) return std::nullopt;
  return fmt::format("a filter order of {} is not from 1 to {}", order, filter_order_max);
}

std::optional<std::string> edge_error(double edge_hz, double rate_hz) {
  if (!(rate_hz > 0.0) || !std::isfinite(rate_hz))
    return fmt::format("a sampling rate of {} Hz is not a positive number", rate_hz);
  if (!(edge_hz > 0.0)) return fmt::format("a filter edge of {} Hz is not above 0 Hz", edge_hz);
  if (!(edge_hz <= filter_edge_max * rate_hz))
    return fmt::format(
        "a filter edge of {} Hz is too high for a rate of {} Hz: at most {:.6g} Hz "
        "({} of the rate)",
        edge_hz, rate_hz, filter_edge_max * rate_hz, filter_edge_max);
  return std::nullopt;
}

std::optional<std::string> band_error(double low_hz, double high_hz, double rate_hz) {
  if (auto wrong = edge_error(low_hz, rate_hz)) return wrong;
  if (auto wrong = edge_error(high_hz, rate_hz)) return wrong;
  if (!(low_hz < high_hz))
    return fmt::format("the lower edge of {} Hz is not below the upper edge of {} Hz", low_hz,
                       high_hz);
  return std::nullopt;
}

std::optional<std::string> stop_error(double stop_db) {
  if (stop_db > 3.0 && stop_db <= 120.0) return std::nullopt;
  return fmt::format("a stop-band attenuation of {} dB is not above 3 and at most 120 dB", stop_db);
}

std::optional<std::string> notch_error(double at_hz, double q, double rate_hz) {
  if (!(rate_hz > 0.0) || !std::isfinite(rate_hz))
    return fmt::format("a sampling rate of {} Hz is not a positive number", rate_hz);
  if (!(at_hz > 0.0)) return fmt::format("a notch at {} Hz is not above 0 Hz", at_hz);
  if (!(q > 0.0) || !std::isfinite(q))
    return fmt::format("a notch quality of {} is not a positive number", q);
  if (!(rate_hz >= notch_rate_min * at_hz))
    return fmt::format("a notch at {} Hz needs a rate of at least {:.6g} Hz ({} times), not {} Hz",
                       at_hz, notch_rate_min * at_hz, notch_rate_min, rate_hz);
  return std::nullopt;
}

Sos butterworth_low_pass(int order, double edge_hz, double rate_hz) {
  return low_pass(butterworth_prototype(order), edge_hz, rate_hz);
}

Sos butterworth_high_pass(int order, double edge_hz, double rate_hz) {
  return high_pass(butterworth_prototype(order), edge_hz, rate_hz);
}

Sos butterworth_band_pass(int order, double low_hz, double high_hz, double rate_hz) {
  return band_pass(butterworth_prototype(order), low_hz, high_hz, rate_hz);
}

Sos butterworth_band_stop(int order, double low_hz, double high_hz, double rate_hz) {
  return band_stop(butterworth_prototype(order), low_hz, high_hz, rate_hz);
}

Sos chebyshev2_low_pass(int order, double stop_db, double edge_hz, double rate_hz) {
  return low_pass(chebyshev2_prototype(order, stop_db), edge_hz, rate_hz);
}

Sos chebyshev2_high_pass(int order, double stop_db, double edge_hz, double rate_hz) {
  return high_pass(chebyshev2_prototype(order, stop_db), edge_hz, rate_hz);
}

Sos chebyshev2_band_pass(int order, double stop_db, double low_hz, double high_hz, double rate_hz) {
  return band_pass(chebyshev2_prototype(order, stop_db), low_hz, high_hz, rate_hz);
}

Sos chebyshev2_band_stop(int order, double stop_db, double low_hz, double high_hz, double rate_hz) {
  return band_stop(chebyshev2_prototype(order, stop_db), low_hz, high_hz, rate_hz);
}

Sos bessel_low_pass(int order, double edge_hz, double rate_hz) {
  return low_pass(bessel_prototype(order), edge_hz, rate_hz);
}

Sos notch(double at_hz, double q, double rate_hz) {
  assert(!notch_error(at_hz, q, rate_hz));
  const double w = 2.0 * std::numbers::pi * at_hz / rate_hz;
  const double gain = 1.0 / (1.0 + std::tan(w / (2.0 * q)));
  const double middle = -2.0 * gain * std::cos(w);
  Sos sos;
  sos.size = 1;
  sos.sections[0] = {gain, middle, gain, middle, 2.0 * gain - 1.0};
  return sos;
}

std::complex<double> response(const Sos& sos, double at_hz, double rate_hz) {
  const Complex z1 = unit_delay(at_hz, rate_hz);
  Complex h = 1.0;
  for (const Biquad& s : sos.view())
    h *= polynomial(s.b0, s.b1, s.b2, z1) / polynomial(1.0, s.a1, s.a2, z1);
  return h;
}

double group_delay_s(const Sos& sos, double at_hz, double rate_hz) {
  const Complex z1 = unit_delay(at_hz, rate_hz);
  double samples = 0.0;
  for (const Biquad& s : sos.view())
    samples += delay(s.b0, s.b1, s.b2, z1) - delay(1.0, s.a1, s.a2, z1);
  return samples / rate_hz;
}

int settling_samples(const Sos& sos) {
  double radius = 0.0;
  for (const Biquad& s : sos.view()) radius = std::max(radius, pole_radius(s));
  if (radius <= 0.0) return 0;
  const double samples = std::ceil(std::log(0.01) / std::log(radius));
  constexpr int most = std::numeric_limits<int>::max();
  return radius < 1.0 && samples < most ? static_cast<int>(samples) : most;
}

Zpk butterworth_prototype(int order) {
  assert(!order_error(order));
  Zpk prototype;
  for (int k = 0; k < order; ++k)
    prototype.poles.push_back(
        2 * k + 1 == order ? Complex(-1.0)  // the middle pole of an odd order is exactly real
                           : std::polar(1.0, std::numbers::pi * (2 * k + order + 1) / (2 * order)));
  return prototype;
}

Zpk chebyshev2_prototype(int order, double stop_db) {
  assert(!order_error(order) && !stop_error(stop_db));
  const double ripple = 1.0 / std::sqrt(std::pow(10.0, stop_db / 10.0) - 1.0);
  const double mu = std::asinh(1.0 / ripple) / order;
  Zpk prototype;
  for (int m = 1 - order; m < order; m += 2) {
    const double angle = std::numbers::pi * m / (2 * order);
    if (m != 0) prototype.zeros.emplace_back(0.0, 1.0 / std::sin(angle));
    prototype.poles.push_back(
        -1.0 / Complex(std::sinh(mu) * std::cos(angle), std::cosh(mu) * std::sin(angle)));
  }
  prototype.gain = unit_gain(prototype);
  return prototype;
}

Zpk bessel_prototype(int order) {
  assert(!order_error(order));
  const Roots delay_of_one = roots_of(reverse_bessel(order));
  Zpk prototype;
  prototype.poles = scaled(delay_of_one, 1.0 / cut_off(delay_of_one));
  prototype.gain = unit_gain(prototype);
  return prototype;
}

double prewarp(double edge_hz, double rate_hz) {
  return 2.0 * rate_hz * std::tan(std::numbers::pi * edge_hz / rate_hz);
}

Zpk to_low_pass(const Zpk& prototype, double edge) {
  return {scaled(prototype.zeros, edge), scaled(prototype.poles, edge),
          prototype.gain * std::pow(edge, static_cast<double>(missing_zeros(prototype)))};
}

Zpk to_high_pass(const Zpk& prototype, double edge) {
  Zpk out{inverted(prototype.zeros, edge), inverted(prototype.poles, edge), prototype.gain};
  out.zeros.insert(out.zeros.end(), missing_zeros(prototype), 0.0);
  const Complex at_zero = product_from(0.0, prototype.zeros) / product_from(0.0, prototype.poles);
  out.gain *= at_zero.real();
  return out;
}

Zpk to_band_pass(const Zpk& prototype, double low, double high) {
  const double width = high - low;
  Zpk out{split(prototype.zeros, width, low * high), split(prototype.poles, width, low * high),
          prototype.gain * std::pow(width, static_cast<double>(missing_zeros(prototype)))};
  out.zeros.insert(out.zeros.end(), missing_zeros(prototype), 0.0);
  return out;
}

Zpk to_band_stop(const Zpk& prototype, double low, double high) {
  const double width = high - low;
  const double centre_squared = low * high;
  // A low-pass root becomes the two roots of s^2 - (width / root) s + centre^2.
  Zpk out{split(inverted(prototype.zeros, 1.0), width, centre_squared),
          split(inverted(prototype.poles, 1.0), width, centre_squared), prototype.gain};
  const Complex centre(0.0, std::sqrt(centre_squared));
  for (std::size_t i = 0; i < missing_zeros(prototype); ++i)
    out.zeros.insert(out.zeros.end(), {centre, std::conj(centre)});
  const Complex at_zero = product_from(0.0, prototype.zeros) / product_from(0.0, prototype.poles);
  out.gain *= at_zero.real();
  return out;
}

Zpk bilinear(const Zpk& analogue, double rate_hz) {
  const double twice = 2.0 * rate_hz;
  Zpk out{bilinear_roots(analogue.zeros, twice), bilinear_roots(analogue.poles, twice),
          analogue.gain};
  out.zeros.insert(out.zeros.end(), missing_zeros(analogue), -1.0);
  out.gain *= (product_from(twice, analogue.zeros) / product_from(twice, analogue.poles)).real();
  return out;
}

Sos to_sections(const Zpk& digital) {
  assert(digital.poles.size() <= 16 && digital.zeros.size() <= digital.poles.size());
  Roots poles = upper_half(digital.poles);
  Roots zeros = upper_half(digital.zeros);
  Sos sos;
  while (!poles.empty()) {
    const PolePair pair = take_poles(poles);
    const Quadratic a = pair.polynomial;
    const Quadratic b = take_zeros(zeros, pair);
    sos.sections.at(static_cast<std::size_t>(sos.size++)) = {1.0, b.c1, b.c2, a.c1, a.c2};
  }
  std::reverse(sos.sections.begin(), sos.sections.begin() + sos.size);
  if (sos.size > 0) {
    Biquad& first = sos.sections.front();
    first = {digital.gain, first.b1 * digital.gain, first.b2 * digital.gain, first.a1, first.a2};
  }
  return sos;
}

}  // namespace ib::dsp

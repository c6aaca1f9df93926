// A plugin whose words are markup: the pages of `interbeat manual` must show them as they are
// (tests/tools/manual.cpp).
#include <interbeat/node.hpp>

namespace {

struct MarkedUp {
  static constexpr ib::About about{
      "marked.up", "1.0.0", "Says <script>alert('summary')</script>.",
      "Half <b>bold & open. y = x</p><script>alert(1)</script>; `<i>code` and {<u>braces}. See "
      "https://example.org/\"onclick=\"alert(2) and 10.1000/<script>x. Source: <img src=x onerror=alert(3)> 1999 "
      "(10.1000/182). Limits: <script>none."};
  ib::In<"in", float, ib::InSpec{.doc = "<script>in</script>"}> in;
  ib::Out<"out", float, ib::OutSpec{.doc = "</td></table><script>out"}> out;
  ib::Param<"by",
            ib::NumberSpec{
                .min = 0, .max = 2, .def = 1, .unit = "1", .doc = "<!-- <script>by</script>"}>
      by;
  static constexpr auto fields = std::tuple{&MarkedUp::in, &MarkedUp::out, &MarkedUp::by};
  void restart(double) {}
  double operator()(double x) noexcept { return x * by; }
};

}  // namespace

IB_NODES(MarkedUp)

// KeyedRandom against published splitmix64 outputs, fixed values, and plain statistics.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <interbeat/keyed_random.hpp>

using ib::KeyedRandom;

BOOST_AUTO_TEST_SUITE(keyed_random)

BOOST_AUTO_TEST_CASE(mix_is_the_output_function_of_splitmix64) {
  // First outputs of splitmix64 for seed 1234567 (Vigna's reference program).
  constexpr std::uint64_t expected[] = {6457827717110365317U, 3203168211198807973U,
                                        9817491932198370423U, 4593380528125082431U,
                                        16408922859458223821U};
  std::uint64_t state = 1234567;
  for (const auto value : expected)
    BOOST_TEST(KeyedRandom::mix(state += KeyedRandom::golden) == value);
}

BOOST_AUTO_TEST_CASE(path_hash_is_fnv1a) {
  BOOST_TEST(KeyedRandom::fnv1a("") == 0xcbf29ce484222325U);
  BOOST_TEST(KeyedRandom::fnv1a("foobar") == 0x85944171f73967e8U);
}

BOOST_AUTO_TEST_CASE(values_are_fixed_for_ever) {
  // Recordings of virtual rings are repeated from their seed: these values must never change.
  constexpr KeyedRandom random(1, "heart/ectopic");
  static_assert(random.uniform(0) >= 0 && random.uniform(0) < 1);
  BOOST_TEST(random.bits(0) == 16166717626400830205U);
  BOOST_TEST(random.bits(1) == 4814032311624610722U);
  BOOST_TEST(random.bits(1'000'000'007) == 12919672268292216026U);
  BOOST_TEST(random.uniform(0) == 0.8763995186251738);
  BOOST_TEST(random.normal(0) == -0.03537558203009382, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(random.normal(1) == -1.6125801627652017, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(seed_path_and_index_each_matter) {
  const auto value = KeyedRandom(1, "a").bits(0);
  BOOST_TEST(KeyedRandom(1, "a").bits(0) == value);
  BOOST_TEST(KeyedRandom(2, "a").bits(0) != value);
  BOOST_TEST(KeyedRandom(1, "b").bits(0) != value);
  BOOST_TEST(KeyedRandom(1, "a").bits(1) != value);
}

BOOST_AUTO_TEST_CASE(moments_and_neighbours) {
  constexpr int n = 100'000;
  const KeyedRandom random(7, "moments");
  const KeyedRandom neighbour(8, "moments");
  double u = 0, u2 = 0, z = 0, z2 = 0, z4 = 0, cross = 0, lagged = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    u += random.uniform(i);
    u2 += random.uniform(i) * random.uniform(i);
    const double x = random.normal(i);
    z += x;
    z2 += x * x;
    z4 += x * x * x * x;
    cross += x * neighbour.normal(i);
    lagged += x * random.normal(i + 1);
  }
  // Bounds: five standard errors.
  BOOST_TEST(std::abs(u / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
  BOOST_TEST(std::abs(u2 / n - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
  BOOST_TEST(std::abs(z / n) < 5 / std::sqrt(n));
  BOOST_TEST(std::abs(z2 / n - 1) < 5 * std::sqrt(2.0 / n));
  BOOST_TEST(std::abs(z4 / n - 3) < 5 * std::sqrt(96.0 / n));
  BOOST_TEST(std::abs(cross / n) < 5 / std::sqrt(n));
  BOOST_TEST(std::abs(lagged / n) < 5 / std::sqrt(n));
}

BOOST_AUTO_TEST_SUITE_END()

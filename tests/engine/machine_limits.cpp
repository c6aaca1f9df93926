// Limits of control groups of both generations, from files as the kernel writes them.
#include "machine_limits.hpp"

#include "support/graph_world.hpp"

using namespace ib::test;

namespace {

struct Kernel : Scratch {
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name) << text << '\n';
  }
  ib::GroupLimits limits() const { return ib::group_limits(path() / "groups", path()); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(machine_limits, Kernel)

BOOST_AUTO_TEST_CASE(no_groups_no_limits) {
  BOOST_TEST(!limits().cpus.has_value());
  BOOST_TEST(!limits().memory_bytes.has_value());
}

BOOST_AUTO_TEST_CASE(the_narrowest_group_above_counts) {
  write("groups", "0::/user.slice/app");
  write("user.slice/app/cpu.max", "max 100000");
  write("user.slice/cpu.max", "50000 100000");
  write("cpu.max", "200000 100000");
  write("user.slice/app/memory.max", "1000000");
  write("user.slice/app/memory.current", "400000");
  write("user.slice/memory.max", "max");
  BOOST_TEST(limits().cpus.value() == 0.5);
  BOOST_TEST(limits().memory_bytes.value() == 1'000'000U);
  BOOST_TEST(limits().memory_used == 400'000U);
}

BOOST_AUTO_TEST_CASE(the_first_generation_has_a_tree_for_each_controller) {
  write("groups", "5:cpu,cpuacct:/job\n4:memory:/job");
  write("cpu,cpuacct/job/cpu.cfs_quota_us", "150000");
  write("cpu,cpuacct/job/cpu.cfs_period_us", "100000");
  write("cpu,cpuacct/cpu.cfs_quota_us", "-1");
  write("cpu,cpuacct/cpu.cfs_period_us", "100000");
  write("memory/job/memory.limit_in_bytes", "9223372036854771712");  // none
  write("memory/memory.limit_in_bytes", "2000000");
  write("memory/memory.usage_in_bytes", "500000");
  BOOST_TEST(limits().cpus.value() == 1.5);
  BOOST_TEST(limits().memory_bytes.value() == 2'000'000U);
  BOOST_TEST(limits().memory_used == 500'000U);
}

BOOST_AUTO_TEST_CASE(lists_of_cpus_are_short) {
  BOOST_TEST(ib::cpu_list_text({0, 1, 2, 5, 7, 8}) == "0-2,5,7-8");
  BOOST_TEST(ib::cpu_list_text({}) == "");
  BOOST_TEST(!ib::allowed_cpus().empty());
}

BOOST_AUTO_TEST_CASE(sizes_of_the_process_are_read) {
  BOOST_TEST(ib::kibibytes_of("VmRSS", "/proc/self/status") > 100'000U);
  BOOST_TEST(ib::kibibytes_of("VmNone", "/proc/self/status") == 0U);
  BOOST_TEST(ib::size_text(83'200'000) == "83 MB");
}

BOOST_AUTO_TEST_SUITE_END()

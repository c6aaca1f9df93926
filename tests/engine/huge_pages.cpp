// Memory in huge pages: the same bytes in fewer pages, where the kernel grants them.
#include "huge_pages.hpp"

#include "machine_limits.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <vector>

using namespace ib::detail;

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U, size = 16 * mebibyte;

struct Memory {
  Memory()
      : at(static_cast<std::byte*>(
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    for (std::size_t i = 0; i < size; ++i) at[i] = static_cast<std::byte>(i * 7 >> 3);
  }
  ~Memory() { munmap(at, size); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  std::byte* at;
};

std::uint64_t in_huge_pages() {
  return ib::kibibytes_of("AnonHugePages", "/proc/self/smaps_rollup");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(huge_pages)

BOOST_AUTO_TEST_CASE(what_is_granted_lies_in_huge_pages_and_keeps_its_bytes) {
  const Memory memory;
  const auto before = in_huge_pages();
  if (use_huge_pages(memory.at, size)) BOOST_TEST(in_huge_pages() >= before + size - 4 * mebibyte);
  else BOOST_TEST_MESSAGE("this kernel grants no huge pages now");
  for (std::size_t i = 0; i < size; i += 997)
    BOOST_TEST_REQUIRE((memory.at[i] == static_cast<std::byte>(i * 7 >> 3)));
}

BOOST_AUTO_TEST_CASE(less_than_a_page_is_left_as_it_is) {
  const Memory memory;
  BOOST_TEST(!use_huge_pages(nullptr, size));
  BOOST_TEST(!use_huge_pages(memory.at, 0));
  BOOST_TEST(!use_huge_pages(memory.at + 1, mebibyte));
}

BOOST_AUTO_TEST_CASE(the_heap_is_found_and_stays_what_it_is) {
  std::vector<std::vector<char>> pieces(4000, std::vector<char>(4000, 'x'));  // from the heap
  use_huge_pages_for_heap();
  for (const auto& piece : pieces)
    BOOST_TEST_REQUIRE(std::memcmp(piece.data(), pieces[0].data(), piece.size()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

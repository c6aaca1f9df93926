// Huge pages: memory that thousands of participants take turns in is read all over, and with pages of 4 KiB
// nearly every first touch also misses the processor's list of pages. Asked for once, when a live plan
// stands, so that the kernel does its copying before the first packet and not in its midst.
// Thread: [control]: reads /proc and may take a tenth of a second for 100 MiB.
#pragma once

#include <cstddef>

namespace ib::detail {

/// Asks that these bytes lie in huge pages, as far as they fill them. What the kernel does not grant
/// stays as it is. True: the kernel took the advice.
bool use_huge_pages(const void* from, std::size_t bytes);
/// The same for all that malloc has taken from the process's heap so far.
bool use_huge_pages_for_heap();

}  // namespace ib::detail

// Nodes that write where they should not, and nodes that are not quiet.
#pragma once

#include "toy.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace ib::test {

/// memory/rooms: in front of its first item.
struct WritesInFront : HandToy {
  static constexpr About about = broken("broken.writes_in_front");
  ib_status process(ib_process& p) {
    auto* in_front = reinterpret_cast<std::int64_t*>(writable(*p.out[0])) - 1;
    asm volatile("" : "+r"(in_front));
    if (reinterpret_cast<std::uintptr_t>(in_front) % 4096 < 4088) *in_front = 1;
    return pass(p);
  }
};
/// memory/rooms: behind its last one.
struct WritesBehind : HandToy {
  static constexpr About about = broken("broken.writes_behind");
  ib_status process(ib_process& p) {
    pass(p);
    writable(*p.out[0])[p.out[0]->capacity + 7].number = 1;
    return IB_OK;
  }
};

/// memory/inputs
struct WritesItsInput : HandToy {
  static constexpr About about = broken("broken.writes_its_input");
  ib_status process(ib_process& p) {
    pass(p);
    if (p.in[0] != nullptr && p.in[0]->n > 0) const_cast<Moment*>(items(*p.in[0]))->number ^= 1;
    return IB_OK;
  }
};

/// memory/scratch: it keeps its count in memory that is everybody's.
struct LeansOnScratch : HandToy {
  static constexpr About about = broken("broken.leans_on_scratch");
  ScratchMemory scratch;
  bool activate(Activation& a) {
    a.want_scratch(ScratchMemory::bytes_of<std::int64_t>(1));
    return true;
  }
  ib_status process(ib_process& p) {
    auto& count = scratch.take<std::int64_t>(1)[0];
    return pass(p, [&](std::uint32_t) { return ++count; });
  }
};
/// memory/scratch: it writes more than it wanted.
struct WantsTooLittle : HandToy {
  static constexpr About about = broken("broken.wants_too_little");
  ScratchMemory scratch;
  bool activate(Activation& a) {
    a.want_scratch(8);
    return true;
  }
  ib_status process(ib_process& p) {
    scratch.take<std::int64_t>(2)[1] = 1;
    return pass(p);
  }
};

/// quiet/allocation
struct Allocates : Toy {
  static constexpr About about = broken("broken.allocates");
  std::unique_ptr<Moment> kept;
  void on(decltype(in)&, Time t, const Moment& v) {
    kept = std::make_unique<Moment>(v);
    out(t, *kept);
  }
};

/// quiet/lock
struct Locks : HandToy {
  static constexpr About about = broken("broken.locks");
  static inline std::mutex door;
  ib_status process(ib_process& p) {
    const std::lock_guard alone(door);
    return pass(p);
  }
};

/// quiet/system_call
struct AsksTheKernel : HandToy {
  static constexpr About about = broken("broken.asks_the_kernel");
  ib_status process(ib_process& p) {
    syscall(SYS_getppid);
    return pass(p);
  }
};

/// quiet/clock
struct LooksAtTheClock : HandToy {
  static constexpr About about = broken("broken.looks_at_the_clock");
  volatile std::int64_t now{};
  ib_status process(ib_process& p) {
    now = std::chrono::steady_clock::now().time_since_epoch().count();
    return pass(p);
  }
};
/// quiet/clock: without any function's help.
struct CountsCycles : HandToy {
  static constexpr About about = broken("broken.counts_cycles");
  volatile std::uint64_t now{};
  ib_status process(ib_process& p) {
#if defined(__x86_64__)
    now = __builtin_ia32_rdtsc();
#endif
    return pass(p);
  }
};

/// quiet/dice
struct ThrowsDice : HandToy {
  static constexpr About about = broken("broken.throws_dice");
  volatile int thrown{};
  ib_status process(ib_process& p) {
    thrown = std::rand();
    return pass(p);
  }
};

/// quiet/threads
struct StartsAThread : HandToy {
  static constexpr About about = broken("broken.starts_a_thread");
  bool activate(Activation&) {
    static const bool once = [] {
      std::thread([] {
        for (;;) pause();
      }).detach();
      return true;
    }();
    return once;
  }
  ib_status process(ib_process& p) { return pass(p); }
};

/// quiet/prints
struct Greets : HandToy {
  static constexpr About about = broken("broken.greets");
  bool activate(Activation&) {
    std::puts("ready");
    return true;
  }
  ib_status process(ib_process& p) { return pass(p); }
};

/// quiet/status
struct AnswersAsASource : HandToy {
  static constexpr About about = broken("broken.answers_as_a_source");
  ib_status process(ib_process& p) {
    pass(p);
    return p.in[0] != nullptr && p.in[0]->n == 0 ? IB_SLEEP : IB_OK;
  }
};

/// Until so many rounds are over; a compiler can't see what for.
inline void burn(std::int64_t rounds) {
  for (std::int64_t k = 0; k < rounds; ++k) asm volatile("" : : "r"(k));
}
/// bounds/budget
struct Toils : HandToy {
  static constexpr About about = broken("broken.toils");
  ib_status process(ib_process& p) {
    return pass(p, [&](std::uint32_t i) {
      burn(40'000'000);
      return items(*p.in[0])[i].number;
    });
  }
};
/// bounds/longest_call
struct PausesOnce : HandToy {
  static constexpr About about = broken("broken.pauses_once");
  std::uint64_t n{};
  ib_status process(ib_process& p) {
    return pass(p, [&](std::uint32_t i) {
      if (++n == 50) burn(800'000'000);
      return items(*p.in[0])[i].number;
    });
  }
};

}  // namespace ib::test

// What the kernel grants of a profile, and what is said where it refuses. Rights are taken away in
// forked children, so that the same cases hold for root and for a user without any.
#include "realtime.hpp"

#include "machine_limits.hpp"
#include "support/graph_world.hpp"
#include "support/sanitizer.hpp"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <functional>
#include <limits>
#include <thread>

using namespace ib::test;
using ib::RealtimeProfile;
using ib::RealtimeReport;
using ib::SchedulingPolicy;

namespace {

constexpr unsigned sys_nice = 23, ipc_lock = 14;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What `body` returns, called in a process of its own.
std::string in_child(const std::function<std::string()>& body) {
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto text = body();
    const auto n = write(ends[1], text.data(), text.size());
    _exit(n == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char bytes[1024];
  for (ssize_t n = 0; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  BOOST_TEST(status == 0);
  return text;
}

void limit_to(__rlimit_resource what, rlim_t n) {
  const rlimit limit{n, n};
  setrlimit(what, &limit);
}

/// An ordinary user with these limits; whoever runs the tests may be one already.
void give_up_rights(rlim_t priority, rlim_t memlock) {
  limit_to(RLIMIT_RTPRIO, priority);
  limit_to(RLIMIT_MEMLOCK, memlock);
  constexpr uid_t nobody = 65534;
  if (geteuid() == 0 && setresuid(nobody, nobody, nobody) != 0) _exit(2);
}

std::string all_of(const RealtimeReport& report) {
  auto text = report.granted_line() + "\n";
  for (const auto& line : report.refused_lines()) text += line + "\n";
  return text;
}

/// "policy priority slack cpus" of the calling thread.
std::string scheduling() {
  sched_param param{};
  sched_getparam(0, &param);
  return std::to_string(sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) + " " +
         std::to_string(param.sched_priority) + " " + std::to_string(prctl(PR_GET_TIMERSLACK)) +
         " " + ib::cpu_list_text(ib::allowed_cpus());
}

/// Minor page faults of a call that needs 512 KiB of stack.
[[gnu::noinline]] long faults_of_deep_call() {
  rusage before{}, after{};
  getrusage(RUSAGE_THREAD, &before);
  volatile char deep[512 << 10];
  for (std::size_t i = 0; i < sizeof deep; i += 4096) deep[i] = 0;
  getrusage(RUSAGE_THREAD, &after);
  return after.ru_minflt - before.ru_minflt + deep[0];
}

RealtimeProfile fifo(int priority) {
  RealtimeProfile profile;
  profile.policy = SchedulingPolicy::fifo;
  profile.priority = priority;
  return profile;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(realtime)

BOOST_AUTO_TEST_CASE(a_report_says_what_the_kernel_says) {
  std::thread([] {
    auto profile = fifo(30);
    profile.affinity = {ib::allowed_cpus().front()};
    profile.timer_slack_ns = 1;
    profile.prefault_bytes = 64 << 10;
    const auto report = ib::apply_to_this_thread(profile, 3);
    BOOST_TEST_REQUIRE(report.steps.size() == 4U);
    const bool real_time = sched_getscheduler(0) == (SCHED_FIFO | SCHED_RESET_ON_FORK);
    BOOST_TEST(report.steps[1].granted == real_time, all_of(report));
    if (!real_time) BOOST_TEST_MESSAGE("not granted here: " << all_of(report));
    BOOST_TEST(report.granted_line().starts_with("executor 3: timer slack "));
    BOOST_TEST(prctl(PR_GET_TIMERSLACK) <= 1);
    BOOST_TEST((ib::allowed_cpus() == profile.affinity));
  }).join();
}

BOOST_AUTO_TEST_CASE(a_privileged_user_gets_it_and_gives_it_back) {
  if (geteuid() != 0 || !ib::has_capability(sys_nice)) return;
  std::thread([] {
    const auto before = scheduling();
    {
      const ib::KeptScheduling kept;
      auto profile = fifo(30);
      profile.affinity = {ib::allowed_cpus().back()};
      profile.timer_slack_ns = 1;
      ib::apply_to_this_thread(profile);
      BOOST_TEST(scheduling() != before);
    }
    BOOST_TEST(scheduling() == before);
  }).join();
}

BOOST_AUTO_TEST_CASE(without_rights_it_says_why_and_what_to_do) {
  const auto said = in_child([] {
    give_up_rights(0, 0);
    auto profile = fifo(50);
    profile.timer_slack_ns = 1000;
    const auto text = all_of(ib::apply_to_this_thread(profile));
    return text + scheduling();
  });
  BOOST_TEST(has(said, "executor 0: timer slack 1000 ns\n"), said);
  BOOST_TEST(has(said,
                 "executor 0: SCHED_FIFO 50 was not granted: this user may not have "
                 "real-time threads (RLIMIT_RTPRIO is 0). To change it: "),
             said);
  BOOST_TEST(has(said, "`@realtime - rtprio 50` into /etc/security/limits.d/"), said);
  BOOST_TEST(has(said, "cap_sys_nice"), said);
  BOOST_TEST(has(said, "\n0 0 1000 "), said);
}

BOOST_AUTO_TEST_CASE(a_lower_priority_is_better_than_none_and_goes_back_without_rights) {
  constexpr unsigned sys_resource = 24;  // who has it may raise the limit that is to be tested
  if (!ib::has_capability(sys_resource)) {
    BOOST_TEST_MESSAGE("skipped: without CAP_SYS_RESOURCE the limit can't be raised to 10");
    return;
  }
  const auto said = in_child([] {
    give_up_rights(10, 0);
    std::string text;
    {
      const ib::KeptScheduling kept;
      text = all_of(ib::apply_to_this_thread(fifo(50)));
      text += scheduling() + "\n";
    }
    return text + scheduling();
  });
  BOOST_TEST(has(said,
                 "this user may have priorities up to 10 (RLIMIT_RTPRIO); it has "
                 "SCHED_FIFO 10. To change it"),
             said);
  BOOST_TEST(has(said, "\n1 10 0 "), said);  // SCHED_FIFO, whose threads have no timer slack
  BOOST_TEST(has(said.substr(said.rfind('\n')), "\n0 0 "), said);
}

BOOST_AUTO_TEST_CASE(children_are_ordinary_threads) {
  if (!ib::has_capability(sys_nice)) return;
  std::thread([] {
    ib::apply_to_this_thread(fifo(5));
    int inherited = -1;
    std::thread([&] { inherited = sched_getscheduler(0); }).join();
    BOOST_TEST(inherited == SCHED_OTHER);
  }).join();
}

BOOST_AUTO_TEST_CASE(a_cpu_must_be_there_and_allowed) {
  const auto said = in_child([] {
    RealtimeProfile profile;
    profile.affinity = {900};
    auto text = all_of(ib::apply_to_this_thread(profile));
    const auto all = ib::allowed_cpus();
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<unsigned>(all.front()), &one);
    sched_setaffinity(0, sizeof one, &one);  // as taskset does
    if (all.size() < 2) return text + "one CPU";
    profile.affinity = {all.back()};
    return text + all_of(ib::apply_to_this_thread(profile));
  });
  BOOST_TEST(has(said, "executor 0: CPU 900 was not granted: this machine has CPUs 0 to "), said);
  BOOST_TEST((has(said, "one CPU") || has(said, "this process may run on CPU ")), said);
}

BOOST_AUTO_TEST_CASE(executors_go_round_the_cpus) {
  if (ib::allowed_cpus().size() < 2) return;
  RealtimeProfile profile;
  profile.affinity = {ib::allowed_cpus()[0], ib::allowed_cpus()[1]};
  for (const unsigned executor : {0U, 1U, 2U, 3U}) {
    std::thread([&] {
      ib::apply_to_this_thread(profile, executor);
      BOOST_TEST((ib::allowed_cpus() == std::vector{profile.affinity[executor % 2]}));
    }).join();
  }
}

BOOST_AUTO_TEST_CASE(a_stack_is_never_touched_beyond_its_end) {
  pthread_attr_t small;
  pthread_attr_init(&small);
  // Less than a quarter of the usual 8 MiB, or glibc hands out a used one of those; and room for
  // what ThreadSanitizer keeps there.
  pthread_attr_setstacksize(&small, 1536 << 10);
  pthread_t thread{};
  std::string said;
  const auto body = [](void* out) -> void* {
    RealtimeProfile profile;
    profile.prefault_bytes = 4 << 20;
    auto& text = *static_cast<std::string*>(out);
    text = all_of(ib::apply_to_this_thread(profile));
    profile.prefault_bytes = 256 << 10;
    text += all_of(ib::apply_to_this_thread(profile));
    return nullptr;
  };
  BOOST_REQUIRE(pthread_create(&thread, &small, body, &said) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&small);
  BOOST_TEST(has(said, "4096 KiB of stack prefaulted was not granted: this thread's stack has "),
             said);
  BOOST_TEST(has(said, "executor 0: 256 KiB of stack prefaulted\n"), said);
}

BOOST_AUTO_TEST_CASE(touched_stack_costs_no_fault_later,
                     *left_out_under_sanitizers("their shadow of the stack is memory as well")) {
  std::thread([] {
    RealtimeProfile profile;
    profile.prefault_bytes = 1 << 20;
    ib::apply_to_this_thread(profile);
    const auto faults = faults_of_deep_call();
    BOOST_TEST(faults < 16);  // 128 without
  }).join();
}

BOOST_AUTO_TEST_CASE(memory_is_not_locked_where_later_requests_would_fail) {
  const auto said = in_child([] {
    give_up_rights(0, 64 << 10);
    const auto report = RealtimeReport{"process", {ib::lock_memory()}};
    const std::vector<char> room(8 << 20, 'x');
    return all_of(report) + (room.back() == 'x' ? "allocates" : "");
  });
  BOOST_TEST(has(said, "process: memory lock was not granted: the limit of 66 kB (RLIMIT_MEMLOCK)"),
             said);
  BOOST_TEST(has(said, "`@realtime - memlock unlimited`"), said);
  BOOST_TEST(has(said, "allocates"), said);
}

BOOST_AUTO_TEST_CASE(memory_that_is_called_locked_is_locked) {
  const auto said = in_child([] {
    const auto step = ib::lock_memory();
    const bool locked = ib::kibibytes_of("VmLck", "/proc/self/status") > 0;
    const bool told = step.granted ? has(step.found, "memory locked (") : !step.why.empty();
    return std::string(step.granted == locked && told ? "agreed: " : "not agreed: ") + step.found +
           step.why;
  });
  BOOST_TEST(has(said, "agreed: "), said);
  BOOST_TEST(!has(said, "not agreed"), said);
  BOOST_TEST_MESSAGE(said << (ib::has_capability(ipc_lock) ? ", with CAP_IPC_LOCK" : ""));
}

BOOST_AUTO_TEST_CASE(more_executors_than_cpus_are_told) {
  const auto before = scheduling();
  RealtimeProfile profile;
  profile.affinity = {ib::allowed_cpus().front()};
  profile.timer_slack_ns = 5;
  {
    ib::RealtimeTeam team(profile, 2);
    const auto second = team.next_executor();
    std::thread([&] { team.join(second); }).join();
    team.lead();
    const auto reports = team.reports();
    BOOST_TEST_REQUIRE(reports.size() == 3U);
    BOOST_TEST(reports[0].thread == "executor 0");
    BOOST_TEST(reports[1].thread == "executor 1");
    BOOST_TEST(reports[2].refused_lines().at(0) ==
               "process: a CPU for each of 2 executors was not granted: `affinity:` names 1 CPU: "
               "some share one and wait for each other. To change it: --threads 1, or more CPUs "
               "there");
  }
  BOOST_TEST(scheduling() == before);
}

BOOST_AUTO_TEST_CASE(a_live_run_asks_and_its_caller_is_as_before) {
  const auto before = scheduling();
  const Scratch folder;
  const auto registry = all_nodes();
  ib::Diagnostics problems;
  const auto graph = ib::read_graph_text(
      "interbeat: 1\nrealtime: {affinity: " + std::to_string(ib::allowed_cpus().front()) +
          ", timer_slack: 2 us}\nnodes:\n"
          "  ring: {type: source, uri: \"virtual:seed=1,duration=2s\"}\n"
          "  low:  {type: filter.bandpass, in: {from: ring.ppg, queue: 1 s}, low: 0.5 Hz, high: 8 "
          "Hz}\n"
          "  file: {type: sink.csv, in: low, path: f.csv}\n",
      "g.yaml", {}, {}, registry, problems);
  BOOST_TEST_REQUIRE(graph.has_value(), problems.text());
  const auto run = [&](ib::Mode mode) {
    ib::PlanOptions options;
    options.mode = mode;
    options.threads = 2;
    options.out_dir = folder.path() / "out";
    const auto built = plan(*graph, options);
    if (mode == ib::Mode::replay) return ib::run_replay(*built, {});
    ib::LiveOptions fast;
    fast.speed = 100;
    return ib::run_live(*built, fast);
  };
  const auto live = run(ib::Mode::live);
  BOOST_TEST_REQUIRE(live.realtime.size() == 3U);  // both executors, and that they share a CPU
  for (const std::size_t i : {0U, 1U}) {
    BOOST_TEST(live.realtime[i].thread == "executor " + std::to_string(i));
    BOOST_TEST(has(live.realtime[i].granted_line(), "timer slack 2000 ns, CPU "));
  }
  BOOST_TEST(scheduling() == before);
  BOOST_TEST(run(ib::Mode::replay).realtime.empty());
}

BOOST_AUTO_TEST_SUITE_END()

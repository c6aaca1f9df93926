// tools/python/interbeat_recording.py reads what FileRecorder writes: the same times, values and marks, to the
// bit. Needs python3 with numpy, and says so where it is absent.
#include <interbeat/recording_file.hpp>
#include <interbeat/time.hpp>

#include "sqlite.hpp"
#include "support/cases.hpp"
#include "support/graph_folder.hpp"
#include "support/places.hpp"
#include "support/recorded_session.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

using namespace ib;
using namespace ib::test;

namespace {

/// The first python3 that has numpy, also where another one stands in front of the distribution's.
std::string python_with_numpy() {
  for (const char* python : {"python3", "/usr/bin/python3"})
    if (std::system((std::string(python) + " -c 'import numpy' >/dev/null 2>&1").c_str()) == 0)
      return python;
  return {};
}

constexpr const char* python_prints_all = R"(import sys, struct
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from interbeat_recording import Recording
r = Recording(sys.argv[2])
print(*r.streams(), r.finished, r.lost, r.head["graph_hash"], r.head["seed"])
bits = lambda x: struct.unpack("<Q", struct.pack("<d", x))[0]
t, ppg = r.stream("anna.ring.ppg")
for ns, s, row, flags in zip(r.times_ns("anna.ring.ppg"), t, ppg, r.sample_flags("anna.ring.ppg")):
    assert abs(ns * 1e-9 - s) < 1e-12
    print("ppg", ns, *row.view("<u4"), flags)
t, beats = r.stream("anna.ring.beats")
for ns, b in zip(r.times_ns("anna.ring.beats"), beats):
    amplitude = "absent" if b["amplitude"] != b["amplitude"] else bits(b["amplitude"])
    print("beat", ns, bits(b["quality"]), amplitude, b["at"], bits(b["slope"]), b["count"], b["u8"],
          int(b["trusted"]), r.labels("anna.ring.beats", "label")[b["label"]], b["word"].decode())
for from_s, to_s in r.gaps("anna.ring.beats"):
    print("gap", round(from_s * 1e9), round(to_s * 1e9))
for p in r.blocks("ben.ring.ppg"):
    print("block", *p)
for p in r.packets("ben.ring"):
    print("packet", p["channel"], p["flags"], p["arrival_ns"], p["device_ns"], p["port"] or "-", p["first_index"],
          p["n"], p["lost"], p["bytes"].hex())
assert len(r.packets("anna.ring")) == 0
for t, kind, what in r.notes():
    print("note", round(t * 1e9), kind, what["text"])
for t, node, param, value in r.events():
    print("event", round(t * 1e9), node, param, bits(value))
print("problem:", r.problem)
)";

std::string labelled_beat(std::int64_t ns, const RecordedBeat& b) {
  const auto amplitude = b.amplitude.present != 0
                             ? std::to_string(std::bit_cast<std::uint64_t>(b.amplitude.value))
                             : "absent";
  return fmt::format("beat {} {} {} {} {} {} {} {} {} {}\n", ns,
                     std::bit_cast<std::uint64_t>(b.quality), amplitude, b.at,
                     std::bit_cast<std::uint64_t>(static_cast<double>(b.slope)), b.count, b.u8,
                     b.trusted, b.label == 0 ? "normal" : "ectopic", b.word);
}

/// What Python should print of these records.
std::string as_python_prints(const std::vector<Kept>& records, bool finished, std::uint64_t lost) {
  std::string ppg, beats, gaps, blocks, packets, notes, events;
  for (const auto& k : records) {
    if (const auto* n = std::get_if<RecordedNote>(&k.record))
      notes += fmt::format("note {} {} {}\n", n->session.ns, n->kind,
                           n->json.substr(9, n->json.size() - 11));
    const auto* e = std::get_if<LogEntry>(&k.record);
    if (e != nullptr && e->kind == LogEntry::Kind::event)
      events += fmt::format("event {} {} {} {}\n", e->time.ns, recorded_head().nodes[e->source],
                            e->param, std::bit_cast<std::uint64_t>(e->number));
    if (const auto* p = std::get_if<RecordedPacket>(&k.record)) {
      packets += fmt::format("packet {} {} {} {} {} {} {} {} ",
                             recorded_head().sources[1].packet_channels[p->channel], p->flags,
                             p->arrival_ns, p->device_ns, p->n > 0 ? "ppg" : "-", p->first_index,
                             p->n, p->lost);
      for (const auto byte : k.items) packets += fmt::format("{:02x}", static_cast<unsigned>(byte));
      packets += "\n";
    }
    const auto* b = std::get_if<RecordedBlock>(&k.record);
    if (b == nullptr) continue;
    if (b->source == 1)
      blocks += fmt::format("block {} {} {} {} {} {}\n", b->first_index, b->n, b->arrival_ns,
                            b->settled_ns, b->uncertainty_ns, b->lost);
    if (b->source == 1) continue;
    const Anchor anchor{b->anchor.index, b->anchor.t_ns, b->anchor.dt_q32};
    for (std::uint32_t i = 0; i < b->n; ++i) {
      if (b->port == 0) {
        std::uint32_t values[2];
        std::memcpy(values, k.items.data() + i * sizeof values, sizeof values);
        ppg += fmt::format("ppg {} {} {} {}\n", anchor.at(b->first_index + i).ns, values[0],
                           values[1], k.sample_flags.empty() ? 0 : k.sample_flags[i]);
      } else {
        RecordedBeat beat;
        std::memcpy(&beat, k.items.data() + i * sizeof beat, sizeof beat);
        beats += labelled_beat(k.times[i], beat);
      }
    }
    if (b->port == 1)
      for (const auto& g : k.gaps) gaps += fmt::format("gap {} {}\n", g.from_ns, g.to_ns);
  }
  return fmt::format(
             "anna.ring.ppg anna.ring.beats ben.ring.ppg {} {} fedcba9876543210 "
             "18446744073709551615\n",
             finished ? "True" : "False", lost) +
         ppg + beats + gaps + blocks + packets + notes + events;
}

struct PythonFolder : GraphFolder {
  std::filesystem::path file() const { return path() / "s.ibr"; }
  std::string printed(const std::string& python) const {
    write("all.py", python_prints_all);
    const auto line = fmt::format("{} '{}' '{}/tools/python' '{}' >'{}' 2>&1", python,
                                  (path() / "all.py").string(), source_folder, file().string(),
                                  (path() / "out").string());
    BOOST_TEST(std::system(line.c_str()) == 0);
    std::ifstream in(path() / "out");
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

constexpr const char* python_opens = R"(import os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from interbeat_recording import NotARecording, Recording
if os.path.exists("as_nobody") and os.geteuid() == 0:
    os.setuid(65534)
for path in sys.argv[2:]:
    try:
        r = Recording(path)
        for name in r.streams():
            r.stream(name)
        r.notes(), r.events()
        print("read", r.problem)
    except NotARecording as error:
        print("refused", error)
)";

/// A line for each of these files of the folder: what became of it.
std::string opened_by(const std::string& python, const GraphFolder& folder,
                      const std::string& files) {
  const GraphFolder aside;  // that one may be closed to all writing
  aside.write("open.py", python_opens);
  const auto line = fmt::format("cd '{}' && {} '{}/open.py' '{}/tools/python' {} >'{}/out' 2>&1",
                                folder.path().string(), python, aside.path().string(),
                                source_folder, files, aside.path().string());
  BOOST_TEST(std::system(line.c_str()) == 0);
  std::ifstream in(aside.path() / "out");
  return {std::istreambuf_iterator<char>(in), {}};
}

bool left_out(const std::string& python) {
  if (python.empty()) BOOST_TEST_MESSAGE("left out: python3 with numpy is not here");
  return python.empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recording_python)

BOOST_AUTO_TEST_CASE(python_reads_what_was_written_over_parts_and_holes) {
  const auto python = python_with_numpy();
  if (left_out(python)) return;
  const PythonFolder folder;
  Diagnostics problems;
  auto recorder = FileRecorder::create(folder.file(), {100'000, 20}, problems);
  BOOST_TEST_REQUIRE((recorder != nullptr));
  recorder->begin(recorded_head());
  RecordedSession session(11);
  std::vector<Kept> records;
  for (int i = 0; i < 1500; ++i) {
    records.push_back(session.next());
    recorder->write(records.back().lent());
    if (i % 7 == 0) recorder->commit();
    if (i == 700) recorder->write(RecordsLost{3});
  }
  recorder->commit();
  BOOST_TEST(recorder->parts() >= 2U);
  // While it is being written, and once it is done.
  BOOST_TEST(folder.printed(python) == as_python_prints(records, false, 3) + "problem: \n");
  recorder->write(RecordingEnd{{1}, 3});
  recorder.reset();
  BOOST_TEST(folder.printed(python) == as_python_prints(records, true, 3) + "problem: \n");
}

BOOST_AUTO_TEST_CASE(python_reads_a_recording_of_version_1) {
  const auto python = python_with_numpy();
  if (left_out(python)) return;
  const PythonFolder folder;
  folder.write("s.ibr", "");
  {
    std::ifstream in(std::filesystem::path(source_folder) / "tests/golden/recording_v1.sql");
    const std::string sql{std::istreambuf_iterator<char>(in), {}};
    auto db = sqlite::Database::to_write(folder.file());
    BOOST_TEST_REQUIRE(db.run(sql), db.problem());
  }
  RecordedSession session(42, 1);
  std::vector<Kept> records;
  while (records.size() < 24) records.push_back(session.next());
  BOOST_TEST(folder.printed(python) == as_python_prints(records, true, 0) + "problem: \n");
}

BOOST_AUTO_TEST_CASE(python_ends_at_a_damaged_row) {
  const auto python = python_with_numpy();
  if (left_out(python)) return;
  const PythonFolder folder;
  std::vector<Kept> records;
  {
    Diagnostics problems;
    auto recorder = FileRecorder::create(folder.file(), {}, problems);
    BOOST_TEST_REQUIRE((recorder != nullptr));
    recorder->begin(recorded_head());
    RecordedSession session(12);
    for (int i = 0; i < 60; ++i) {
      records.push_back(session.next());
      recorder->write(records.back().lent());
    }
    recorder->write(RecordingEnd{});
  }
  std::size_t damaged = 30;
  while (!std::holds_alternative<RecordedBlock>(records[damaged].record)) ++damaged;
  {
    auto db = sqlite::Database::to_write(folder.file());
    BOOST_TEST(db.run("UPDATE block SET n = n + 1 WHERE seq = " + std::to_string(damaged)));
  }
  records.resize(damaged);
  BOOST_TEST(folder.printed(python) == as_python_prints(records, false, 0) +
                                           "problem: " + folder.file().string() + ": record " +
                                           std::to_string(damaged) + " (block) is damaged\n");
}

/// Whatever is wrong with a file, there is one error to expect, and its text says why.
BOOST_AUTO_TEST_CASE(python_refuses_what_is_damaged_with_one_error) {
  const auto python = python_with_numpy();
  if (left_out(python)) return;
  const PythonFolder folder;
  {
    Diagnostics problems;
    auto recorder = FileRecorder::create(folder.file(), {}, problems);
    BOOST_TEST_REQUIRE((recorder != nullptr));
    recorder->begin(recorded_head());
    RecordedSession session(12);
    for (int i = 0; i < 200; ++i) recorder->write(session.next().lent());
    recorder->write(RecordingEnd{});
  }
  std::ifstream in(folder.file(), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  std::string files;
  int n = 0;
  const auto add = [&](const std::string& bytes) {
    const auto name = fmt::format("d{}.ibr", n++);
    folder.write(name, bytes);
    files += name + " ";
  };
  for (std::size_t size = 0; size < whole.size(); size += 3000) add(whole.substr(0, size));
  for (const unsigned seed : cases(60)) {
    std::mt19937 random(seed);
    auto changed = whole;
    // Most of them where the schema and the head lie.
    for (auto k = 1 + random() % 4; k > 0; --k)
      changed[random() % (seed % 3 == 0 ? changed.size() : 12'288)] ^=
          static_cast<char>(1U << random() % 8);
    add(changed);
  }
  const auto changed_by = [&](const char* sql) {
    const auto name = fmt::format("d{}.ibr", n++);
    folder.write(name, whole);
    files += name + " ";
    auto db = sqlite::Database::to_write(folder.path() / name);
    BOOST_TEST_REQUIRE(db.run(sql), db.problem());
  };
  for (const char* sql :
       {"UPDATE recording SET head = CAST(x'7bff7d' AS TEXT)", "DROP TABLE packet",
        "DROP TABLE recording", "UPDATE recording SET head = NULL",
        "UPDATE block SET n = 1e300 WHERE seq < 20", "UPDATE note SET json = CAST(x'ff' AS TEXT)",
        "ALTER TABLE block DROP COLUMN gaps"})
    changed_by(sql);
  const auto said = opened_by(python, folder, files);
  BOOST_TEST(said.find("Traceback") == std::string::npos, said);
  BOOST_TEST(std::count(said.begin(), said.end(), '\n') == n, said);
  BOOST_TEST(said.find("refused d0.ibr: ") != std::string::npos, said);
}

/// As `interbeat` does where the log lies beside and nothing may be written: what to do is said.
BOOST_AUTO_TEST_CASE(python_says_what_to_do_where_nothing_can_be_written) {
  const auto python = python_with_numpy();
  if (left_out(python)) return;
  const PythonFolder folder, copy;
  Diagnostics problems;
  auto recorder = FileRecorder::create(folder.file(), {}, problems);
  BOOST_TEST_REQUIRE((recorder != nullptr));
  recorder->begin(recorded_head());
  RecordedSession session(12);
  for (int i = 0; i < 50; ++i) recorder->write(session.next().lent());
  recorder->commit();
  std::filesystem::copy_file(folder.file(), copy.file());
  // The file alone holds nothing, and the log may be what is missing.
  BOOST_TEST(
      opened_by(python, copy, "s.ibr").find("left behind in s.ibr-wal: move both together") !=
      std::string::npos);
  std::filesystem::copy_file(folder.path() / "s.ibr-wal", copy.path() / "s.ibr-wal");
  copy.write("as_nobody", "");
  for (const auto& file : std::filesystem::directory_iterator(copy.path()))
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(0444));
  std::filesystem::permissions(copy.path(), static_cast<std::filesystem::perms>(0555));
  const auto said = opened_by(python, copy, "s.ibr");
  std::filesystem::permissions(copy.path(), std::filesystem::perms::owner_all);
  BOOST_TEST(said.find("copy both into a folder of your own") != std::string::npos, said);
}

BOOST_AUTO_TEST_SUITE_END()

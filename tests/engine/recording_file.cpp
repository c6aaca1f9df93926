// A session in a file: what went in comes out, equal and in order, whatever happened to the program that wrote
// it, to its disk, or to the file since.
#include <interbeat/recording_file.hpp>

#include "recording_tables.hpp"
#include "sqlite.hpp"
#include "support/cases.hpp"
#include "support/graph_folder.hpp"
#include "support/places.hpp"
#include "support/recorded_session.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

using namespace ib;
using namespace ib::test;

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

struct RecordingFolder : GraphFolder {
  fs::path file(const std::string& name = "s.ibr") const { return path() / name; }
};

std::unique_ptr<FileRecorder> new_recorder(const fs::path& file, FileRecorderOptions options = {}) {
  Diagnostics problems;
  auto recorder = FileRecorder::create(file, options, problems);
  BOOST_TEST_REQUIRE((recorder != nullptr), problems.text());
  return recorder;
}

std::unique_ptr<FileRecording> reopened(const fs::path& file) {
  Diagnostics problems;
  auto recording = open_recording(file, problems);
  BOOST_TEST_REQUIRE((recording != nullptr), problems.text());
  return recording;
}

std::string why_not_opened(const fs::path& file) {
  Diagnostics problems;
  BOOST_TEST((open_recording(file, problems) == nullptr));
  auto text = problems.text();
  const auto folder = file.parent_path().string() + "/";
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.erase(at, folder.size());
  return text;
}

Lines lines_of(Recording& recording) {
  Lines lines;
  while (const auto* record = recording.next()) lines.push_back(words_of(Kept(*record)));
  return lines;
}

/// The first n records of the session, as lines.
Lines session_lines(unsigned seed, std::size_t n, int version = recording_version) {
  RecordedSession session(seed, version);
  Lines lines;
  while (lines.size() < n) lines.push_back(words_of(session.next()));
  return lines;
}

void write_session(Recorder& recorder, unsigned seed, std::size_t n) {
  RecordedSession session(seed);
  recorder.begin(recorded_head());
  for (std::size_t i = 0; i < n; ++i) {
    recorder.write(session.next().lent());
    if (i % 7 == 0) recorder.commit();
  }
}

const Record the_end = RecordingEnd{{5'000'000'000}, 0};

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void set_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// Changes the file behind the recorder's back.
void change(const fs::path& file, const std::string& sql) {
  auto db = sqlite::Database::to_write(file);
  BOOST_TEST_REQUIRE(db.run(sql), db.problem());
}

/// What the reader says of a recording whose one record is this.
std::string said_of(const Kept& record) {
  const RecordingFolder folder;
  {
    auto recorder = new_recorder(folder.file());
    recorder->begin(recorded_head());
    recorder->write(record.lent());
  }
  auto recording = reopened(folder.file());
  BOOST_TEST(lines_of(*recording).empty());
  return recording->problem();
}

Kept one_block(std::uint32_t port, std::uint32_t n) {
  RecordedBlock b;
  b.port = port;
  b.n = n;
  Kept k{Record(b)};
  k.items.resize(n * (port == 0 ? 8 : sizeof(RecordedBeat)));
  if (port == 1)
    for (std::uint32_t i = 0; i < n; ++i) k.times.push_back(10 + i);
  else std::get<RecordedBlock>(k.record).anchor = {0, 0, std::int64_t{1} << 42};
  return k;
}

RecordedBlock& block_of(Kept& k) { return std::get<RecordedBlock>(k.record); }

}  // namespace

BOOST_AUTO_TEST_SUITE(recording_file)

BOOST_AUTO_TEST_CASE(what_went_in_comes_out) {
  for (const unsigned seed : cases(20)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const RecordingFolder folder;
      {
        auto recorder = new_recorder(folder.file());
        write_session(*recorder, seed, 300);
        recorder->write(the_end);
        recorder->commit();
        BOOST_TEST(recorder->problem() == "");
        BOOST_TEST(recorder->lost() == 0U);
      }
      auto expected = session_lines(seed, 300);
      expected.push_back(words_of(Kept(the_end)));
      auto recording = reopened(folder.file());
      BOOST_TEST((recording->head() == recorded_head()));
      BOOST_TEST(recording->part() == 1U);
      BOOST_TEST(recording->session().size() == 32U);
      BOOST_TEST(lines_of(*recording) == expected, boost::test_tools::per_element());
      BOOST_TEST(recording->problem() == "");
      recording->rewind();
      BOOST_TEST(lines_of(*recording) == expected, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(one_file_is_left_for_its_owner_alone) {
  const RecordingFolder folder;
  write_session(*new_recorder(folder.file()), 1, 50);
  auto recording = reopened(folder.file());
  BOOST_TEST(lines_of(*recording).size() == 50U);
  recording.reset();
  BOOST_TEST(std::distance(fs::directory_iterator(folder.path()), {}) == 1);  // also by its reader
  struct stat s {};
  BOOST_TEST_REQUIRE(::stat(folder.file().c_str(), &s) == 0);
  BOOST_TEST((s.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_recording_without_an_end_broke_off) {
  const RecordingFolder folder;
  write_session(*new_recorder(folder.file()), 1, 50);
  auto recording = reopened(folder.file());
  BOOST_TEST(lines_of(*recording) == session_lines(1, 50), boost::test_tools::per_element());
  BOOST_TEST(recording->problem() == "");
}

BOOST_AUTO_TEST_CASE(nothing_is_written_over) {
  const RecordingFolder folder;
  folder.write("s.ibr", "mine");
  Diagnostics problems;
  BOOST_TEST((FileRecorder::create(folder.file(), {}, problems) == nullptr));
  BOOST_TEST(
      folder.seen_from_within(problems.text()) ==
      "s.ibr: error: no recording can be written here: it exists already, and a recording is "
      "never written over\n  hint: choose another name\n");
  BOOST_TEST(bytes_of(folder.file()) == "mine");
  folder.write("t.2.ibr", "mine too");
  Diagnostics later;
  BOOST_TEST((FileRecorder::create(folder.file("t.ibr"), {1 << 20, 20}, later) == nullptr));
  BOOST_TEST(later.text().find("t.2.ibr, in which it would go on, exists already") !=
             std::string::npos);
  fs::rename(folder.file("t.2.ibr"), folder.file("t.317.ibr"));  // a later one is in the way, too
  Diagnostics latest;
  BOOST_TEST((FileRecorder::create(folder.file("t.ibr"), {1 << 20, 20}, latest) == nullptr));
  BOOST_TEST(latest.text().find("t.317.ibr, in which it would go on, exists already") !=
             std::string::npos);
  BOOST_TEST(!fs::exists(folder.file("t.ibr")));
  for (const char* other : {"u.0.ibr", "u.1.ibr", "u.02.ibr", "u.x.ibr", "u.2.csv", "uu.2.ibr",
                            "u.10001.ibr", "u.ibr.2"})
    folder.write(other, "of somebody else");
  new_recorder(folder.file("u.ibr"), {1 << 20, 20});
  Diagnostics nowhere;
  BOOST_TEST((FileRecorder::create(folder.file("no/s.ibr"), {}, nowhere) == nullptr));
  // The system's own words are in the user's language.
  BOOST_TEST(nowhere.text().find(std::string("it can't be made: ") + std::strerror(ENOENT)) !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_can_be_read_while_it_is_written) {
  const RecordingFolder folder;
  auto recorder = new_recorder(folder.file());
  write_session(*recorder, 3, 71);  // the last commit lies behind the 71st
  auto recording = reopened(folder.file());
  recorder->write(the_end);
  recorder->commit();
  BOOST_TEST(lines_of(*recording) == session_lines(3, 71), boost::test_tools::per_element());
  BOOST_TEST(recorder->problem() == "");
  BOOST_TEST(lines_of(*reopened(folder.file())).size() == 72U);
}

// -- killed --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(killed_at_any_moment_it_holds_what_was_committed) {
  for (const unsigned seed : cases(20)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const RecordingFolder folder;
      int ends[2];
      BOOST_TEST_REQUIRE(::pipe(ends) == 0);
      const pid_t writer = ::fork();
      BOOST_TEST_REQUIRE(writer >= 0);
      if (writer == 0) {
        ::close(ends[0]);
        Diagnostics problems;
        auto recorder =
            FileRecorder::create(folder.file(), {seed % 2 == 0 ? 200'000U : 0U, 20}, problems);
        if (recorder == nullptr) ::_exit(1);
        RecordedSession session(seed);
        recorder->begin(recorded_head());
        for (std::uint32_t n = 1;; ++n) {
          recorder->write(session.next().lent());
          if (n % 9 != 0) continue;
          recorder->commit();
          if (::write(ends[1], &n, sizeof n) != sizeof n) ::_exit(2);
        }
      }
      ::close(ends[1]);
      std::mt19937 random(seed);
      std::uint32_t committed{};
      for (auto reads = 1 + random() % 400; reads > 0; --reads)
        BOOST_TEST_REQUIRE(::read(ends[0], &committed, sizeof committed) ==
                           static_cast<ssize_t>(sizeof committed));
      volatile unsigned long spin = random() % 100'000;  // into the middle of something
      while (spin > 0) spin = spin - 1;
      ::kill(writer, SIGKILL);
      int status{};
      ::waitpid(writer, &status, 0);
      BOOST_TEST(WIFSIGNALED(status));
      std::uint32_t more{};  // commits that it told of and we had not read
      while (::read(ends[0], &more, sizeof more) == static_cast<ssize_t>(sizeof more))
        committed = more;
      ::close(ends[0]);

      auto recording = reopened(folder.file());
      const auto lines = lines_of(*recording);
      BOOST_TEST(lines.size() >= committed);
      BOOST_TEST(lines.size() <= committed + 9);
      BOOST_TEST(lines == session_lines(seed, lines.size()), boost::test_tools::per_element());
      // It may have been killed before the next part was begun.
      BOOST_TEST((recording->problem().empty() ||
                  recording->problem().find("it goes on in s.") != std::string::npos),
                 recording->problem());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_recorder_that_was_killed_before_it_began_is_told_so) {
  const RecordingFolder folder;
  new_recorder(folder.file());
  BOOST_TEST(
      why_not_opened(folder.file()) ==
      "s.ibr: error: this recording can't be read: it holds nothing: its recorder was stopped "
      "before it had begun, or what it wrote was left behind in s.ibr-wal: move both together\n");
  folder.write("empty.ibr", "");
  BOOST_TEST(why_not_opened(folder.file("empty.ibr")) ==
             "empty.ibr: error: this recording can't be read: it holds nothing: its recorder was "
             "stopped before it had begun\n");
}

/// All of a short session may lie in the log beside the file; who moves the file alone is told where it is.
BOOST_AUTO_TEST_CASE(a_log_that_was_left_behind_is_asked_for) {
  const RecordingFolder folder, copy;
  auto recorder = new_recorder(folder.file());
  write_session(*recorder, 2, 71);
  fs::copy_file(folder.file(), copy.file("evening.ibr"));
  BOOST_TEST(why_not_opened(copy.file("evening.ibr"))
                 .find("left behind in evening.ibr-wal: move both together") != std::string::npos);
  fs::copy_file(folder.file("s.ibr-wal"), copy.file("evening.ibr-wal"));
  BOOST_TEST(lines_of(*reopened(copy.file("evening.ibr"))).size() == 71U);
  // Where the log is there and holds nothing whole, nothing was left behind.
  set_bytes(copy.file("evening.ibr-wal"), bytes_of(folder.file("s.ibr-wal")).substr(0, 100));
  BOOST_TEST(why_not_opened(copy.file("evening.ibr")).find("left behind") == std::string::npos);
}

/// Somebody who may not write, also where the tests run as root.
class AsNobody {
 public:
  explicit AsNobody(const fs::path& folder) : folder_(folder), root_(::geteuid() == 0) {
    fs::permissions(folder, static_cast<fs::perms>(0555));
    for (const auto& file : fs::directory_iterator(folder))
      fs::permissions(file, static_cast<fs::perms>(0444));
    if (root_) BOOST_TEST_REQUIRE(::seteuid(65534) == 0);
  }
  ~AsNobody() {
    if (root_ && ::seteuid(0) != 0) std::abort();
    fs::permissions(folder_, fs::perms::owner_all);
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  fs::path folder_;
  bool root_;
};

BOOST_AUTO_TEST_CASE(a_file_is_read_where_nothing_can_be_written) {
  const RecordingFolder folder;
  write_session(*new_recorder(folder.file()), 2, 50);
  const AsNobody nobody(folder.path());
  BOOST_TEST(!std::ofstream(folder.file("new")).is_open());
  BOOST_TEST(lines_of(*reopened(folder.file())) == session_lines(2, 50),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_killed_recorder_left_is_read_from_both_its_files) {
  const RecordingFolder folder;
  auto recorder = new_recorder(folder.file());
  write_session(*recorder, 2, 71);
  const RecordingFolder copy;  // as the files lie when a writer is killed
  fs::copy_file(folder.file(), copy.file());
  fs::copy_file(folder.file("s.ibr-wal"), copy.file("s.ibr-wal"));
  {
    const AsNobody nobody(copy.path());
    BOOST_TEST(why_not_opened(copy.file()).find("copy both into a folder of your own") !=
               std::string::npos);
  }
  fs::permissions(copy.file(), fs::perms::owner_read | fs::perms::owner_write);
  const auto before = bytes_of(copy.file());
  BOOST_TEST(lines_of(*reopened(copy.file())) == session_lines(2, 71),
             boost::test_tools::per_element());
  BOOST_TEST(bytes_of(copy.file()) == before);
}

// -- the disk ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(on_a_full_disk_it_goes_on_and_tells_what_is_missing) {
  const RecordingFolder folder;
  const pid_t writer = ::fork();
  BOOST_TEST_REQUIRE(writer >= 0);
  if (writer == 0) {  // a disk of 300 kB for this process alone, later a large one
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const auto large = limit;
    limit.rlim_cur = 300'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Diagnostics problems;
    auto recorder = FileRecorder::create(folder.file(), {0, 5}, problems);
    if (recorder == nullptr) ::_exit(1);
    RecordedSession session(1);
    recorder->begin(recorded_head());
    std::size_t n{};
    const auto ten_more = [&] {
      for (int i = 0; i < 10; ++i, ++n) recorder->write(session.next().lent());
      recorder->commit();
    };
    while (recorder->problem().empty() && n < 100'000) ten_more();
    if (recorder->lost() == 0 || recorder->problem().find("s.ibr: ") != 0) ::_exit(2);
    for (int i = 0; i < 12; ++i) ten_more();  // it tries in between, and fails again
    ::setrlimit(RLIMIT_FSIZE, &large);
    const auto before = recorder->lost();
    for (int i = 0; i < 12; ++i) ten_more();
    const auto lost = recorder->lost();
    if (lost < before || lost > before + 60) ::_exit(3);  // at most five commits until it tries
    recorder->write(the_end);
    recorder->commit();
    if (recorder->lost() != lost) ::_exit(4);
    folder.write("lost", std::to_string(lost) + " " + std::to_string(n));
    recorder.reset();
    ::_exit(0);
  }
  int status{};
  ::waitpid(writer, &status, 0);
  BOOST_TEST_REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0),
                     "the writer ended with " << status);
  std::size_t lost{}, written{};
  std::ifstream(folder.file("lost")) >> lost >> written;
  auto recording = reopened(folder.file());
  const auto expected = session_lines(1, written);
  std::size_t at{}, missing{}, holes{};
  bool ended{};
  while (const auto* record = recording->next()) {
    if (const auto* gone = std::get_if<RecordsLost>(record)) {
      at += gone->records;
      missing += gone->records;
      ++holes;
    } else if (const auto* end = std::get_if<RecordingEnd>(record)) {
      ended = true;
      BOOST_TEST(end->lost_records == lost);
    } else {
      BOOST_TEST_REQUIRE(at < written);
      BOOST_TEST(words_of(Kept(*record)) == expected[at]);
      ++at;
    }
  }
  BOOST_TEST(ended);
  BOOST_TEST(at == written);
  BOOST_TEST(missing == lost);
  BOOST_TEST(holes >= 1U);
  BOOST_TEST(recording->problem() == "");
}

BOOST_AUTO_TEST_CASE(what_the_runs_own_queue_lost_is_a_hole_too) {
  const RecordingFolder folder;
  {
    auto recorder = new_recorder(folder.file());
    recorder->begin(recorded_head());
    recorder->write(Checkpoint{0, {1}, 1, 1});
    recorder->write(RecordsLost{17});
    recorder->write(Checkpoint{0, {2}, 2, 2});
    BOOST_TEST(recorder->lost() == 17U);
  }
  BOOST_TEST(lines_of(*reopened(folder.file())) ==
                 (Lines{"checkpoint 0 1 1 1", "lost 17", "checkpoint 0 2 2 2"}),
             boost::test_tools::per_element());
}

// -- parts ---------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_long_session_goes_on_in_further_files) {
  const RecordingFolder folder;
  unsigned parts{};
  {
    auto recorder = new_recorder(folder.file(), {100'000, 20});
    write_session(*recorder, 5, 3000);
    recorder->write(the_end);
    recorder->commit();
    parts = recorder->parts();
    BOOST_TEST(parts >= 4U);
    BOOST_TEST(recorder->problem() == "");
  }
  for (unsigned part = 1; part < parts; ++part) {
    const auto size = fs::file_size(recording_part(folder.file(), part));
    BOOST_TEST(size >= 100'000U);
    BOOST_TEST(size < 130'000U);
  }
  auto expected = session_lines(5, 3000);
  expected.push_back(words_of(Kept(the_end)));
  auto whole = reopened(folder.file());
  BOOST_TEST(lines_of(*whole) == expected, boost::test_tools::per_element());
  whole->rewind();
  BOOST_TEST(lines_of(*whole).size() == expected.size());

  auto third = reopened(folder.file("s.3.ibr"));
  BOOST_TEST(third->part() == 3U);
  BOOST_TEST(third->session() == whole->session());
  const auto tail = lines_of(*third);
  BOOST_TEST_REQUIRE(tail.size() < expected.size());
  BOOST_TEST(std::equal(tail.rbegin(), tail.rend(), expected.rbegin()));

  fs::remove(folder.file("s.3.ibr"));
  auto cut = reopened(folder.file());
  const auto kept = lines_of(*cut);
  BOOST_TEST(kept == Lines(expected.begin(), expected.begin() + std::ptrdiff_t(kept.size())),
             boost::test_tools::per_element());
  BOOST_TEST(cut->problem() ==
             "s.2.ibr: it goes on in s.3.ibr, which can't be read: there is no such "
             "file; the " +
                 std::to_string(kept.size()) + " before it were given");

  const RecordingFolder other;
  {
    auto recorder = new_recorder(other.file(), {100'000, 20});
    write_session(*recorder, 6, 3000);
  }
  fs::copy_file(other.file("s.3.ibr"), folder.file("s.3.ibr"));
  auto mixed = reopened(folder.file());
  BOOST_TEST(lines_of(*mixed).size() == kept.size());
  BOOST_TEST(mixed->problem().find("it belongs to another session") != std::string::npos);
}

// -- damage --------------------------------------------------------------------------------------

/// What comes into the way of the next part while it records: it stays in this one, says so, and loses nothing.
BOOST_AUTO_TEST_CASE(a_file_in_the_way_of_the_next_part_costs_nothing) {
  const RecordingFolder folder;
  std::vector<Kept> records;
  RecordedSession session(5);
  {
    auto recorder = new_recorder(folder.file(), {100'000, 20});
    recorder->begin(recorded_head());
    const auto go_on = [&](std::size_t n) {
      for (std::size_t i = 0; i < n; ++i) {
        records.push_back(session.next());
        recorder->write(records.back().lent());
        if (i % 7 == 0) recorder->commit();
      }
    };
    folder.write("s.2.ibr", "mine");
    go_on(1500);
    BOOST_TEST(recorder->parts() == 1U);
    BOOST_TEST(recorder->problem() == "");
    BOOST_TEST(recorder->lost() == 0U);
    BOOST_TEST(recorder->remark() ==
               "s.ibr is full and goes on: s.2.ibr, in which it would go on, exists already");
    BOOST_TEST(bytes_of(folder.file("s.2.ibr")) == "mine");
    BOOST_TEST(recorder->bytes() >= 100'000U);
    fs::rename(folder.file("s.2.ibr"), folder.file("mine"));  // out of the way
    go_on(1500);
    BOOST_TEST(recorder->parts() >= 3U);
    BOOST_TEST(recorder->lost() == 0U);
  }
  Lines expected;
  for (const auto& k : records) expected.push_back(words_of(k));
  BOOST_TEST(lines_of(*reopened(folder.file())) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_damaged_row_ends_it_and_what_lies_before_is_given) {
  const RecordingFolder folder;
  {
    auto recorder = new_recorder(folder.file());
    recorder->begin(recorded_head());
    for (int i = 0; i < 9; ++i) recorder->write(Checkpoint{0, {i}, 1, 1});
    recorder->write(the_end);
  }
  const auto bytes = bytes_of(folder.file());
  const auto said_after = [&](const std::string& sql) {
    set_bytes(folder.file(), bytes);
    change(folder.file(), sql);
    auto recording = reopened(folder.file());
    const auto n = lines_of(*recording).size();
    return std::to_string(n) + ": " + recording->problem();
  };
  BOOST_TEST(
      said_after("UPDATE checkpoint SET hash = 2 WHERE seq = 4") ==
      "4: s.ibr: record 4 (checkpoint) is damaged: its checksum is wrong; the 4 before it were "
      "given");
  BOOST_TEST(
      said_after("UPDATE checkpoint SET hash = 'x' WHERE seq = 0") ==
      "0: s.ibr: record 0 (checkpoint) is damaged: its checksum is wrong; the 0 before it were "
      "given");
  BOOST_TEST(
      said_after("UPDATE ending SET crc = NULL") ==
      "9: s.ibr: record 9 (ending) is damaged: its checksum is wrong; the 9 before it were given");
  BOOST_TEST(
      said_after("INSERT INTO note SELECT seq, 0, 'a', 'b', 0 FROM checkpoint WHERE seq = 3") ==
      "4: s.ibr: record 3 (note) is damaged: another has its number; the 4 before it were "
      "given");
  // A row that is gone is a hole, as one that was never written.
  BOOST_TEST(said_after("DELETE FROM checkpoint WHERE seq = 4") == "10: ");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_though_its_checksum_is_right) {
  const auto damaged = [](const std::string& why) {
    return "s.ibr: record 0 (block) is damaged: " + why + "; the 0 before it were given";
  };
  auto k = one_block(0, 3);
  block_of(k).source = 2;
  BOOST_TEST(said_of(k) == damaged("there is no source 2"));
  k = one_block(0, 3);
  block_of(k).port = 3;
  BOOST_TEST(said_of(k) == damaged("\"anna.ring\" has no port 3"));
  block_of(k).port = 2;
  BOOST_TEST(said_of(k) == damaged("\"anna.ring.acc\" is absent"));
  k = one_block(0, 3);
  k.items.pop_back();
  BOOST_TEST(said_of(k) == damaged("it has 23 bytes for 3 items of 8"));
  BOOST_TEST(said_of(one_block(0, 129)) == damaged("it has 129 items, where 128 is the most"));
  k = one_block(0, 3);
  k.times = {1, 2, 3};
  BOOST_TEST(said_of(k) == damaged("it has 3 times for 3 items"));
  k = one_block(0, 3);
  k.sample_flags = {1};
  BOOST_TEST(said_of(k) == damaged("it has 1 flags for 3 samples"));
  k = one_block(0, 3);
  block_of(k).flags = 1U << 20;
  BOOST_TEST(said_of(k) == damaged("it has flags that are not known"));
  for (const auto dt : {std::int64_t{0}, std::numeric_limits<std::int64_t>::min()}) {
    k = one_block(0, 3);
    block_of(k).anchor.dt_q32 = dt;
    BOOST_TEST(said_of(k) == damaged("its samples lie outside all times"));
  }
  k = one_block(0, 3);
  block_of(k).anchor = {0, 0, std::numeric_limits<std::int64_t>::max()};
  block_of(k).first_index = std::numeric_limits<std::uint64_t>::max() / 2;
  BOOST_TEST(said_of(k) == damaged("its samples lie outside all times"));
  k = one_block(0, 3);
  block_of(k).settled_ns = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST(said_of(k) == damaged("it has a time outside all times"));
  k = one_block(1, 3);
  k.times = {5, 5, 6};
  BOOST_TEST(said_of(k) == damaged("its times don't rise"));
  k = one_block(1, 3);
  k.gaps = {{5, 5, 0, 0}};
  BOOST_TEST(said_of(k) == damaged("a gap in it ends before it begins"));
  k.gaps = {{5, 6, 4, 0}};
  BOOST_TEST(said_of(k) == damaged("a gap in it stands behind its items"));
  k.gaps = {{5, 6, 2, 0}, {7, 8, 2, 0}};
  BOOST_TEST(said_of(k) == damaged("the gaps in it don't rise"));
  k.gaps.assign(5, {5, 6, 2, 0});
  BOOST_TEST(said_of(k) == damaged("it has more gaps than places for them"));
  struct Field {
    std::size_t at;
    std::size_t bytes;
    unsigned char value;
    const char* name;
  };
  for (const auto& f :
       {Field{offsetof(RecordedBeat, trusted), 1, 2, "trusted"},
        Field{offsetof(RecordedBeat, label), 1, 2, "label"},
        Field{offsetof(RecordedBeat, amplitude.present), 1, 2, "amplitude"},
        Field{offsetof(RecordedBeat, word), sizeof(RecordedBeat::word), 'x', "word"}}) {
    k = one_block(1, 2);
    for (std::size_t i = 0; i < f.bytes; ++i)
      k.items[sizeof(RecordedBeat) + f.at + i] = static_cast<std::byte>(f.value);
    BOOST_TEST(said_of(k) ==
               damaged("item 1 holds something else in its field \"" + std::string(f.name) + "\""));
  }
  LogEntry e;
  e.source = 2;
  BOOST_TEST(said_of(Kept(Record(e))).find("there is no source 2") != std::string::npos);
  e.kind = LogEntry::Kind::event;
  e.source = 4;
  BOOST_TEST(said_of(Kept(Record(e))).find("there is no node 4") != std::string::npos);
  e.kind = static_cast<LogEntry::Kind>(5);
  BOOST_TEST(said_of(Kept(Record(e))).find("its kind is unknown") != std::string::npos);
  BOOST_TEST(said_of(Kept(Record(Checkpoint{2, {}, 0, 0}))).find("there is no outlet 2") !=
             std::string::npos);
}

/// Nodes have something to do for every second that is settled: a few rows must not settle a thousand years.
BOOST_AUTO_TEST_CASE(time_leaps_no_further_than_a_week) {
  constexpr std::int64_t week = 7LL * 24 * 3600 * 1'000'000'000;
  const auto turn = [](LogEntry::Kind kind, std::int64_t ns) {
    LogEntry e;
    e.kind = kind;
    e.time = {ns};
    return Kept(Record(e));
  };
  const auto until = [&](std::int64_t ns) { return turn(LogEntry::Kind::until, ns); };
  const auto given_of = [](const std::vector<Kept>& records) {
    const RecordingFolder folder;
    {
      auto recorder = new_recorder(folder.file());
      recorder->begin(recorded_head());
      for (const auto& k : records) recorder->write(k.lent());
    }
    auto recording = reopened(folder.file());
    const auto given = lines_of(*recording).size();
    const bool said =
        recording->problem().find("it lies more than a week behind all") != std::string::npos;
    BOOST_TEST(said == (given < records.size()), recording->problem());
    return given;
  };
  constexpr std::int64_t far = std::int64_t{1} << 60;
  BOOST_TEST(given_of({until(5), until(5 + week), until(5 + 2 * week)}) == 3U);
  BOOST_TEST(given_of({until(far), until(far + 1)}) == 2U);  // it may begin when it likes
  BOOST_TEST(given_of({until(5), until(6 + week)}) == 1U);
  BOOST_TEST(given_of({until(5), turn(LogEntry::Kind::seen, far)}) == 1U);
  BOOST_TEST(given_of({until(5), Kept(Record(RecordingEnd{{far}, 0}))}) == 1U);
  auto settled = one_block(0, 0);
  block_of(settled).settled_ns = far;
  BOOST_TEST(given_of({until(5), settled}) == 1U);
  auto items = one_block(1, 2);
  items.times = {5, far};
  BOOST_TEST(given_of({items}) == 0U);
  auto gap = one_block(1, 1);
  gap.times = {5};
  block_of(gap).settled_ns = 5;
  gap.gaps = {{6, far, 1, 0}};
  BOOST_TEST(given_of({gap}) == 0U);
  auto skipped = one_block(0, 3);  // a second a sample, and a thousand million of them are missing
  block_of(skipped).anchor = {0, 0, std::int64_t{1'000'000'000} << 32};
  block_of(skipped).first_index = 1'000'000'000;
  BOOST_TEST(given_of({until(0), skipped}) == 1U);
}

BOOST_AUTO_TEST_CASE(a_packet_that_cannot_be_is_refused) {
  const auto damaged = [](const std::string& why) {
    return "s.ibr: record 0 (packet) is damaged: " + why + "; the 0 before it were given";
  };
  const auto said = [](const std::function<void(RecordedPacket&)>& change, std::size_t bytes = 3) {
    RecordedPacket p;
    p.source = 1;
    p.n = 5;
    change(p);
    Kept k{Record(p)};
    k.items.resize(bytes);
    return said_of(k);
  };
  using P = RecordedPacket;
  BOOST_TEST(said([](P& p) { p.source = 2; }) == damaged("there is no source 2"));
  BOOST_TEST(said([](P& p) { p.channel = 2; }) == damaged("\"ben.ring\" has no channel 2"));
  BOOST_TEST(said([](P& p) { p.source = 0; }) == damaged("\"anna.ring\" has no channel 0"));
  BOOST_TEST(said([](P& p) { p.port = 1; }) == damaged("\"ben.ring\" has no port 1"));
  BOOST_TEST(said([](P& p) { p.flags = 16; }) == damaged("it has flags that are not known"));
  BOOST_TEST(said([](P& p) { p.arrival_ns = IB_NEVER - 1; }) ==
             damaged("it has a time outside all times"));
  BOOST_TEST(said([](P& p) { p.device_ns = IB_FOREVER + 1; }) ==
             damaged("it has a time outside all times"));
  BOOST_TEST(said([](P& p) { p.first_index = INT64_MAX; }) ==
             damaged("its samples lie behind all that can be counted"));
  BOOST_TEST(said([](P&) {}, 4097) == damaged("it has 4097 bytes, where 4096 is the most"));
}

BOOST_AUTO_TEST_CASE(a_stream_never_goes_back) {
  const RecordingFolder folder;
  {
    auto recorder = new_recorder(folder.file());
    recorder->begin(recorded_head());
    for (const std::int64_t settled : {100, 200, 150}) {
      auto k = one_block(0, 0);
      block_of(k).settled_ns = settled;
      recorder->write(k.lent());
    }
  }
  auto recording = reopened(folder.file());
  BOOST_TEST(lines_of(*recording).size() == 2U);
  BOOST_TEST(recording->problem().find("its stream was settled further before it") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_recording_is_refused) {
  const RecordingFolder folder;
  const auto refused = [](const std::string& file, const std::string& why) {
    return file + ": error: this recording can't be read: " + why + "\n";
  };
  BOOST_TEST(why_not_opened(folder.file("none.ibr")) ==
             refused("none.ibr", "there is no such file"));
  fs::create_directory(folder.file("folder.ibr"));
  BOOST_TEST(why_not_opened(folder.file("folder.ibr")) ==
             refused("folder.ibr", "it is not a file"));
  folder.write("text.ibr", std::string(5000, 'x'));
  BOOST_TEST(why_not_opened(folder.file("text.ibr")) ==
             refused("text.ibr", "it is not an SQLite database"));
  folder.write("other.ibr", "");
  change(folder.file("other.ibr"), "CREATE TABLE t(x)");
  BOOST_TEST(why_not_opened(folder.file("other.ibr")) ==
             refused("other.ibr", "it is an SQLite database, and no recording"));

  write_session(*new_recorder(folder.file()), 1, 20);
  const auto bytes = bytes_of(folder.file());
  const auto refused_after = [&](const std::string& sql) {
    set_bytes(folder.file(), bytes);
    change(folder.file(), sql);
    return why_not_opened(folder.file());
  };
  BOOST_TEST(refused_after("PRAGMA user_version = 3") ==
             "s.ibr: error: this recording can't be read: it has version 3 of the format, and this "
             "program reads up to 2\n  hint: read it with a newer interbeat\n");
  // A file that says it is older than it is: a step finds what it should make.
  BOOST_TEST(refused_after("PRAGMA user_version = 1")
                 .find("s.ibr: error: this recording can't be read: its tables are not those of "
                       "version 1: ") == 0U);
  BOOST_TEST(refused_after("PRAGMA user_version = 0") ==
             refused("s.ibr", "nobody ever wrote version 0 of the format"));
  for (const char* more :
       {"CREATE VIEW v AS SELECT 1", "CREATE INDEX i ON block(n)", "CREATE TABLE t(x)",
        "CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM block; END",
        "DROP TABLE note; CREATE VIEW note AS SELECT 1 AS seq", "ALTER TABLE note ADD COLUMN x",
        "ANALYZE"})
    BOOST_TEST(refused_after(more) == refused("s.ibr", "it has other tables than a recording"),
               more);
  BOOST_TEST(refused_after("DROP TABLE packet") ==
             refused("s.ibr", "it has fewer tables than a recording"));
  BOOST_TEST(refused_after("DELETE FROM recording") == refused("s.ibr", "its head is missing"));
  BOOST_TEST(refused_after("UPDATE recording SET part = 2") ==
             refused("s.ibr", "its head is damaged: its checksum is wrong"));
}

BOOST_AUTO_TEST_CASE(flipped_bytes_change_no_record) {
  const RecordingFolder folder;
  write_session(*new_recorder(folder.file()), 9, 60);
  const auto bytes = bytes_of(folder.file());
  const auto expected = session_lines(9, 60);
  std::size_t refused{}, whole{};
  for (const unsigned seed : cases(400)) {
    std::mt19937 random(seed);
    auto changed = bytes;
    for (auto n = 1 + random() % 4; n > 0; --n)
      changed[random() % changed.size()] ^= static_cast<char>(1U << random() % 8);
    set_bytes(folder.file(), changed);
    Diagnostics problems;
    auto recording = open_recording(folder.file(), problems);
    if (recording == nullptr) {
      BOOST_TEST(problems.errors() == 1U);
      ++refused;
      continue;
    }
    auto lines = lines_of(*recording);
    if (lines == expected) ++whole;
    // What is given is what was written, up to a hole or the end.
    const auto hole = std::find_if(lines.begin(), lines.end(),
                                   [](const auto& l) { return l.starts_with("lost "); });
    lines.erase(hole, lines.end());
    BOOST_TEST_REQUIRE(lines.size() <= expected.size());
    BOOST_TEST(std::equal(lines.begin(), lines.end(), expected.begin()), "seed " << seed);
  }
  BOOST_TEST_MESSAGE("of " << cases(400).size() << " files with flipped bits " << refused
                           << " were refused, " << whole << " whole, the rest ended early");
}

BOOST_AUTO_TEST_CASE(a_file_cut_anywhere_gives_what_is_left) {
  const RecordingFolder folder;
  write_session(*new_recorder(folder.file()), 9, 200);
  const auto bytes = bytes_of(folder.file());
  const auto expected = session_lines(9, 200);
  std::size_t most{};
  for (std::size_t size = 0; size < bytes.size(); size += 512) {
    set_bytes(folder.file(), bytes.substr(0, size));
    Diagnostics problems;
    auto recording = open_recording(folder.file(), problems);
    BOOST_TEST(!problems.empty());
    const auto text = problems.text();
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') <= 2, text);  // a sentence and a hint
    if (recording == nullptr) continue;
    const auto lines = lines_of(*recording);
    BOOST_TEST(!recording->problem().empty());
    BOOST_TEST_REQUIRE(lines.size() <= expected.size());
    BOOST_TEST(std::equal(lines.begin(), lines.end(), expected.begin()), "cut at " << size);
    most = std::max(most, lines.size());
  }
  BOOST_TEST(most > 50U);  // something is left, not nothing
}

// -- versions and size -----------------------------------------------------------------------------

// A file of each version as SQL, made by `sqlite3 FILE .dump` and never changed again.
BOOST_AUTO_TEST_CASE(every_version_ever_written_is_read) {
  for (int version = 1; version <= recording_version; ++version) {
    const RecordingFolder folder;
    folder.write("s.ibr", "");
    change(folder.file(), bytes_of(fs::path(source_folder) / "tests/golden" /
                                   ("recording_v" + std::to_string(version) + ".sql")));
    const auto bytes = bytes_of(folder.file());
    auto recording = reopened(folder.file());
    BOOST_TEST(recording->version() == version);
    BOOST_TEST((recording->head() == recorded_head(version)));
    auto expected = session_lines(42, 24, version);
    expected.push_back(words_of(Kept(the_end)));
    BOOST_TEST(lines_of(*recording) == expected, boost::test_tools::per_element());
    BOOST_TEST(recording->problem() == "");
    BOOST_TEST(bytes_of(folder.file()) == bytes);  // what was changed is a copy
  }
}

BOOST_AUTO_TEST_CASE(migration_goes_step_by_step) {
  const std::vector<RecordingMigration> steps{
      {2, "ALTER TABLE t RENAME TO u; PRAGMA user_version = 3"},
      {1, "CREATE TABLE t(x); PRAGMA user_version = 2"},
      {3, "PRAGMA user_version = 9"}};
  const auto version_1 = [] {
    auto db = sqlite::Database::temporary();
    BOOST_TEST(db.run("PRAGMA user_version = 1"));
    return db;
  };
  auto db = version_1();
  BOOST_TEST(migrate_recording(db, 1, 3, steps) == "");
  BOOST_TEST(db.integer("SELECT count(*) FROM u").value_or(-1) == 0);
  BOOST_TEST(migrate_recording(db, 1, 3, steps).find("its tables are not those of version 2") ==
             0U);
  auto further = version_1();
  BOOST_TEST(migrate_recording(further, 1, 4, steps) == "it can't be read as version 4");
  auto none = version_1();
  BOOST_TEST(migrate_recording(none, 0, 3, steps) == "nobody ever wrote version 0 of the format");
}

BOOST_AUTO_TEST_CASE(a_copy_is_changed_and_never_the_file) {
  const RecordingFolder folder;
  write_session(*new_recorder(folder.file()), 1, 20);
  const auto bytes = bytes_of(folder.file());
  auto file = sqlite::Database::to_read(folder.file());
  BOOST_TEST(!file.run("DELETE FROM block"));
  BOOST_TEST(!file.run("CREATE TABLE t(x)"));
  auto copy = sqlite::Database::temporary();
  BOOST_TEST(copy.copy_from(file), copy.problem());
  BOOST_TEST(copy.run("DROP TABLE note; PRAGMA user_version = 2"), copy.problem());
  copy.distrust();
  BOOST_TEST(!copy.run("DELETE FROM block"));
  BOOST_TEST(copy.integer("SELECT count(*) FROM block").value_or(0) > 0);
  BOOST_TEST(bytes_of(folder.file()) == bytes);
}

/// What an hour of a ring takes that sends 64 Hz PPG in packets of 4 and 25 Hz acceleration in packets of 5,
/// each of 20 bytes on the air.
double bytes_per_hour(bool packets) {
  const RecordingFolder folder;
  RecordedPort ppg{"ppg", "interbeat/ppg/1", "a.u.", IB_GRADE_RAW, 4, 1, 0, 64, 0, 64, 64, {}};
  RecordedPort acc{"acc", "interbeat/acc/1", "g", IB_GRADE_RAW, 12, 3, 0, 25, 0, 25, 32, {}};
  RecordingHead head;
  head.sources = {
      {"anna.ring", "ring.bcl", "1", "ble:x", "anna", 1, 0, 0, IB_NEVER, 0, {ppg, acc}, {"wave"}}};
  head.outlets = {{"log", "in"}};
  constexpr std::int64_t seconds = 360;
  auto recorder = new_recorder(folder.file());
  recorder->begin(head);
  const auto begun = recorder->bytes();
  const auto packet = [&](std::uint32_t port, std::uint32_t n, std::int64_t k,
                          std::int64_t period) {
    std::vector<std::byte> items;
    for (std::uint32_t i = 0; i < n * head.sources[0].ports[port].item_bytes; ++i)
      items.push_back(static_cast<std::byte>((static_cast<unsigned>(k) * 31U + i * 17U) % 256U));
    const auto now = (k + 1) * period;
    recorder->write(LogEntry{LogEntry::Kind::until, 0, {now}, 0, 0, {}});
    if (packets) {
      RecordedPacket p;
      p.flags = IB_PACKET_COUNTED;
      p.port = port;
      p.n = n;
      p.first_index = static_cast<std::uint64_t>(k) * n;
      p.arrival_ns = now + 61'234'567;
      const std::vector<std::byte> sent(20, items[0]);
      p.bytes = sent;
      recorder->write(p);
    }
    RecordedBlock b;
    b.port = port;
    b.n = n;
    b.first_index = static_cast<std::uint64_t>(k) * n;
    b.anchor = {0, 123'456'789, (period << 32) / n};
    b.arrival_ns = now + 61'234'567;
    b.settled_ns = now;
    b.uncertainty_ns = 4'123'456;
    b.items = items;
    recorder->write(b);
  };
  for (std::int64_t s = 0; s < seconds; ++s) {
    for (std::int64_t i = 0; i < 16; ++i) packet(0, 4, s * 16 + i, 62'500'000);
    for (std::int64_t i = 0; i < 5; ++i) packet(1, 5, s * 5 + i, 200'000'000);
    recorder->write(Checkpoint{0, {s * 1'000'000'000}, static_cast<std::uint64_t>(s), ~0ULL});
    recorder->commit();
  }
  return static_cast<double>(recorder->bytes() - begun) * 3600 / seconds;
}

BOOST_AUTO_TEST_CASE(an_hour_of_a_ring_has_this_size) {
  const double whole = bytes_per_hour(true), without = bytes_per_hour(false);
  BOOST_TEST_MESSAGE("64 Hz PPG in packets of 4 and 25 Hz ACC in packets of 5: "
                     << whole / 1e6 << " MB per hour and ring, " << without / 1e6
                     << " MB without its packets");
  BOOST_TEST(without < 15e6);
  BOOST_TEST(without > 3e6);                      // the signals alone are 2 MB
  BOOST_TEST(whole < without + 21 * 3600 * 100);  // a packet of 20 bytes takes less than 100
}

BOOST_AUTO_TEST_SUITE_END()

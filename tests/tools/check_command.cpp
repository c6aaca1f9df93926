// YAML in, message out, of the program itself: what needs the real nodes, sources or folders.
#include "tools/program.hpp"

using namespace ib::test;

namespace {

constexpr const char* person = R"(interbeat: 1
parameters:
  source: {type: source}
nodes:
  ring: {type: source, uri: $source}
outputs: {ppg: ring.ppg}
)";

constexpr const char* couple = R"(interbeat: 1
parameters:
  a: {type: source, default: "virtual:seed=1"}
  b: {type: source, default: gone.csv}
participants:
  a: {use: person.yaml, with: {source: $a}}
  b: {use: person.yaml, with: {source: $b}}
nodes:
  one: {type: sink.csv, in: a, path: a.csv}
  two: {type: sink.csv, in: b, path: b.csv}
)";

/// A graph with one sink that writes there.
std::string writing(const std::string& path) {
  return "interbeat: 1\nnodes:\n  ring: {type: source, uri: \"virtual:seed=1\"}\n"
         "  file: {type: sink.csv, in: ring.ppg, path: " +
         path + "}\n";
}

constexpr const char* waveform = "time_s,ppg\n0.00,1\n0.04,2\n0.08,1\n0.12,2\n0.16,1\n0.20,2\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(check_command, Program)

BOOST_AUTO_TEST_CASE(a_slip_in_the_name_of_a_shipped_graph_is_seen) {
  for (const auto& [slip, name] :
       {std::pair{"coupel", "couple"}, {"coupel.yaml", "couple.yaml"}, {"sollo", "solo"}}) {
    const auto said = (*this)(std::string("check ") + slip);
    BOOST_TEST(said.code == 2);
    BOOST_TEST(has(said.err, std::string("did you mean \"") + name + "\"?"), said.err);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_key_does_not_hide_a_missing_file) {
  auto& interbeat = *this;
  write("g.yaml",
        "interbeat: 1\nnodes:\n  ring: {type: source, uri: gone.csv, colour: red}\n"
        "  next: {type: source, uri: \"virtual:sed=1\"}\n"
        "  bare: {type: source}\n"
        "  file: {type: sink.csv, in: ring.ppg, path: a.csv}\n");
  const auto said = interbeat("check g.yaml");
  BOOST_TEST(said.code == 2);
  for (const auto* part : {"g.yaml:3:29: error: nodes.ring.uri: ring can't be opened: ", "gone.csv",
                           "g.yaml:3:39: error: nodes.ring.colour: unknown key \"colour\"",
                           "g.yaml:4:29: error: nodes.next.uri: next can't be opened: ", "sed",
                           "g.yaml:5:3: error: nodes.bare: a source needs \"uri\""})
    BOOST_TEST(has(said.err, part), part << " is not in\n" << said.err);
  BOOST_TEST(!has(said.err, "bare can't be opened"), said.err);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_said_where_its_name_was_written) {
  auto& interbeat = *this;
  write("person.yaml", person);
  write("couple.yaml", couple);
  const auto said = interbeat("check couple.yaml --set a=x.csv");
  BOOST_TEST(said.code == 2);
  for (const auto* part : {"--set a=x.csv: error: nodes.a.ring.uri: a.ring can't be opened: ",
                           "\n  in $source at person.yaml:5:29\n"
                           "  in person.yaml used at couple.yaml:6:12\n",
                           "couple.yaml:4:30: error: nodes.b.ring.uri: b.ring can't be opened: "})
    BOOST_TEST(has(said.err, part), part << " is not in\n" << said.err);
}

/// What a user does who takes a hint at its word must not be refused once more.
BOOST_AUTO_TEST_CASE(a_source_that_nobody_named_is_asked_for_in_words_that_fit) {
  auto& interbeat = *this;
  const auto asks = [&](const std::string& graph, const std::string& words) {
    const auto said = interbeat("check " + graph);
    BOOST_TEST(said.code == 2);
    BOOST_TEST(has(said.err, "  hint: say " + words), graph << ": " << said.err);
  };
  const std::string scan = " (`interbeat devices scan` lists those in reach)\n";
  asks("colmi_history", "--set ring=ble:NAME" + scan);
  asks("couple-intervals", "--set a=FILE\n");  // no device finds beats by itself
  asks("person-ecg", "--set source=FILE, or --set source=ble:NAME" + scan);
  asks("strap", "--set recording=FILE, or --set recording=ble:NAME" + scan);
  asks("hand-checked", "--set edits=FILE\n");
  asks("beats",
       "--set recording=FILE, --set recording=ble:NAME, or --set recording=virtual:seed=1" + scan);
  BOOST_TEST(has(interbeat("check colmi_history").err,
                 "  expected a source: a Bluetooth device (ble:NAME)\n"));
}

BOOST_AUTO_TEST_CASE(a_stream_that_does_not_fit_is_led_there) {
  auto& interbeat = *this;
  const auto hint = [&](const std::string& node) {
    write("g.yaml", "interbeat: 1\nnodes:\n  r: {type: source, uri: \"virtual:seed=1\"}\n  x: " +
                        node + "\n  f: {type: sink.csv, in: x, path: a.csv}\n");
    const auto said = interbeat("check g.yaml");
    BOOST_TEST(said.code == 2);
    const auto at = said.err.find("  hint: ");
    return at == std::string::npos ? said.err
                                   : said.err.substr(at + 8, said.err.find('\n', at) - at - 8);
  };
  BOOST_TEST(hint("{type: hrv.window, intervals: r.ppg}") ==
             "put filter.bandpass, beat.ppg, quality.ppg, interval.clean between them");
  BOOST_TEST(hint("{type: hrv.window, intervals: r.acc}") ==
             "take \"r.ppg\", with filter.bandpass, beat.ppg, quality.ppg, interval.clean between");
  // The node has an output `beats`, but a virtual ring does not fill it.
  BOOST_TEST(hint("{type: interval.clean, beats: r.ppg}") ==
             "put filter.bandpass, beat.ppg, quality.ppg between them");
  BOOST_TEST(hint("{type: filter.bandpass, in: r.ppg, low: 60 m}") ==
             "units that fit: mHz, Hz, kHz, bpm");
  write("rr.csv", "rr_ms\n800\n810\n805\n");
  write("g.yaml",
        "interbeat: 1\nnodes:\n  r: {type: source, uri: rr.csv}\n"
        "  x: {type: interval.clean, beats: r.ppg}\n  f: {type: sink.csv, in: x, path: a.csv}\n");
  BOOST_TEST(has(interbeat("check g.yaml").err, "  hint: \"r.beats\" would fit\n"));
}

BOOST_AUTO_TEST_CASE(a_source_without_the_stream_is_named_with_what_chose_it) {
  auto& interbeat = *this;
  write("rr.csv", "rr_ms\n800\n810\n805\n");
  const auto said = interbeat("check solo --set recording=rr.csv");
  BOOST_TEST(said.code == 2);
  BOOST_TEST(has(said.err, "me.ring has no stream `ppg`, which me.filtered needs\n"), said.err);
  BOOST_TEST(has(said.err, "\n  in me.ring, chosen by --set recording=rr.csv\n  in $source at "),
             said.err);
}

BOOST_AUTO_TEST_CASE(what_can_not_be_written_is_said_before_anything_is) {
  auto& interbeat = *this;
  for (const auto* path : {".", "sub/", "../up.csv", "run.json", "run.json/a.csv"}) {
    write("g.yaml", writing(path));
    const auto checked = interbeat("check g.yaml");
    BOOST_TEST(checked.code == 2, path);
    BOOST_TEST(has(checked.err, "g.yaml:4:46: error: nodes.file.path: "), checked.err);
    BOOST_TEST(interbeat("run g.yaml --for 1s --speed max").code == 2, path);
    BOOST_TEST(!fs::exists(folder / "out"), path);
  }
}

BOOST_AUTO_TEST_CASE(a_recording_lies_beside_its_graph_or_where_the_shell_stands) {
  auto& interbeat = *this;
  fs::create_directories(folder / "study");
  write("study/pulse.csv", waveform);
  write("here.csv", waveform);
  write("study/g.yaml",
        "interbeat: 1\nparameters:\n  rec: {type: source, default: pulse.csv}\nnodes:\n"
        "  ring: {type: source, uri: $rec}\n  file: {type: sink.csv, in: ring.ppg, path: a.csv}\n");
  BOOST_TEST(interbeat("check study/g.yaml").code == 0, interbeat("check study/g.yaml").err);
  BOOST_TEST(interbeat("check study/g.yaml --set rec=here.csv").code == 0);
  const auto typed = interbeat("check study/g.yaml --set rec=pulse.csv");
  BOOST_TEST(typed.code == 2);
  BOOST_TEST(has(typed.err, "--set rec=pulse.csv: error: nodes.ring.uri: "), typed.err);
}

BOOST_AUTO_TEST_CASE(shipped_modules_are_found_from_any_folder) {
  auto& interbeat = *this;
  const auto with = [&](const std::string& module) {
    write("g.yaml", "interbeat: 1\nparticipants:\n  me: {use: " + module +
                        ", with: {source: \"virtual:seed=1\"}}\nnodes:\n"
                        "  file: {type: sink.csv, in: me.beats, path: a.csv}\n");
    return interbeat("check g.yaml");
  };
  const auto good = with("person.yaml");
  BOOST_TEST(good.code == 0, good.err);
  const auto near = with("persn.yaml");
  BOOST_TEST(near.code == 2);
  BOOST_TEST(has(near.err,
                 "g.yaml:3:13: error: participants.me.use: there is no module "
                 "\"persn.yaml\"\n  hint: did you mean \"person.yaml\"?\n"),
             near.err);
}

BOOST_AUTO_TEST_CASE(a_choice_of_a_module_is_checked_where_its_user_wrote_it) {
  auto& interbeat = *this;
  write("g.yaml",
        "interbeat: 1\nparticipants:\n"
        "  a: {use: person.yaml, with: {source: \"virtual:seed=1\"}}\n"
        "  b: {use: person.yaml, with: {source: \"virtual:seed=2\"}}\nnodes:\n"
        "  both:\n    type: dyad.coregulation\n    a: a.intervals\n    b: b.intervals\n"
        "    on_missing: skp\n    align: liner\n    late: dropp\n"
        "  file: {type: sink.csv, in: both, path: a.csv}\n");
  const auto said = interbeat("check g.yaml");
  BOOST_TEST(said.code == 2);
  for (const auto* part :
       {"g.yaml:10:17: error: nodes.align.on_missing: on_missing cannot be \"skp\"\n"
        "  expected one of: partial, wait, skip\n  hint: did you mean \"skip\"?\n"
        "  in $on_missing at built-in dyad.coregulation:",
        "\n  in dyad.coregulation used at g.yaml:7:11\n",
        "g.yaml:11:12: error: nodes.align.align: align cannot be \"liner\"\n"
        "  expected one of: linear, hold, nearest\n  hint: did you mean \"linear\"?\n",
        "g.yaml:12:11: error: nodes.align.late: late cannot be \"dropp\"\n"
        "  expected one of: drop, side\n  hint: did you mean \"drop\"?\n"})
    BOOST_TEST(has(said.err, part), part << " is not in\n" << said.err);
  const auto set = interbeat("check g.yaml --set both.on_missing=skp --set both.align=hold");
  BOOST_TEST(has(set.err, "--set both.on_missing=skp: error: nodes.align.on_missing: "), set.err);
}

BOOST_AUTO_TEST_CASE(setting_a_name_twice_is_an_error) {
  write("person.yaml", person);
  write("couple.yaml", couple);
  const auto said = (*this)("check couple.yaml --set a=virtual:seed=3 --set a=virtual:seed=4");
  BOOST_TEST(said.code == 2);
  BOOST_TEST(has(said.err,
                 "--set a=virtual:seed=4: error: \"a\" is set twice, to \"virtual:seed=3\" "
                 "and to \"virtual:seed=4\"\n"),
             said.err);
}

BOOST_AUTO_TEST_CASE(a_graph_is_drawn_without_a_recording) {
  auto& interbeat = *this;
  write("person.yaml", person);
  write("couple.yaml", couple);
  for (const auto* words : {"graph person.yaml", "graph couple.yaml", "graph couple-intervals"}) {
    const auto said = interbeat(words);
    BOOST_TEST(said.code == 0, words << ": " << said.err);
    BOOST_TEST(has(said.out, "digraph"), words);
  }
  BOOST_TEST(interbeat("check person.yaml").code == 2);  // but to open a source, one must be named
}

BOOST_AUTO_TEST_CASE(examples_of_changes_name_params_of_the_graph) {
  auto& interbeat = *this;
  const auto said = interbeat("run solo --for 1s --speed max --change nonsense");
  BOOST_TEST(said.code == 2);
  BOOST_TEST(has(said.err, "write NODE.PARAM=VALUE, such as me.activation."), said.err);
  write("g.yaml", writing("a.csv"));
  const auto none = interbeat("run g.yaml --for 1s --speed max --change nonsense");
  BOOST_TEST(none.code == 2);
  BOOST_TEST(has(none.err, "no param of this graph can change"), none.err);
}

BOOST_AUTO_TEST_SUITE_END()

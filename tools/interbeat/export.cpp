// interbeat export: a recording as files that other programs read.
#include "export/session.hpp"

#include "command.hpp"
#include "message.hpp"
#include "nearest.hpp"

#include <interbeat/recording_file.hpp>

#include <array>
#include <filesystem>
#include <memory>
#include <set>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* export_examples = R"(
csv   a file per stream, as sink.csv writes it; gaps.csv, markers.csv, clock.csv
edf   EDF+ with 16 bits a sample, a file per stream; gaps, marks and beats are annotations
bdf   the same as BDF+, with 24 bits a sample
xdf   one file, as LabRecorder writes it
bids  a folder per participant: physio.tsv.gz, events.tsv, their .json
Times are the session's clock (docs/recording.md). Files that are there already stay, unless --force is given.
Exit 0: all is written, also of a recording that broke off; 1: it is damaged and what lies before that is
written, or a file can't be written; 2: nothing was written.

Examples:
  interbeat export session.ibr --to csv
  interbeat export session.ibr --to bids --only anna --out study
  interbeat export session.ibr --to edf --ports ppg,acc)";

struct ExportArguments {
  std::string file, to, out;
  PortChoice choice;
  bool force{}, names{};
};

struct Format {
  const char* name;
  Exporter exporter;
};
constexpr std::array<Format, 5> formats{{{"csv", export_csv},
                                         {"edf", export_edf},
                                         {"bdf", export_bdf},
                                         {"xdf", export_xdf},
                                         {"bids", export_bids}}};

Exporter exporter_of(const std::string& name) {
  for (const auto& f : formats)
    if (name == f.name) return f.exporter;
  return export_csv;  // the parser lets no other name through
}

/// "session.ibr" as csv: "session-csv".
fs::path folder_of(const ExportArguments& a) {
  if (!a.out.empty()) return a.out;
  return fs::path(a.file).stem().string() + "-" + a.to;
}

int export_recording(const ExportArguments& a) {
  Diagnostics problems;
  const auto recording = open_recording(a.file, problems);
  tell(problems.text());
  if (recording == nullptr) return wrong;
  auto found = survey(*recording);
  std::string problem, hint;
  auto session = export_session(*recording, std::move(found), a.choice, problem, hint);
  if (!session) {
    complain(problem, hint);
    return wrong;
  }
  if (session->ports.empty()) {
    complain(
        "nothing of this recording is left to be exported: the streams that were asked for hold nothing",
        "`interbeat info` lists what it holds");
    return wrong;
  }
  session->names = a.names;
  OutFolder out(folder_of(a), a.force);
  Remarks remarks;
  exporter_of(a.to)(*session, out, remarks);
  out.close_all();
  if (!out.problem().empty()) {
    out.take_back();
    complain(out.problem(),
             out.is_taken() ? "name another folder with --out, or write over it with --force" : "");
    return out.is_taken() ? wrong : failed;
  }
  for (const auto& remark : remarks) say("{}", remark);
  const auto& s = session->survey;
  if (s.lost_records > 0) say("{} records were lost when it was recorded", s.lost_records);
  if (!s.problem.empty()) complain(s.problem, "what lies before it was exported");
  else if (!s.end) say("the recording broke off; all that it holds was exported");
  say("{} files in {}", out.names().size(), path_in_quotes(out.path()));
  return s.problem.empty() && problems.empty() ? done : failed;
}

}  // namespace

void add_export(CLI::App& app, Action& action) {
  auto a = std::make_shared<ExportArguments>();
  auto* command = app.add_subcommand("export", "Writes a recording as CSV, EDF+, XDF or BIDS");
  command->add_option("RECORDING", a->file, "A recording: FILE.ibr")->required();
  std::set<std::string> names;
  for (const auto& f : formats) names.insert(f.name);
  command->add_option("--to", a->to, "The format")->required()->check(CLI::IsMember(names));
  command
      ->add_option("--out", a->out,
                   "The folder for the files; default: the recording's name and the format")
      ->type_name("DIR");
  command
      ->add_option("--only", a->choice.only,
                   "Only what belongs to this participant; marks of the session stay")
      ->type_name("NAME");
  command->add_option("--ports", a->choice.ports, "Only these: names of ports, streams or sources")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--names", a->names,
                    "EDF: the participant's name in the patient field, else X");
  command->add_flag("--force", a->force, "Writes over files that are there");
  command->footer(export_examples);
  command->callback([a, &action] { action = [a] { return export_recording(*a); }; });
}

}  // namespace ib::tool

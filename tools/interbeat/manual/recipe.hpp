// Recipe: how the figure of a node is made. A YAML file per node beside the program (manual/figures/NODE.yaml): a
// graph that is really run, and which of the columns that it writes are drawn how.
//
//   node: beat.ppg
//   title: …                     what is to be seen, in one line
//   caption: …                   what it says
//   files: [{name: rr.csv, make: intervals, …}]   inputs that no virtual: source gives (made_files.hpp)
//   graph: |                     writes CSV files
//   panels: [{x: {label, unit, from, to, log}, y: {…, words: […]}, height, draw: […], levels: […]}]
//   sample: {file: rows.csv, lines: 8}            the beginning of a file that it writes, as text
//   as: program                  the graph needs a stdout of its own, which becomes the file `stdout`
//
// Thread: [control].
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plot/plot.hpp"
#include "yaml_document.hpp"

namespace ib::manual {

/// A file that is made before the graph runs.
struct FileToMake {
  std::string name, make;
  Yaml how;  ///< the mapping that it stands in
};

/// What of a file is drawn.
struct Drawn {
  enum class As { line, steps, points, ticks, bars, stretch, response };
  As as{As::line};
  std::string file, x = "time_s", y, name;
  std::map<std::string, std::string> where;  ///< only rows in which these columns hold these words
  std::string on_file, on_y;  ///< points at the height that this other column has at their time
  double plus_x{}, times_y{1};
  unsigned colour{};
  double width{1};    ///< of bars, in units of x
  double rate_hz{1};  ///< response: of the impulse response in y
};

struct PanelRecipe {
  plot::Panel panel;  ///< without series
  std::vector<Drawn> draw;
};

struct Sample {
  std::string file;
  std::size_t lines{8};
};

struct Recipe {
  std::string node, title, caption, graph;
  std::vector<FileToMake> files;
  std::vector<PanelRecipe> panels;
  std::optional<Sample> sample;
  bool as_program{};
};

/// Throws std::runtime_error: which file, where in it, what was expected.
Recipe read_recipe(std::string_view text, const std::string& file);

/// A number of a mapping; `otherwise` where the key is not there. Throws as above.
double number_in(const Yaml& mapping, std::string_view key, std::optional<double> otherwise = {});
std::string text_in(const Yaml& mapping, std::string_view key,
                    std::optional<std::string> otherwise = {});

}  // namespace ib::manual

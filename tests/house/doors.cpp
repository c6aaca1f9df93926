// Each library enters through one door, so that another can take its place in one room.
#include "house/source_tree.hpp"

using namespace ib::test::house;

namespace {

struct Door {
  std::vector<std::string_view> headers;  // how an include of the library begins
  std::vector<std::string_view> doors;    // how the path of a file that may include it begins
};

const std::vector<Door>& all_doors() {
  static const std::vector<Door> doors{
      {{"yaml-cpp/"}, {"engine/src/yaml", "engine/src/graph_reader"}},
      {{"tbb/", "oneapi/"}, {"engine/src/parallel_replay"}},
      {{"boost/asio"}, {"engine/src/asio", "drivers/bluetooth/asio.hpp"}},
      {{"sdbus-c++/"}, {"drivers/bluetooth/asio_bus.hpp"}},
      {{"sqlite3.h"}, {"engine/src/sqlite"}},
      {{"Eigen/"}, {"nodes/dsp/"}},
      {{"kissfft/"}, {"nodes/dsp/fft.cpp"}},
      {{"zlib.h"}, {"drivers/", "engine/src/crc32", "tools/interbeat/export/gzip"}},
      {{"zip.h"}, {"drivers/"}},
      {{"spdlog/"}, {"engine/src/", "tools/interbeat/"}},
      {{"CLI/"}, {"tools/interbeat/", "tools/vring/main.cpp"}},
  };
  return doors;
}

bool enters_by_its_door(const std::string& file, const std::string& header) {
  for (const auto& [headers, doors] : all_doors())
    if (starts_with_any(header, headers)) return starts_with_any(file, doors);
  return true;
}

const std::vector<std::string_view> rooms{"engine", "nodes", "drivers", "plugins", "tools"};

}  // namespace

BOOST_AUTO_TEST_SUITE(doors)

BOOST_AUTO_TEST_CASE(another_way_in_is_refused) {
  BOOST_TEST(enters_by_its_door("engine/src/yaml_reader.cpp", "yaml-cpp/yaml.h"));
  BOOST_TEST(!enters_by_its_door("engine/src/plan.cpp", "yaml-cpp/yaml.h"));
  BOOST_TEST(!enters_by_its_door("nodes/signal/bandpass.hpp", "Eigen/Dense"));
  BOOST_TEST(enters_by_its_door("engine/src/plan.cpp", "vector"));
}

BOOST_AUTO_TEST_CASE(libraries_enter_by_their_doors) {
  for (const auto& file : sources_in(rooms))
    for (const auto& include : includes_of(text_of(root / file)))
      BOOST_TEST(enters_by_its_door(file, include.name), file << " includes " << include.name);
}

BOOST_AUTO_TEST_CASE(tbb_and_asio_have_one_file_each_in_the_engine) {
  std::vector<std::string> tbb, asio;
  for (const auto& file : sources_in({"engine"}))
    for (const auto& include : includes_of(text_of(root / file))) {
      if (starts_with_any(include.name, {"tbb/", "oneapi/"})) tbb.push_back(file);
      if (include.name.starts_with("boost/asio")) asio.push_back(file);
    }
  for (auto* files : {&tbb, &asio}) {
    files->erase(std::unique(files->begin(), files->end()), files->end());
    BOOST_TEST(files->size() <= 1, (files->empty() ? "" : files->front() + ", ...")
                                       << " include it");
  }
}

BOOST_AUTO_TEST_CASE(public_headers_need_the_standard_library_alone) {
  for (const auto& file : sources_in({"engine/include", "nodes/include"}))
    for (const auto& include : includes_of(text_of(root / file))) {
      const bool own = include.name.starts_with("interbeat/");
      const bool standard = include.name.find('/') == std::string::npos && !include.quoted;
      BOOST_TEST((own || standard), file << " includes " << include.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

// interbeat manual as a user meets it: a folder of pages that say all that the descriptors say, and pictures of runs.
#include "registry.hpp"
#include "tools/program.hpp"

#include <interbeat/physio.hpp>

#include <chrono>
#include <map>
#include <regex>
#include <set>

using namespace ib::test;

namespace {

using Pages = std::map<std::string, std::string>;

Pages pages_in(const fs::path& folder) {
  Pages pages;
  for (const auto& entry : fs::directory_iterator(folder))
    pages[entry.path().filename().string()] = text_of_file(entry.path());
  return pages;
}

/// All that stands between the two, as often as it does.
std::vector<std::string> between(const std::string& text, const std::string& begin,
                                 const std::string& end) {
  std::vector<std::string> found;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const auto from = at + begin.size();
    found.push_back(text.substr(from, text.find(end, from) - from));
  }
  return found;
}

std::string in_code(const char* name) { return std::string("<code>") + name + "</code>"; }

/// The manual of all that is built in, written once for all cases.
struct WholeManual : Program {
  WholeManual() {
    static const Pages written = [this] {
      const auto said = (*this)("manual --out pages");
      BOOST_TEST_REQUIRE(said.code == 0, said.err);
      return pages_in(folder / "pages");
    }();
    pages = written;
  }
  const std::string& page(const std::string& type) {
    BOOST_TEST_REQUIRE(pages.count(type + ".html") == 1U, "no page of " << type);
    return pages[type + ".html"];
  }

  ib::Registry registry = ib::tool::make_registry();
  Pages pages;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manual, WholeManual)

BOOST_AUTO_TEST_CASE(every_node_has_a_page_and_a_line_in_the_index) {
  for (const auto& type : registry.names()) {
    BOOST_TEST(has(page(type), "<h1>"));
    BOOST_TEST(has(pages["index.html"], "href=\"" + type + ".html\""), type);
  }
  BOOST_TEST(pages.size() == registry.names().size() + 2);  // index.html, manual.css
}

BOOST_AUTO_TEST_CASE(every_node_has_a_picture_and_every_sink_a_sample) {
  for (const auto& type : registry.names()) {
    const auto& text = page(type);
    BOOST_TEST(!has(text, "This page has no figure"), type);
    if (type.starts_with("sink.")) {
      BOOST_TEST(has(text, "<pre tabindex=\"0\" aria-label=\"The beginning of"), type);
      continue;
    }
    const auto pictures = between(text, "<svg ", "</svg>");
    BOOST_TEST_REQUIRE(pictures.size() == 1U, type);
    const bool line =
        std::regex_search(pictures[0], std::regex("d=\"M[0-9. -]+[LH][0-9. -]+[LHV]"));
    BOOST_TEST((line || between(pictures[0], "<circle", "/>").size() > 8),
               type << ": nothing is drawn");
  }
}

BOOST_AUTO_TEST_CASE(no_number_is_none) {
  const std::regex none("[^a-z](nan|inf)[^a-z]");
  for (const auto& [name, text] : pages)
    for (const auto& picture : between(text, "<svg ", "</svg>"))
      BOOST_TEST(!std::regex_search(picture, none), name);
}

BOOST_AUTO_TEST_CASE(every_port_param_and_field_is_there) {
  for (const auto* node : registry.nodes()) {
    const auto& d = *node->desc;
    const auto& text = page(d.type);
    for (std::uint32_t i = 0; i < d.n_params; ++i)
      BOOST_TEST(has(text, in_code(d.params[i].name)), d.type << "." << d.params[i].name);
    for (std::uint32_t i = 0; i < d.n_ports; ++i) {
      const auto& p = d.ports[i];
      BOOST_TEST(has(text, in_code(p.name)), d.type << "." << p.name);
      if ((p.flags & IB_PORT_OUT) == 0 || p.type == nullptr) continue;
      for (std::uint32_t k = 0; k < p.type->n_fields; ++k)
        BOOST_TEST(has(text, in_code(p.type->fields[k].name)),
                   d.type << ": " << p.type->fields[k].name);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_doi_is_a_link) {
  const std::regex doi("10\\.[0-9]{4,9}/[^ ,;]+");
  std::size_t n = 0;
  for (const auto* node : registry.nodes()) {
    const std::string doc = node->desc->doc;
    for (std::sregex_iterator it(doc.begin(), doc.end(), doi), end; it != end; ++it) {
      auto found = it->str().substr(0, it->str().find_last_not_of(").") + 1);
      if (std::count(found.begin(), found.end(), '(') > std::count(found.begin(), found.end(), ')'))
        found += ')';
      BOOST_TEST(has(page(node->desc->type), "href=\"https://doi.org/" + found),
                 node->desc->type << ": " << found);
      ++n;
    }
  }
  BOOST_TEST(n >= 20U);
}

BOOST_AUTO_TEST_CASE(links_lead_somewhere) {
  for (const auto& [name, text] : pages) {
    const auto found = between(text, " id=\"", "\"");
    BOOST_TEST(std::set(found.begin(), found.end()).size() == found.size(),
               name << ": an id twice");
    for (const auto& to : between(text, "href=\"", "\"")) {
      if (to.starts_with("https://")) continue;
      const auto hash = to.find('#');
      const auto file = to.substr(0, hash);
      const auto& target = file.empty() ? text : pages[file];
      BOOST_TEST(!target.empty(), name << " leads to " << to);
      if (hash != std::string::npos)
        BOOST_TEST(has(target, "id=\"" + to.substr(hash + 1) + "\""), name << " leads to " << to);
    }
  }
}

BOOST_AUTO_TEST_CASE(formulas_sources_and_examples_are_set_apart) {
  BOOST_TEST(has(page("hrv.window"),
                 "<li>RMSSD = \u221a(\u03a3 <i>d</i><sup>2</sup> / <i>n</i><sub>d</sub>)</li>"));
  BOOST_TEST(has(page("hrv.window"), "<h2 id=\"sources\">Sources</h2>"));
  BOOST_TEST(has(page("beat.ppg"), "<mark>  detected: {type: beat.ppg, in: filtered}</mark>"));
  BOOST_TEST(has(page("dyad.slope"),
                 "<a href=\"dyad.coregulation.html\"><code>dyad.coregulation</code></a>"));
  BOOST_TEST(has(page("hrv.nonlinear"), "href=\"https://doi.org/10.1016/S0140-6736(06)68735-7\""));
}

/// A column of a results file is full of these words, so both the manual and the glossary explain every one.
BOOST_AUTO_TEST_CASE(every_reason_is_explained) {
  const auto glossary = text_of_file(fs::path(source_folder) / "docs/glossary.md");
  for (const std::string word : labels(ib::Reason{})) {
    if (word.empty()) continue;
    BOOST_TEST(has(pages["index.html"], "id=\"reason-" + word + "\""), word);
    BOOST_TEST(has(glossary, "| `" + word + "` | "), word);
  }
}

BOOST_AUTO_TEST_CASE(the_same_bytes_every_time_and_nothing_of_this_machine) {
  BOOST_TEST_REQUIRE((*this)("manual --out again").code == 0);
  const auto again = pages_in(folder / "again");
  BOOST_TEST((again == pages));
  for (const auto& [name, text] : again) {
    for (const auto& place : {std::string("/tmp/"), folder.string(), std::string(source_folder)})
      BOOST_TEST(!has(text, place), name << " names " << place);
  }
}

BOOST_AUTO_TEST_CASE(a_plugins_words_are_never_markup) {
  setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  const auto said = (*this)("manual marked.up --out pages --plugin-path '" +
                            std::string(binary_folder) + "/tests/plugins/marked_up.so'");
  unsetenv("XDG_CACHE_HOME");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  for (const auto& [name, text] : pages_in(folder / "pages")) {
    for (const auto* markup : {"<script", "<img", "<b>bold", "<u>braces", "<!--", "\"onclick"})
      BOOST_TEST(!has(text, markup), name << " holds " << markup);
  }
  const auto text = text_of_file(folder / "pages/marked.up.html");
  BOOST_TEST(has(text, "&lt;script&gt;alert(&#39;summary&#39;)"));
  BOOST_TEST(has(text, "https://doi.org/10.1000/182\""));
  BOOST_TEST(has(text, "This page has no figure"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_or_is_unknown_is_said) {
  write("file", "no folder");
  auto said = (*this)("manual beat.ppg --out file/below");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "the folder file/below can't be made: "), said.err);
  BOOST_TEST(has(said.err, "--out"));
  fs::create_directories(folder / "taken/beat.ppg.html");
  said = (*this)("manual beat.ppg --out taken");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "the page taken/beat.ppg.html can't be written: Is a directory"),
             said.err);
  said = (*this)("manual beat.pgg");
  BOOST_TEST(said.code == 2);
  BOOST_TEST(has(said.err, "did you mean \"beat.ppg\"?"), said.err);
}

BOOST_AUTO_TEST_SUITE_END()

// What Prometheus reads from the control socket of a live run.
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <map>
#include <regex>
#include <sstream>

using namespace ib::test;

namespace {

struct Live : Program {
  Live() {
    run.wait_for("running as");
    for (int tries = 0; tries < 500 && (*this)("top s --once").code != 0; ++tries) {}
  }
  /// Everything that the socket says to `request`, until it closes, or one line of it.
  std::string ask(const std::string& request, bool one_line = false) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder / "interbeat/s.sock").string().copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    BOOST_TEST_REQUIRE(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                       0);
    BOOST_TEST_REQUIRE(send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
                       static_cast<ssize_t>(request.size()));
    std::string said;
    char bytes[4096];
    while (!one_line || !has(said, "\n")) {
      const auto n = recv(fd, bytes, sizeof bytes, 0);
      if (n <= 0) break;
      said.append(bytes, static_cast<std::size_t>(n));
    }
    close(fd);
    return said;
  }
  Running run{(write("g.yaml", small_graph), *this),
              {"run", "g.yaml", "--set", "recording=virtual:seed=1?lead_in=30s", "--name", "s"}};
};

constexpr const char* get = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(metrics, Live)

BOOST_AUTO_TEST_CASE(a_scrape_is_answered_as_a_web_server_would) {
  const auto answer = ask(get);
  BOOST_TEST(answer.starts_with("HTTP/1.0 200 OK\r\n"), answer.substr(0, 200));
  BOOST_TEST(has(answer, "version=0.0.4"));
  BOOST_TEST(has(answer, "Content-Length: " + std::to_string(body_of(answer).size()) + "\r\n"));
  BOOST_TEST(ask("GET /other HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 404"));
  BOOST_TEST(ask(get).starts_with("HTTP/1.0 200"));  // and again
}

BOOST_AUTO_TEST_CASE(every_line_is_of_the_format_and_of_a_family_that_was_announced) {
  const std::regex comment(R"(# (HELP|TYPE) [a-z_]+ .+)");
  const std::regex sample(
      R"re(([a-z_]+)(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? -?[0-9.e+-]+)re");
  std::map<std::string, std::string> types;
  std::istringstream in(body_of(ask(get)));
  int samples = 0;
  for (std::string line; std::getline(in, line);) {
    std::smatch m;
    if (line.starts_with("# TYPE ")) {
      std::istringstream words(line.substr(7));
      std::string name;
      words >> name >> types[name];
      BOOST_TEST((types[name] == "counter") == name.ends_with("_total"), name);
    }
    if (std::regex_match(line, comment)) continue;
    BOOST_TEST_REQUIRE(std::regex_match(line, m, sample), line);
    ++samples;
    auto name = m[1].str();
    for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
      const auto family = name.substr(0, name.size() - std::min(name.size(), suffix.size()));
      if (name.ends_with(suffix) && types.count(family) == 1) name = family;
    }
    BOOST_TEST(types.count(name) == 1U, line);
  }
  BOOST_TEST(samples > 50);
  BOOST_TEST(types["interbeat_node_process_seconds"] == "histogram");
  BOOST_TEST(types["interbeat_latency_seconds"] == "histogram");
}

BOOST_AUTO_TEST_CASE(buckets_hold_what_smaller_ones_hold_and_the_last_one_all) {
  std::istringstream in(body_of(ask(get)));
  double before = 0, last = -1;
  int histograms = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#")) continue;
    const auto value = std::stod(line.substr(line.rfind(' ') + 1));
    if (has(line, "_bucket{")) {
      BOOST_TEST(value >= before, line);
      before = last = value;
    } else {
      before = 0;
    }
    if (line.starts_with("interbeat_node_process_seconds_count")) {
      BOOST_TEST(value == last, line);
      ++histograms;
    }
  }
  BOOST_TEST(histograms >= 2);
}

BOOST_AUTO_TEST_CASE(the_same_text_as_json) {
  const auto said = nlohmann::json::parse(ask("{\"do\": \"metrics\"}\n", true), nullptr, false);
  BOOST_TEST_REQUIRE(!said.is_discarded());
  BOOST_TEST(
      has(said["metrics"].get<std::string>(), "interbeat_node_items_out_total{node=\"ring\""));
}

BOOST_AUTO_TEST_SUITE_END()

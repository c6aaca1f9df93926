// The recipes of docs/plugins.md: each loaded as a plugin, run by its own graph, and its numbers compared
// with those that stand beside it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tools/program.hpp"

using namespace ib::test;

namespace {

struct Kitchen : Program {
  Kitchen() { setenv("XDG_CACHE_HOME", folder.c_str(), 1); }
  ~Kitchen() { unsetenv("XDG_CACHE_HOME"); }

  static fs::path recipe(const std::string& name) {
    return fs::path(source_folder) / "plugins/cookbook" / name;
  }
  static std::string plugins() { return std::string(binary_folder) + "/tests/plugins/cookbook"; }
  static std::string words(const std::string& name) {
    return "run '" + recipe(name + ".yaml").string() + "' --plugin-path '" + plugins() +
           "' --out out";
  }

  void gives(const std::string& name, const std::string& written, const std::string& expected) {
    const auto a = (*this)(words(name) + " --speed max");
    BOOST_TEST_REQUIRE(a.code == 0, a.err);
    BOOST_TEST(text_of_file(folder / "out" / written) == text_of_file(recipe(expected)));
  }
};

/// A port that nobody has just now.
int free_port() {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  BOOST_TEST_REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  BOOST_TEST_REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(fd);
  return ntohs(address.sin_port);
}

void send_datagram(int port, std::string_view text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  BOOST_TEST(sendto(fd, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) == static_cast<ssize_t>(text.size()));
  close(fd);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cookbook, Kitchen)

BOOST_AUTO_TEST_CASE(a_filter) { gives("lowpass", "slow.csv", "lowpass.expected.csv"); }

BOOST_AUTO_TEST_CASE(the_same_in_a_process_of_its_own) {
  gives("isolated", "isolated.csv", "lowpass.expected.csv");
}

BOOST_AUTO_TEST_CASE(an_event_detector) { gives("rises", "rises.csv", "rises.expected.csv"); }

BOOST_AUTO_TEST_CASE(a_merge_of_two_people) {
  gives("together", "together.csv", "together.expected.csv");
}

BOOST_AUTO_TEST_CASE(a_sink_with_a_file) { gives("rr_file", "ben/rr.txt", "rr_file.expected.txt"); }

BOOST_AUTO_TEST_CASE(a_source_with_a_socket) {
  const auto port = free_port();
  Running run(*this, {"run", recipe("datagrams.yaml"), "--plugin-path", plugins(), "--out", "out",
                      "--set", "port=" + std::to_string(port), "--name", "marks"});
  run.wait_for("Ctrl-C");
  for (const auto* text : {"begin", "look", "end"}) send_datagram(port, text);
  BOOST_TEST(run.wait() == 0);
  std::string marks;
  std::ifstream rows(folder / "out/marks.csv");
  for (std::string row; std::getline(rows, row);)
    if (!row.starts_with("#")) marks += row.substr(row.find(',') + 1) + "|";
  BOOST_TEST(marks == "text|begin|look|");
}

BOOST_AUTO_TEST_CASE(every_recipe_and_the_template_pass_plugin_check) {
  for (const auto* plugin :
       {"cookbook/lowpass", "cookbook/rises", "cookbook/together", "cookbook/rr_file",
        "cookbook/datagrams", "example/example", "drivers/pulse_sensor"}) {
    const auto a = (*this)("plugin check '" + std::string(binary_folder) + "/tests/plugins/" +
                           plugin + ".so'");
    BOOST_TEST(a.code == 0, plugin << "\n" << a.out << a.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()

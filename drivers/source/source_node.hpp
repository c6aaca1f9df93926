// SourceNode: what every source node is, apart from its ports and how it opens: it speaks the
// contract of a source (ib_source in abi.h) for a Feed.
//
// A node derives from it, says in `opened` what stands behind its params, and counts losses in
// `count`. Thread: `open`, `place`, `activate` [control]; `process` [exec].
#pragma once

#include <interbeat/node.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/feed.hpp"

namespace ib::source {

/// A feed, or the reasons why not, one sentence each. With a feed they are remarks.
struct Opened {
  std::unique_ptr<Feed> feed;
  std::vector<std::string> problems;
  std::string device{};  ///< which one it is, if it is one; with or without a feed
};

class SourceNode {
 public:
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;

  Log log;  ///< for what happens to a device

  const void* extension(std::string_view id);
  bool activate(Activation& a);
  ib_status process(ib_process& p);

 protected:
  /// `signals`: what each out port carries, in the order of the ports.
  explicit SourceNode(std::span<const Signal> signals) : signals_(signals) {}
  ~SourceNode() = default;

  /// The name the user gave, with its `?start=`.
  virtual const std::string& uri() const = 0;
  /// The name is options of a virtual ring, `virtual:` or not.
  virtual bool takes_options() const { return false; }
  /// It gives what its device has logged, at past times: not beside what is live.
  virtual bool is_history() const { return false; }
  /// [control] `uri`: without the `?start=`.
  virtual Opened opened(const std::string& uri) = 0;
  virtual void count(const Losses& losses) = 0;

 private:
  static SourceNode& of(ib_node* node);
  static Packets* packets_of(ib_node* node);
  ib_status open(ib_source_info& info, std::span<char> error);
  const char* why_absent(std::uint32_t out);
  bool has(std::uint32_t out) const;
  const char* owner();
  const char* device();

  std::span<const Signal> signals_;
  std::unique_ptr<Feed> feed_;
  std::string why_absent_;  ///< as it was told last
  std::string owner_;       ///< as it was told last
  std::string device_;      ///< DeviceTable
};

/// Sets a counter to what was counted elsewhere.
template <class Counter>
void show(Counter& counter, std::uint64_t value) {
  counter.value.store(value, std::memory_order_relaxed);
}

}  // namespace ib::source

// `for_each:` unfolds one entry of a graph into many:
//
//   p:      {for_each: 0..9999, use: person.yaml, with: {source: "virtual:seed=${each}"}}
//   couple: {for_each: [anna, ben], use: person.yaml, with: {source: "${each}.csv"}}
//   rings:  {for_each: $rings, ...}      a parameter of type list: --set rings=0..99,spare
//
// The instances are p[0], p[1], ... and couple[anna], couple[ben]. Inside of the entry `$each` is the
// element and `$index` its place, from 0. The entry is unfolded once; a value that depends on the
// element is a Yaml with one variant per element, all else is read once for all of them.
//
// Bounds: 100 000 elements of at most 64 bytes. Thread: [control].
#pragma once

#include "graph_voice.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ib {

/// What one `for_each:` runs over.
struct Elements {
  std::string name;  ///< of the entry: "p"
  std::vector<std::string> names;
  std::unordered_map<std::string_view, std::uint32_t> places;  ///< of `names`, and views of them
  bool broken{};  ///< said; one element stands in, so that the rest can be checked

  std::size_t size() const { return names.size(); }
  /// Too many: the first one stands for all, as when the list is broken.
  void keep_first();
  /// "p[0]".
  std::string instance(std::size_t k) const { return name + "[" + names[k] + "]"; }
  /// "p[0] and 9999 others", for `n` of them of which k is the first.
  std::string some(std::size_t k, std::size_t n) const;
};

/// Names and ranges (`first..last`), as a list or as one text with commas. What is wrong is said.
Elements read_elements(const std::string& name, const Yaml& value, const std::string& path,
                       const Voice& voice);

/// [a-z0-9][a-z0-9_]*
bool is_element(std::string_view text);

/// The value as element k has it.
Yaml element_of(const Yaml& value, std::size_t k);

/// A value with those variants.
Yaml varying(std::vector<Yaml> variants, const Mark& mark);

/// "p[].beats" and "7" -> "p[7].beats"; a text without "[]" as it is.
std::string fill_path(const std::string& path, std::string_view element);

/// Collects what is said about one element after the other, and says it once, with the element that
/// came first and how many others there are. `voice`: that of the template; its chain ends with all
/// of them.
class ElementVoices {
 public:
  ElementVoices(const Elements& elements, const Voice& voice);
  ~ElementVoices();
  ElementVoices(const ElementVoices&) = delete;
  ElementVoices& operator=(const ElementVoices&) = delete;

  /// For the next element; valid until the call after.
  const Voice& of(std::size_t k);
  /// Whether anything was said so far.
  bool spoke() const { return !said_.empty() || !heard_.empty(); }

 private:
  struct Said {
    Diagnostic diagnostic;
    std::size_t first{}, n{};
  };
  void collect();

  const Elements& elements_;
  Diagnostics& out_;
  Diagnostics heard_;
  Voice voice_;
  std::size_t k_{};
  std::vector<Said> said_;
};

}  // namespace ib

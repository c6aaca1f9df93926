// DeviceBook: which device a person means by a name of their own, as in `ble:anna`.
//
// Whoever runs the graph says where the book comes from (the program: a file of the user); it is read when
// a name is looked up for the first time. Without one no name is known.
// Thread: [any], values; `use_book` and `book` behind a lock.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bluetooth/target.hpp"

namespace ib::bluetooth {

/// One device, by the name that its owner gave it.
struct KnownDevice {
  std::string alias;
  Target target;
  std::string family;     ///< id, such as "bcl"; empty: as it turns out to be
  double counts_per_g{};  ///< of its acceleration; 0: not known
  std::string place;      ///< "devices.yaml:3:3", for messages
};

struct DeviceBook {
  std::string file;  ///< where it was read, or would be; empty: nobody keeps one
  std::vector<KnownDevice> devices;
  std::vector<std::string> problems;  ///< of the file, a sentence each, with their places
  bool missing{};                     ///< there is no such file

  const KnownDevice* find(std::string_view alias) const;
  const KnownDevice* find_address(std::string_view address) const;
};

/// A letter, then letters, digits, '_' and '-'; at most 40.
bool is_alias(std::string_view text);

/// From now on the book is read by this, at the next look.
void use_book(std::function<DeviceBook()> read);
DeviceBook book();

/// What a device's name in a graph stands for.
struct FoundDevice {
  KnownDevice device;                 ///< alias empty: it was named by address or advertised name
  std::vector<std::string> problems;  ///< a sentence each; none: it is one
};
/// `ble:` and an address, `name=` and the name that it advertises, or a name in the book.
FoundDevice find_device(std::string_view text);

}  // namespace ib::bluetooth

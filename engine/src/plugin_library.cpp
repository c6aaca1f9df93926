#include "plugin_library.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <system_error>

namespace ib {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t most_nodes = 1000;

#if defined(__x86_64__)
constexpr std::uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#else
#error "the name of this machine in ELF files is missing here"
#endif

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_X86_64: return "x86-64";
    case EM_AARCH64: return "64-bit ARM";
    case EM_386: return "32-bit x86";
    case EM_ARM: return "32-bit ARM";
    case EM_RISCV: return "RISC-V";
    default: return fmt::format("another machine (ELF number {})", machine);
  }
}

/// All that is to be loaded lies in the file: the loader would map what is not, and die of it.
bool is_whole(std::ifstream& in, const Elf64_Ehdr& head, std::uintmax_t size) {
  for (unsigned i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr part{};
    in.seekg(static_cast<std::streamoff>(head.e_phoff + std::uint64_t{i} * head.e_phentsize));
    in.read(reinterpret_cast<char*>(&part), sizeof part);
    if (!in || part.p_offset > size || part.p_filesz > size - part.p_offset) return false;
  }
  return true;
}

/// What is wrong with the file as such; the loader's own words for these are riddles.
std::string wrong_kind_of_file(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status)) return "there is no such file";
  if (!fs::is_regular_file(status)) return "this is no file";
  Elf64_Ehdr head{};
  std::ifstream in(file, std::ios::binary);
  if (!in) return "it can't be read: no permission";
  in.read(reinterpret_cast<char*>(&head), sizeof head);
  if (in.gcount() < EI_NIDENT || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
    return "this is no shared library (it does not begin as an ELF file does)";
  if (in.gcount() < static_cast<std::streamsize>(sizeof head)) return "this file is cut short";
  if (head.e_machine != this_machine) {
    return fmt::format("it was built for {}, and this program runs on {}",
                       machine_name(head.e_machine), machine_name(this_machine));
  }
  if (head.e_type != ET_DYN) return "this is no shared library (link it with -shared)";
  return is_whole(in, head, fs::file_size(file, error)) ? "" : "this file is cut short";
}

/// The loader's sentence, without the path that whoever asked knows anyway.
std::string loader_says(const fs::path& file) {
  const char* said = dlerror();
  std::string text = said != nullptr ? said : "the loader gave no reason";
  const auto prefix = file.string() + ": ";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return "it can't be loaded: " + text;
}

template <class T>
bool reaches(const T& s, std::size_t end) {
  return s.struct_size >= end;
}

}  // namespace

std::shared_ptr<PluginLibrary> PluginLibrary::open(const fs::path& file, std::string& problem) {
  problem = wrong_kind_of_file(file);
  if (!problem.empty()) return nullptr;
  // Once opened it stays: a thread of the plugin's, or an exit handler, may run in it to the end.
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    problem = loader_says(file);
    return nullptr;
  }
  const auto* entry = static_cast<const ib_entry*>(dlsym(handle, "interbeat_entry"));
  const auto refuse = [&](std::string why) -> std::shared_ptr<PluginLibrary> {
    problem = std::move(why);
    dlclose(handle);
    return nullptr;
  };
  if (entry == nullptr)
    return refuse("it is a shared library but no plugin: it exports no `interbeat_entry`");
  if (!reaches(*entry, offsetof(ib_entry, abi) + sizeof entry->abi))
    return refuse("its `interbeat_entry` is too short to be one");
  if (entry->abi.major != IB_ABI_MAJOR) {
    return refuse(fmt::format(
        "it speaks version {}.{} of the plugin interface, and this program {}.{}: build it with "
        "this program's headers",
        entry->abi.major, entry->abi.minor, IB_ABI_MAJOR, IB_ABI_MINOR));
  }
  if (!reaches(*entry, sizeof(ib_entry)) || entry->init == nullptr || entry->deinit == nullptr ||
      entry->factory == nullptr)
    return refuse("its `interbeat_entry` lacks a function: init, deinit and factory must be there");
  if (!entry->init(file.c_str())) return refuse("its init said no");
  std::shared_ptr<PluginLibrary> library(new PluginLibrary);
  library->deinit_ = entry->deinit;  // from here on it is owed
  const auto* factory = static_cast<const ib_node_factory*>(entry->factory(IB_FACTORY_NODES));
  if (factory == nullptr) return refuse("it offers no nodes (no `" IB_FACTORY_NODES "`)");
  if (!reaches(*factory, sizeof(ib_node_factory)) || factory->descriptor == nullptr ||
      factory->create == nullptr)
    return refuse("its node factory lacks a function: descriptor and create must be there");
  if (factory->n == 0) return refuse("it offers no nodes (its factory says 0)");
  if (factory->n > most_nodes) {
    return refuse(fmt::format("it says that it offers {} nodes; a plugin has at most {}",
                              factory->n, most_nodes));
  }
  library->abi_ = entry->abi;
  library->n_ = factory->n;
  library->descriptor_ = factory->descriptor;
  library->create_ = factory->create;
  return library;
}

PluginLibrary::~PluginLibrary() { deinit_(); }

ib_node* PluginLibrary::create(const ib_host* host, const char* type, std::string& problem) const {
  ib_node* node = create_(host, type);
  if (node == nullptr) {
    problem = fmt::format("its plugin makes no `{}`: unknown to it, or no memory", type);
    return nullptr;
  }
  const bool whole = reaches(*node, sizeof(ib_node)) && node->set_param != nullptr &&
                     node->activate != nullptr && node->process != nullptr &&
                     node->reset != nullptr && node->deactivate != nullptr &&
                     node->destroy != nullptr && node->extension != nullptr;
  if (whole) return node;
  problem = fmt::format("the `{}` that its plugin makes lacks a function of ib_node", type);
  return nullptr;
}

}  // namespace ib

// A folder of its own for one test, removed with it, and writers for the files that tests read:
// plain, gzip (whole or cut), zip.
#pragma once

#include <stdlib.h>
#include <zip.h>
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace ib::test {

class FileScratch {
 public:
  FileScratch() {
    auto name = (std::filesystem::temp_directory_path() / "interbeat-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~FileScratch() { std::filesystem::remove_all(folder_); }
  FileScratch(const FileScratch&) = delete;
  FileScratch& operator=(const FileScratch&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  /// `lost` bytes are missing at the end, as after a broken download.
  std::filesystem::path write_gzip(const std::string& name, std::string_view text,
                                   std::size_t lost = 0) const {
    const auto path = folder_ / name;
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - lost);
    return path;
  }

  std::filesystem::path write_zip(const std::string& name,
                                  const std::map<std::string, std::string>& entries) const {
    const auto path = folder_ / name;
    int error{};
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    BOOST_REQUIRE(archive != nullptr);
    for (const auto& [entry, text] : entries)
      zip_file_add(archive, entry.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                   ZIP_FL_ENC_UTF_8);
    BOOST_REQUIRE_EQUAL(zip_close(archive), 0);
    return path;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace ib::test

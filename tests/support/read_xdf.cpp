// Prints what libxdf reads in an XDF file: each stream with its samples and their times, then all texts. A program
// of its own: libxdf is under the GPL.
#include <xdf.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Xdf file;
  if (file.load_xdf(argv[1]) != 0) return 1;
  std::printf("version %.1f, %zu streams\n", static_cast<double>(file.version),
              file.streams.size());
  for (const auto& s : file.streams) {
    std::printf("stream [%s] [%s] %d channels, %g Hz, %s, %d samples, offsets %zu, labels:",
                s.info.name.c_str(), s.info.type.c_str(), s.info.channel_count,
                s.info.nominal_srate, s.info.channel_format.c_str(), s.info.sample_count,
                s.clock_times.size());
    for (const auto& c : s.info.channels) std::printf(" %s", c.at("label").c_str());
    std::printf("\n");
    for (std::size_t i = 0; i < s.time_stamps.size(); ++i) {
      std::printf("at %.6f:", s.time_stamps[i]);
      for (const auto& channel : s.time_series)
        if (i < channel.size()) std::printf(" %.9g", static_cast<double>(channel[i]));
      std::printf("\n");
    }
  }
  for (const auto& [event, stream] : file.eventMap)
    std::printf("text of %d at %.6f: %s\n", stream, event.second, event.first.c_str());
  return 0;
}

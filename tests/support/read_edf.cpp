// Prints what EDFlib reads in an EDF+ or BDF+ file: the head, each signal with its samples, each annotation. Its
// exit code is 1 where EDFlib refuses the file.
#include <edflib.h>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  static edf_hdr_struct head;
  if (edfopen_file_readonly(argv[1], &head, EDFLIB_READ_ALL_ANNOTATIONS) != 0) {
    std::printf("refused: %d\n", head.filetype);
    return 1;
  }
  std::printf(
      "type %d, patient [%s|%s|%s], start %04d-%02d-%02d %02d:%02d:%02d +%lld, %lld records of %lld\n",
      head.filetype, head.patientcode, head.patient_name, head.birthdate, head.startdate_year,
      head.startdate_month, head.startdate_day, head.starttime_hour, head.starttime_minute,
      head.starttime_second, head.starttime_subsecond, head.datarecords_in_file,
      head.datarecord_duration);
  for (int s = 0; s < head.edfsignals; ++s) {
    const auto& signal = head.signalparam[s];
    std::printf("signal [%s] [%s], %lld samples, %d a record:", signal.label, signal.physdimension,
                signal.smp_in_file, signal.smp_in_datarecord);
    std::vector<double> values(static_cast<std::size_t>(signal.smp_in_file));
    edfread_physical_samples(head.handle, s, static_cast<int>(values.size()), values.data());
    for (const double v : values) std::printf(" %.9g", v);
    std::printf("\n");
  }
  for (int n = 0; n < head.annotations_in_file; ++n) {
    edf_annotation_struct note;
    edf_get_annotation(head.handle, n, &note);
    std::printf("note %lld %lld %s\n", note.onset, note.duration_l, note.annotation);
  }
  edfclose_file(head.handle);
  return 0;
}

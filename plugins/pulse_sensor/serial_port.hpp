// A serial port of this machine, opened as the Playground speaks: 115200 baud, 8 data bits, no parity, no
// handshake, raw.
//
// It is ours alone while it is open (TIOCEXCL). DTR stays as it is when it is closed, so that an Arduino
// that is opened again does not start again. No function here throws.
#pragma once

#include <string>

namespace pulse_sensor {

/// The descriptor, which reads what is there and never waits for more; or -errno. ENOTTY: it is no serial
/// port. May take as long as the driver of the device does: [control], or a thread that may wait.
int open_serial(const char* device) noexcept;

/// [control] One sentence on what `open_serial` met at this device, and what to do.
std::string why_not(const std::string& device, int error);

/// What came in and was not read is forgotten.
void forget_input(int port) noexcept;

}  // namespace pulse_sensor

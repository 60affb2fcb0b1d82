#pragma once

/// What `dubplate doctor --calibrate` has measured of devices, kept for renders in a file of the user's.
///
/// Renders size their chunks and waves by it (calibrated_sizes.h); no bit of what they write depends on it. The file is
/// DUBPLATE_CALIBRATION of the environment, where that is set (empty: there is none), else dubplate/calibration.json below
/// XDG_CACHE_HOME or ~/.cache: JSON, "schema": "dubplate-calibration-1", with the version of Dubplate that measured it.
/// What is in it counts for the device of exactly the name that was measured, by which driver, capability and model go.
/// Threads: any. Errors: not_found; corrupt_input of a file that is not what write_calibrations() writes; unsupported of
/// another version of Dubplate; io.

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/regions/device_rates.h"

namespace dubplate::render {

struct Calibration {
    std::string device;  ///< as DeviceChoice::name
    std::string made;    ///< "2026-11-22T01:02:03Z"
    regions::DeviceRates rates;
};

/// "" where there is no place for one: neither variable is set, nor HOME.
std::string calibration_file();

Result<std::vector<Calibration>> read_calibrations(const std::string& path);
/// Makes the folder, for the user alone; what was in the file is replaced as a whole.
Result<void> write_calibrations(const std::string& path, const std::vector<Calibration>& calibrations);

const Calibration* find_calibration(const std::vector<Calibration>& calibrations, const std::string& device);

}  // namespace dubplate::render

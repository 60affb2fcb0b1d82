#pragma once

/// What stays in a device's memory from one render to the next. Where there is none left for anything else it makes room:
/// audio first, which is cheaper to have again.
///
/// Threads: as its parts. Made, on the device's thread, when the device has just been opened; gone before it is.

#include "engine/regions/resident_audio.h"
#include "engine/regions/resident_spectra.h"

namespace dubplate::regions {

struct Residents {
    explicit Residents(Device& device) : audio(device), spectra(device) {
        device.make_room_with([this] { return audio.make_room() || spectra.make_room(); });
    }

    ResidentAudio audio;
    ResidentSpectra spectra;
};

}  // namespace dubplate::regions

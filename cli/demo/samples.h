#pragma once

/// The recordings the demo session is made from: Debian's sonic-pi-samples, public domain (CC0), FLAC at 44.1 kHz.
///
/// They are found at run time and only their headers are read here. Roots are pitches measured in the recordings, as
/// MIDI note numbers with cents behind the point, so that parts can be written in notes. Threads: plain values.

#include <map>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dubplate::demo {

class SampleLibrary {
public:
    /// `folder` empty: the places where packages put them. Errors: not_found, saying what to install.
    static Result<SampleLibrary> open(const std::string& folder = {});

    const std::string& folder() const { return folder_; }
    std::string path(std::string_view sample) const;

    struct Facts {
        double seconds = 0.0;
        int channels = 0;
    };
    /// Header of every sample the demo uses, read by open().
    const Facts& facts(std::string_view sample) const;

private:
    std::string folder_;
    std::map<std::string, Facts, std::less<>> facts_;
};

/// Pitch of a sample as a MIDI note number (60 is middle C).
double root_note(std::string_view sample);

}  // namespace dubplate::demo

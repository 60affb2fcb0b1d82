#pragma once

/// What a sound file says of itself beside its audio: when it was recorded, which loudspeakers its channels are for, what
/// its channels are called.
///
/// Sources: bext (EBU Tech 3285, WAV and RF64), the loudspeaker mask of WAVE_FORMAT_EXTENSIBLE and the channel
/// descriptions of AIFF and CAF, the order that FLAC lays down, the track list of iXML (field recorders, Nuendo).
/// Threads: safe from several threads at once. Errors: none; what is not there, or cannot be made sense of, is absent.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/layout.h"

namespace dubplate::audio {

struct FileMetadata {
    /// Frames at the file's own rate from midnight to its first frame.
    std::optional<std::uint64_t> time_reference = {};
    /// The layout of the loudspeakers that the file names; discrete where they are no layout of ours. Absent: none named.
    std::optional<Layout> layout = {};
    std::vector<std::string> channel_names = {};  ///< [channel], "" where one has no name; empty: the file names none
};

FileMetadata read_file_metadata(const std::string& path);

/// The names in the track list of an iXML document for a file of so many channels; empty if it names none.
std::vector<std::string> ixml_channel_names(const std::string& ixml, int channels);

}  // namespace dubplate::audio

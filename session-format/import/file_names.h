#pragma once

/// What the names of a folder of sound files mean: order, names of tracks, left and right, groups.
///
/// People name files for many programs, so a name is taken apart in words (cut at blank, '_', '-' and '.') and judged
/// against the others: what all have in common is the song's, numbers in front are an order, "L" is a side if there is
/// an "R". Whatever would leave a name without a letter, or two names alike, stays.
/// Names are UTF-8; letters outside ASCII count as letters. Threads: pure functions.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace dubplate::session {

/// Order as people count: "Tom 2" before "Tom 10", case apart. A strict weak order that tells all different texts apart.
bool natural_less(std::string_view a, std::string_view b);

enum class Side { none, left, right };

/// A file's name, and what must agree for two files to be the sides of one sound.
struct FileName {
    std::string name = {};                  ///< without folder and extension: "Song_01_OH_L"
    std::vector<std::string> folders = {};  ///< outermost first, below the folder that all files have in common
    bool can_be_side = true;                ///< one channel only
    int sample_rate = 0;
    std::int64_t frames = 0;
};

/// What becomes of a file.
struct TrackName {
    std::string name = {};  ///< unique among all, case apart, except for the two sides of a pair, which share it: "OH"
    std::string group =
        {};  ///< the part in front that others may share, "" if there is none: "Drums" of "Drums - Kick"
    Side side = Side::none;
    std::size_t partner = 0;  ///< index of the other side's file, where side is not none
};

struct TrackNames {
    std::vector<TrackName> names = {};  ///< [file]
    std::string common_front = {};      ///< what was left out of every name in front, "" if nothing: "Song"
    std::string common_end = {};        ///< and at the end: "48k"
    /// Names whose sides were left alone, because they come with a surround set's other channels (".Ls", ".LFE").
    std::vector<std::string> surround_sets = {};
};

struct NamingRules {
    bool pairs = true;        ///< look for sides
    bool as_written = false;  ///< the files' names, blanks for '_' apart
};

/// `files` stand in their order.
TrackNames name_tracks(std::span<const FileName> files, const NamingRules& rules);

/// The side that a name speaks of ("Mix-L", "Left", "TrR"), none if it speaks of none or both.
Side side_in(std::string_view name);

/// Hands out names that differ, case apart and also as names of files, and fit a session: one line, 1 to 200 bytes.
class UniqueNames {
public:
    /// `wanted`, or if that is taken, with the first number behind it that is free.
    std::string take(std::string_view wanted);

private:
    std::unordered_set<std::string> taken_;
    std::unordered_map<std::string, std::size_t> numbers_;  // the last one given behind a name
};

/// Whether a session can name a file so: UTF-8 without control characters, at most 4096 bytes.
bool is_sayable(std::string_view path);

}  // namespace dubplate::session
